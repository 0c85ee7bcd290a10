"""Which column of a file of GPS fixes is which: by the names that trackers use, or by options."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from ingest import csv_table
from ingest.errors import FeedError

SPELLINGS: Final = {
    "id": ("device_id", "deviceid", "vehicle_id", "vehicle", "tracker", "imei", "user", "object_id", "id"),
    "time": ("time", "timestamp", "datetime", "date_time", "recorded_at", "tst", "utc"),
    "lon": ("lon", "longitude", "lng", "long", "x"),
    "lat": ("lat", "latitude", "y"),
    "speed": ("speed", "speed_mps", "vel", "velocity", "sog"),
    "course": ("course", "bearing", "cog", "track"),
    "heading": ("heading",),
    "accuracy": ("accuracy", "acc", "horizontal_accuracy", "hacc"),
}
"""Our columns → what they are called by default, the first that there is."""
_NEEDED: Final = ("time", "lon", "lat")


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a file: ours by our names, strangers by their place."""

    columns: tuple[str, ...]
    titles: dict[str, str]
    """What the file itself calls our columns."""


@lru_cache(maxsize=64)
def layout(head: bytes, chosen: tuple[tuple[str, str], ...], has_subject: bool) -> Layout:
    """The columns by the header line.

    Args:
        head: the header line.
        chosen: our columns, each with what it is called in the file, or "".
        has_subject: whether all is of one, so that no column needs to say whose a line is.

    Raises:
        FeedError: one that is needed, or was chosen, is not there.
    """
    found = csv_table.header(head)
    lower = [title.lower() for title in found]
    places: dict[int, str] = {}
    for name, title in chosen:
        if title and title.lower() not in lower:
            raise FeedError(f"no column {title!r} for {name} among: {', '.join(found)[:200]}")
        names = (title.lower(),) if title else SPELLINGS.get(name, ())
        place = next((lower.index(one) for one in names if one in lower), None)
        if place is not None:
            places.setdefault(place, name)
    ours = set(places.values())
    lacking = [name for name in _NEEDED if name not in ours]
    if "id" not in ours and not has_subject:
        lacking.append("id (or -o subject=IDENTIFIER, if all is of one)")
    if lacking:
        raise FeedError(
            f"no column for {', '.join(lacking)} among: {', '.join(found)[:200]}. Expected is a header line"
            " such as device_id,time,lat,lon; or say which is which, such as -o time=recorded -o id=vehicle"
        )
    columns = tuple(places.get(place, f"#{place}") for place in range(len(found)))
    return Layout(columns, {name: found[place] for place, name in places.items()})
