"""The columns of MarineCadastre's files: known by name, in any order and either spelling that it has used."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from ingest import csv_table
from ingest.errors import FeedError

_SPELLINGS: Final = {
    "mmsi": "mmsi",
    "object_id": "mmsi",
    "basedatetime": "time",
    "base_date_time": "time",
    "timestamp": "time",
    "lon": "lon",
    "longitude": "lon",
    "lat": "lat",
    "latitude": "lat",
    "sog": "speed",
    "cog": "course",
    "heading": "heading",
    "vesselname": "name",
    "vessel_name": "name",
    "imo": "imo",
    "callsign": "call_sign",
    "call_sign": "call_sign",
    "vesseltype": "type",
    "vessel_type": "type",
    "length": "length",
    "width": "width",
}
_STATIC: Final = ("name", "call_sign", "imo", "type", "length", "width")


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a file: ours by our names, strangers by their place."""

    columns: tuple[str, ...]
    titles: dict[str, str]
    """What the file itself calls our columns."""

    @property
    def has_position(self) -> bool:
        """Whether the lines tell where the subject was."""
        return "lon" in self.titles

    @property
    def static(self) -> list[str]:
        """The columns that tell something static."""
        return [name for name in _STATIC if name in self.titles]


@lru_cache(maxsize=64)
def layout_of(head: bytes) -> Layout:
    """The columns by the header line.

    Raises:
        FeedError: it has no MMSI, no time, or neither position nor static data.
    """
    found = csv_table.header(head)
    titles: dict[str, str] = {}
    columns: list[str] = []
    for place, title in enumerate(found):
        name = _SPELLINGS.get(title.lower())
        known = name is not None and name not in titles
        columns.append(name if name is not None and known else f"#{place}")
        if name is not None and known:
            titles[name] = title
    layout = Layout(tuple(columns), titles)
    lacking = [name for name in ("mmsi", "time") if name not in titles]
    if ("lon" in titles) != ("lat" in titles):
        lacking.append("lon" if "lat" in titles else "lat")
    if not layout.has_position and not layout.static:
        lacking.append("lon, lat")
    if lacking:
        raise FeedError(
            f"no column for {', '.join(lacking)} among: {', '.join(found)[:200]}. Expected is a header line"
            " such as MMSI,BaseDateTime,LAT,LON,… or object_id,timestamp,lon,lat"
        )
    return layout
