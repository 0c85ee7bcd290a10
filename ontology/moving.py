"""The fixes of a segment as OGC Moving Features JSON (19-045r3): a Feature with a MovingPoint.

Instants are epoch milliseconds, as the standard allows. A value that is missing is null, where the standard
knows no missing values; and two fixes may have one instant, for two ships sometimes use one MMSI.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import orjson
from numpy.typing import NDArray

from ontology.errors import ShapeError
from ontology.times import HOUR_MS, from_text, to_ms

MEASURES: Final = {"speed": "MTS", "course": "DD", "heading": "DD"}
"""Measure → its unit's UN/CEFACT code: metres a second, degrees."""


class Fixes(NamedTuple):
    """The arrays of a TrackSegment, each of shape (n,), ordered by time."""

    times: NDArray[np.int64]
    lons: NDArray[np.float64]
    lats: NDArray[np.float64]
    speeds: NDArray[np.float64] | None
    courses: NDArray[np.float64] | None
    headings: NDArray[np.float64] | None


def parse(text: str | bytes, hour_ms: int) -> Fixes:
    """The fixes in a Moving Features JSON Feature, all within the hour that begins at `hour_ms`.

    Raises:
        ShapeError: it is none, or what it says does not fit together.
    """
    try:
        feature = orjson.loads(text)
        geometry = feature["temporalGeometry"]
        if geometry["type"] != "MovingPoint":
            raise ShapeError(f"a track's geometry is a MovingPoint, not a {geometry['type']!r}")
        times = _instants(geometry["datetimes"])
        coordinates = [[_number(part) for part in pair] for pair in geometry["coordinates"]]
        measures = _measures(feature.get("temporalProperties", []), times)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ShapeError(f"the fixes are no Moving Features JSON: {error!r}") from error
    return assemble(hour_ms, times, coordinates, measures)


def assemble(
    hour_ms: int,
    times: list[int],
    coordinates: list[list[float]],
    measures: Sequence[list[float | None] | None],
) -> Fixes:
    """Arrays from lists, checked: as many of each, in order of time, within the hour, on the globe.

    Args:
        hour_ms: the start of the hour, epoch milliseconds.
        times: epoch milliseconds.
        coordinates: pairs of longitude and latitude, degrees.
        measures: speed, course and heading, each with None where a value is missing, or None.

    Raises:
        ShapeError: a check fails.
    """
    try:
        lons, lats = zip(*coordinates, strict=True)
    except ValueError as error:
        raise ShapeError("a track has fixes, each at a pair of longitude and latitude") from error
    check(hour_ms, times, lons, lats, measures)
    speeds, courses, headings = (
        None if values is None else np.array(values, np.float64) for values in measures
    )
    instants = np.array(times, np.int64)
    return Fixes(instants, np.array(lons, np.float64), np.array(lats, np.float64), speeds, courses, headings)


def check(
    hour_ms: int,
    times: Sequence[int],
    lons: Sequence[float],
    lats: Sequence[float],
    measures: Sequence[Sequence[float | None] | None],
) -> tuple[float, float, float, float]:
    """Refuse arrays, given as lists, that are not the fixes of one hour in order of time.

    Returns:
        The least longitude and latitude, and the greatest.

    Raises:
        ShapeError: they are not; the message says how.
    """
    count = len(times)
    lengths = {count, len(lons), len(lats), *(len(values) for values in measures if values is not None)}
    if count == 0 or len(lengths) != 1:
        raise ShapeError(f"a track has as many instants, positions and values, not {sorted(lengths)}")
    if times != sorted(times):
        raise ShapeError("the fixes of a track are in order of time; sort them")
    if hour_ms % HOUR_MS or not (hour_ms <= times[0] and times[-1] < hour_ms + HOUR_MS):
        raise ShapeError("the fixes of a track are within its UTC hour; cut it at the hours")
    extent = min(lons), min(lats), max(lons), max(lats)
    if not (extent[0] >= -180 and extent[1] >= -90 and extent[2] <= 180 and extent[3] <= 90):
        raise ShapeError("a position is within 180 degrees of longitude and 90 of latitude")
    return extent


def _instants(values: list[Any]) -> list[int]:
    times = [to_ms(from_text(value)) if isinstance(value, str) else value for value in values]
    if any(type(time) is not int for time in times):
        raise ShapeError("an instant is epoch milliseconds or RFC 3339 text")
    return times


def _number(value: Any) -> float:  # noqa: ANN401 - whatever JSON holds
    if type(value) not in (int, float):
        raise ShapeError(f"{value!r} is no number")
    return float(value)


def _measures(groups: list[dict[str, Any]], times: list[int]) -> list[list[float | None] | None]:
    found: dict[str, list[float | None]] = {}
    for group in groups:
        named = MEASURES.keys() & group.keys()
        if named and _instants(group["datetimes"]) != times:
            raise ShapeError("the values of a track have the instants of its positions")
        for name in named:
            values = [None if value is None else _number(value) for value in group[name]["values"]]
            if found.setdefault(name, values) is not values:
                raise ShapeError(f"{name} is given twice")
    return [found.get(name) for name in MEASURES]
