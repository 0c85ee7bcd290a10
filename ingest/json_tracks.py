"""What the feeds of JSON features have in common: documents read, cut, and their elements numbered."""

import math
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, Final

import orjson

from ingest.errors import FeedError
from ingest.feed import NO_TIME
from ingest.gps import Point
from ingest.instants import MILLISECONDS_FROM
from ontology import iri
from ontology.times import to_ms

IDS: Final = (
    "subject",
    "device_id",
    "deviceId",
    "vehicle_id",
    "vehicleId",
    "mmsi",
    "imei",
    "tracker",
    "name",
)
"""Properties that say whose a feature is, the first that there is; before the last, the feature's own id."""

Feature = dict[str, Any]
Reader = Callable[[Feature], Iterable[Point]]


def features(document: bytes) -> list[Feature]:
    """The features of a document: a FeatureCollection, a Feature, or lines of these.

    Raises:
        FeedError: it is none.
    """
    try:
        found = orjson.loads(document)
    except orjson.JSONDecodeError as error:
        return _of_lines(document, error)
    return _features(found)


def _of_lines(document: bytes, error: Exception) -> list[Feature]:
    """Features one a line (RFC 8142, with or without its record separators)."""
    try:
        found = [
            orjson.loads(line.strip(b"\x1e \r")) for line in document.split(b"\n") if line.strip(b"\x1e \r")
        ]
    except orjson.JSONDecodeError:
        raise FeedError(f"it is no JSON: {error}; it may be cut off, give the whole file") from error
    return [feature for one in found for feature in _features(one)]


def _features(found: object) -> list[Feature]:
    kind = found.get("type") if isinstance(found, dict) else None
    if not isinstance(found, dict) or kind not in ("FeatureCollection", "Feature"):
        raise FeedError(
            f"the document is no FeatureCollection and no Feature, but {kind or type(found).__name__}"
        )
    if kind == "Feature":
        return [found]
    listed = found.get("features")
    if not isinstance(listed, list):
        raise FeedError("the FeatureCollection has no list of features")
    return [one if isinstance(one, dict) else {"type": "Feature", "unread": one} for one in listed]


def identifier(feature: Feature, chosen: str) -> str:
    """Whose a feature is, by the property of that name, or by IDS; "" where it does not say."""
    properties = feature.get("properties")
    properties = properties if isinstance(properties, dict) else {}
    if chosen:
        return _text(properties.get(chosen))
    names = [_text(properties.get(name)) for name in IDS]
    said = next((name for name in (*names[:-1], _text(feature.get("id")), names[-1]) if name), "")
    ours = iri.subject_id(said)
    return ours[1] if ours else said


def _text(value: object) -> str:
    return str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""


def instant(value: object) -> int:
    """Epoch milliseconds of RFC 3339 text or of a number of seconds or milliseconds, or NO_TIME."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _of_number(float(value))
    if not isinstance(value, str):
        return NO_TIME
    try:
        found = datetime.fromisoformat(value.strip())
        return to_ms(found if found.tzinfo else found.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return NO_TIME


def _of_number(value: float) -> int:
    if not math.isfinite(value) or abs(value) > 1e17:
        return NO_TIME
    return round(value) if abs(value) >= MILLISECONDS_FROM else round(value * 1000)


def place(point: Point, coordinates: object, time: object) -> Point:
    """A point with its place and time, or with what is wrong with them."""
    if not (
        isinstance(coordinates, list) and len(coordinates) >= 2 and all(map(_is_number, coordinates[:2]))
    ):
        point.fault = "coordinates", f"coordinates are [longitude, latitude], not {_short(coordinates)}"
        return point
    point.lon, point.lat = float(coordinates[0]), float(coordinates[1])
    point.time = instant(time)
    if point.time == NO_TIME and time is not None:
        point.fault = "time", f"time {_short(time)} is not of the form 2020-12-01T04:49:45Z, or a number"
    return point


def broken(feature: Feature, whose: str, field: str, reason: str) -> Point:
    """The one element of a feature that cannot be read at all."""
    return Point(lambda: orjson.dumps(feature), whose, fault=(field, reason))


def speed(value: object) -> float:
    """A speed in m/s, or NaN."""
    return float(value) if _is_number(value) and value >= 0 else math.nan  # type: ignore[arg-type,operator]


def angle(value: object) -> float:
    """Degrees in [0, 360), or NaN."""
    return float(value) if _is_number(value) and 0 <= value < 360 else math.nan  # type: ignore[arg-type,operator]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _short(value: object) -> str:
    return repr(value)[:80]


def cut(
    listed: list[Feature], read: Reader, divide: Callable[[Feature, int], list[Feature]], most_bytes: int
) -> Iterator[tuple[bytes, int]]:
    """Features as documents of so many bytes at most, each with the number of its elements.

    Args:
        listed: the features.
        read: gives the elements of a feature.
        divide: divides a feature into so many, with all its elements once, in their order.
        most_bytes: of a document.

    Raises:
        FeedError: a feature cannot be cut so small.
    """
    some: list[bytes] = []
    size = elements = 0
    for feature in _small(listed, divide, most_bytes):
        data = orjson.dumps(feature)
        if some and size + len(data) > most_bytes:
            yield _collection(some), elements
            some, size, elements = [], 0, 0
        some.append(data)
        size += len(data) + 1
        elements += sum(1 for _ in read(feature))
    if some:
        yield _collection(some), elements


def _small(
    listed: list[Feature], divide: Callable[[Feature, int], list[Feature]], most_bytes: int
) -> Iterator[Feature]:
    for feature in listed:
        size = len(orjson.dumps(feature))
        if size <= most_bytes:
            yield feature
            continue
        for part in divide(feature, 2 * size // most_bytes + 1):
            if len(orjson.dumps(part)) > most_bytes:
                raise FeedError(
                    f"a feature of {size:,} bytes cannot be cut into records of {most_bytes:,}: too much"
                    " of it is no track; leave out the properties that are so large"
                )
            yield part


def sliced(value: Any, count: int, begin: int, end: int) -> Any:  # noqa: ANN401 - whatever JSON holds
    """JSON in which every list of so many items has those from begin to end only."""
    if isinstance(value, dict):
        return {name: sliced(part, count, begin, end) for name, part in value.items()}
    if isinstance(value, list):
        return value[begin:end] if len(value) == count else value
    return value


def _collection(some: list[bytes]) -> bytes:
    return b'{"type":"FeatureCollection","features":[' + b",".join(some) + b"]}"
