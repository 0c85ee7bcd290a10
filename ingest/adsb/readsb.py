"""The JSON of readsb and tar1090 as reports: aircraft.json, traces, and the lines of readsb's JSON port.

Fields: https://github.com/wiedehopf/readsb/blob/dev/README-json.md. What has a field of another type than it
says there is read again by itself, so that one odd aircraft spoils no other.
"""

import math
from collections.abc import Sequence
from typing import Any, Final

import msgspec
import numpy as np

from ingest.adsb.columns import Column, Reports
from ingest.believed import KNOT
from ingest.feed import NO_TIME

FARTHEST_S: Final = 1e11
"""Seconds after 1970 beyond which a number is no time."""


class Aircraft(msgspec.Struct, gc=False):
    """One aircraft, as far as it is kept; the second names are OpenSky's and those of the library traffic."""

    hex: str | None = None
    icao24: str | None = None
    flight: str | None = None
    callsign: str | None = None
    lat: float | None = None
    latitude: float | None = None
    lon: float | None = None
    longitude: float | None = None
    gs: float | None = None
    groundspeed: float | None = None
    track: float | None = None
    true_heading: float | None = None
    seen_pos: float | None = None
    seen: float | None = None
    now: float | None = None
    timestamp: float | None = None
    r: str | None = None
    registration: str | None = None
    t: str | None = None
    typecode: str | None = None
    desc: str | None = None


_NUMBERS: Final = frozenset(
    field.name for field in msgspec.structs.fields(Aircraft) if field.type == float | None
)
_TEXTS: Final = frozenset(field.name for field in msgspec.structs.fields(Aircraft)) - _NUMBERS


def leniently(said: object) -> Aircraft:
    """An aircraft from JSON that has not the types that it should: what cannot be read is not told."""
    if not isinstance(said, dict):
        return Aircraft()
    found: dict[str, Any] = {name: _number(said.get(name)) for name in _NUMBERS}
    found |= {name: _text(said.get(name)) for name in _TEXTS}
    return Aircraft(**found)


def _number(value: Any) -> float | None:  # noqa: ANN401 - whatever JSON holds
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except OverflowError:
        return None


def reports(every: Sequence[Aircraft], now_s: float, lines: Sequence[int]) -> Reports:
    """Aircraft as reports.

    Args:
        every: the aircraft.
        now_s: when that was told of all, seconds after 1970; NaN where each says it itself.
        lines: the number of each one.
    """
    places = [(_or(one.lon, one.longitude), _or(one.lat, one.latitude)) for one in every]
    return Reports(
        lines=np.array(lines, dtype=np.int64),
        addresses=[one.hex if one.hex is not None else one.icao24 for one in every],
        times=milliseconds(column([_when(one, now_s) for one in every])),
        lons=column([lon for lon, _ in places]),
        lats=column([lat for _, lat in places]),
        speeds=column([_or(one.gs, one.groundspeed) for one in every]) * KNOT,
        courses=column([one.track for one in every]),
        headings=column([one.true_heading for one in every]),
        flights=[one.flight or one.callsign for one in every],
        registrations=[one.r or one.registration for one in every],
        types=[one.t or one.typecode or one.desc for one in every],
    )


def of_trace(said: dict[str, Any], points: Sequence[Any], lines: Sequence[int]) -> Reports:
    """The points of a trace as reports; the call sign is told where the trace has details.

    A point is seconds after the trace's timestamp, latitude, longitude, height, speed in knots, track, flags,
    climb, and details or null.
    """
    rows = [point if isinstance(point, list) else [] for point in points]
    start = _number(said.get("timestamp"))
    details = [row[8] if len(row) > 8 and isinstance(row[8], dict) else None for row in rows]
    told = [place for place, one in enumerate(details) if one is not None] or [0]
    who = [_text(said.get("r")), _text(said.get("t")) or _text(said.get("desc"))]
    once: list[list[str | None]] = [[None] * len(rows) for _ in who]
    for place in told[: len(rows)]:
        for values, value in zip(once, who, strict=True):
            values[place] = value
    seconds, lats, lons, speeds, courses = (_cells(rows, place) for place in (0, 1, 2, 4, 5))
    return Reports(
        lines=np.array(lines, dtype=np.int64),
        addresses=[_text(said.get("icao"))] * len(rows),
        times=milliseconds(seconds + (math.nan if start is None else start)),
        lons=lons,
        lats=lats,
        speeds=speeds * KNOT,
        courses=courses,
        headings=column([_number(one.get("true_heading")) if one else None for one in details]),
        flights=[_text(one.get("flight")) if one else None for one in details],
        registrations=once[0],
        types=once[1],
    )


def column(values: Sequence[float | None]) -> Column:
    """Numbers as a column, NaN for None."""
    return np.array(values, dtype=np.float64)


def milliseconds(seconds: Column) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Epoch milliseconds of seconds, NO_TIME where there are none."""
    sound = np.abs(seconds) < FARTHEST_S
    return np.where(sound, np.rint(np.where(sound, seconds, 0.0) * 1000), NO_TIME).astype(np.int64)


def _when(one: Aircraft, now_s: float) -> float:
    """When it was where it was, or else when it was heard last."""
    now = now_s if one.now is None else one.now
    if now != now and one.timestamp is not None:
        now = one.timestamp / 1000 if one.timestamp >= FARTHEST_S else one.timestamp
    ago = _or(one.seen_pos, one.seen) if one.lat is not None else one.seen
    return now - (ago or 0.0)


def _or(one: float | None, other: float | None) -> float | None:
    return one if one is not None else other


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _cells(rows: Sequence[list[Any]], place: int) -> Column:
    return column([_number(row[place]) if len(row) > place else None for row in rows])
