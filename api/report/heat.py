"""The week heat map: on each day, in each hour of the place's civil time, was the subject there?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from api.report.words import day
from ontology.times import HOUR_MS, to_ms

SILENT: Final = "silent"
ELSEWHERE: Final = "elsewhere"
LEVELS: Final = ("there1", "there2", "there3", "there4")
"""At the place for some of the hour, up to a quarter, half, three quarters; more."""


@dataclass(frozen=True, slots=True)
class Row:
    """A civil day: its name, and for each of its 24 hours one of `SILENT`, `ELSEWHERE` and `LEVELS`."""

    label: str
    cells: tuple[str, ...]
    weekend: bool


@dataclass(frozen=True, slots=True)
class Box:
    """The hours that a finding is about, in one row: first column, and how many."""

    row: int
    column: int
    columns: int


@dataclass(frozen=True, slots=True)
class Heat:
    """Days down, hours across."""

    rows: tuple[Row, ...]
    boxes: tuple[Box, ...]
    title: str
    summary: str


def days_between(start: datetime, end: datetime, zone: ZoneInfo) -> tuple[date, ...]:
    """The civil days that an interval touches."""
    first, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    return tuple(first + timedelta(days=n) for n in range((last - first).days + 1))


def hour_starts(days: Sequence[date], zone: ZoneInfo) -> NDArray[np.int64]:
    """When each civil hour begins, epoch milliseconds, shape (days, 24)."""
    starts = [[to_ms(datetime(d.year, d.month, d.day, h, tzinfo=zone)) for h in range(24)] for d in days]
    return np.array(starts, np.int64).reshape(len(days), 24)


def presence(starts: NDArray[np.int64], spans: Sequence[tuple[datetime, datetime]]) -> NDArray[np.float64]:
    """The share of each hour that lies within any of the spans, which do not overlap."""
    share = np.zeros(starts.shape)
    for start, end in spans:
        low, high = np.maximum(starts, to_ms(start)), np.minimum(starts + HOUR_MS, to_ms(end))
        share += np.clip(high - low, 0, None) / HOUR_MS
    return share


def heat(
    days: Sequence[date],
    zone: ZoneInfo,
    at_place: Sequence[tuple[datetime, datetime]],
    times: NDArray[np.int64],
    window: tuple[datetime, datetime],
    title: str,
) -> Heat:
    """The heat map of one subject at one place.

    Args:
        days: the rows.
        zone: of the place.
        at_place: the stays there, as (start, end).
        times: of the subject's fixes, epoch milliseconds, in order.
        window: the hours to mark.
        title: what it shows.
    """
    starts = hour_starts(days, zone)
    share = presence(starts, at_place)
    fixes = np.searchsorted(times, starts + HOUR_MS) - np.searchsorted(times, starts)
    names = [[_state(share[d, h], int(fixes[d, h])) for h in range(24)] for d in range(len(days))]
    rows = tuple(Row(day(d), tuple(cells), d.weekday() >= 5) for d, cells in zip(days, names, strict=True))
    there = int((share > 0).any(axis=1).sum())
    silent = int((np.array(names) == SILENT).all(axis=1).sum())
    summary = f"There on {there} of {len(days)} days shown; nothing received on {silent} of them."
    return Heat(rows, _boxes(starts, window), title, summary)


def _state(share: float, fixes: int) -> str:
    if share > 0:
        return LEVELS[min(3, int(share * 4))]
    return ELSEWHERE if fixes else SILENT


def _boxes(starts: NDArray[np.int64], window: tuple[datetime, datetime]) -> tuple[Box, ...]:
    touched = (starts < to_ms(window[1])) & (starts + HOUR_MS > to_ms(window[0]))
    boxes = []
    for row, hours in enumerate(touched):
        columns = np.flatnonzero(hours)
        if columns.size:
            boxes.append(Box(row, int(columns[0]), int(columns[-1] - columns[0]) + 1))
    return tuple(boxes)
