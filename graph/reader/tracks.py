"""Tracks: the fixes of a subject in order of time, whatever segments and pieces they lie in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from graph.reader.reader import Reader, Row
from graph.reader.within import ALWAYS, Interval

Floats = NDArray[np.float64]
HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Fixes:
    """Fixes of one subject; arrays of shape (n,), ordered by time, NaN where a value is missing.

    Attributes:
        times: epoch milliseconds.
        lons: degrees east, WGS 84.
        lats: degrees north, WGS 84.
        speeds: over ground, m/s.
        courses: over ground, degrees from true north.
        headings: true, degrees.
    """

    times: NDArray[np.int64]
    lons: Floats
    lats: Floats
    speeds: Floats
    courses: Floats
    headings: Floats


_ONES = "(:Subject {key: $subject})-[:HAS_TRACK]->(t:TrackSegment)"
_EVERYBODYS = "(s:Subject)-[:HAS_TRACK]->(t:TrackSegment)"
_SOME_OF_ONE: Final = timedelta(days=30)
_SOME_OF_ALL: Final = timedelta(days=1)
"""So much is asked for at once: an answer is held whole, by the guard and here."""

_HOURS = f"""
    MATCH {_ONES}
    WHERE t.hour >= $since_hour AND t.hour <= $until
    RETURN t.hour AS hour, t.times AS times, t.lons AS lons, t.lats AS lats,
           t.speeds AS speeds, t.courses AS courses, t.headings AS headings
    ORDER BY hour, t.key
"""


def hours(reader: Reader, subject: str, within: Interval = ALWAYS) -> Iterator[Fixes]:
    """A subject's fixes within an interval, one UTC hour after the other: a month is held, not the track."""
    pending: list[Row] = []
    for row in _in_slices(reader, _ONES, _HOURS, within, _SOME_OF_ONE, subject=subject):
        if pending and row["hour"] != pending[0]["hour"]:
            yield from _merged(pending, within)
            pending = []
        pending.append(row)
    yield from _merged(pending, within)


def whole(reader: Reader, subject: str, within: Interval = ALWAYS) -> Fixes:
    """A subject's fixes within an interval, in one piece, empty where there are none."""
    parts = list(hours(reader, subject, within))
    if not parts:
        return Fixes(np.empty(0, np.int64), *(np.empty(0) for _ in range(5)))
    names = Fixes.__slots__
    return Fixes(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def positions(
    reader: Reader, within: Interval = ALWAYS
) -> dict[str, tuple[NDArray[np.int64], Floats, Floats]]:
    """Times, longitudes and latitudes of every subject within an interval, by the subject's key."""
    asked = f"""
        MATCH {_EVERYBODYS}
        WHERE t.hour >= $since_hour AND t.hour <= $until
        RETURN s.key AS subject, t.times AS times, t.lons AS lons, t.lats AS lats
    """
    rows = _in_slices(reader, _EVERYBODYS, asked, within, _SOME_OF_ALL)
    pieces: dict[str, list[Row]] = {}
    for row in rows:
        pieces.setdefault(row["subject"], []).append(row)
    return {subject: _positions(pieces[subject], within) for subject in sorted(pieces)}


def _in_slices(
    reader: Reader,
    of: str,
    asked: str,
    within: Interval,
    length: timedelta,
    **given: Any,  # noqa: ANN401 - Cypher's parameters
) -> Iterator[Row]:
    """The rows of a question about hours, asked slice by slice of time, in their order."""
    ends = "WHERE t.hour >= $since_hour AND t.hour <= $until RETURN min(t.hour) AS first, max(t.hour) AS last"
    row = reader.one(f"MATCH {of} {ends}", **given, **within.parameters())
    start, last = (row["first"], row["last"]) if row else (None, None)
    while start is not None and start <= last:
        yield from reader.stream(asked, **given, since_hour=start, until=start + length - HOUR)
        start += length


def _positions(rows: list[Row], within: Interval) -> tuple[NDArray[np.int64], Floats, Floats]:
    times = np.concatenate([np.asarray(row["times"], np.int64) for row in rows])
    lons, lats = (np.concatenate([np.asarray(row[name], float) for row in rows]) for name in ("lons", "lats"))
    order = _inside(times, within, np.lexsort((lats, lons, times)))
    return times[order], lons[order], lats[order]


def _merged(rows: list[Row], within: Interval) -> Iterator[Fixes]:
    if not rows:
        return
    times = np.concatenate([np.asarray(row["times"], np.int64) for row in rows])
    columns = [
        np.concatenate([_column(row, name) for row in rows])
        for name in ("lons", "lats", "speeds", "courses", "headings")
    ]
    order = _inside(times, within, np.lexsort((columns[1], columns[0], times)))
    if order.size:
        yield Fixes(times[order], *(column[order] for column in columns))


def _inside(times: NDArray[np.int64], within: Interval, order: NDArray[np.intp]) -> NDArray[np.intp]:
    bounds = within.parameters()
    kept: NDArray[np.bool_] = (times >= bounds["since_ms"]) & (times <= bounds["until_ms"])
    inside: NDArray[np.intp] = order[kept[order]]
    return inside


def _column(row: Row, name: str) -> Floats:
    values = row[name]
    return np.full(len(row["times"]), np.nan) if values is None else np.asarray(values, float)
