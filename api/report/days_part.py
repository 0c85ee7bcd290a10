"""The days of the period side by side: what came, and what departed; a day unlike the others has a cause."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from api.report.data import DayRow
from api.report.heat import days_between, hour_starts
from api.report.material import Material
from api.report.words import day, number
from ontology.times import DAY_MS, from_ms

LAST_HOUR: Final = 23


@dataclass(frozen=True, slots=True)
class Day:
    """A civil day within the period."""

    date: date
    fixes: int
    heard: frozenset[str]
    """Keys of the subjects received."""
    findings: Counter[str]
    partly: str
    """Where the data begin or end within the day, from when or to when; empty for a whole day."""

    @property
    def subjects(self) -> int:
        """How many were received."""
        return len(self.heard)


def days(material: Material, zone: ZoneInfo) -> tuple[Day, ...]:
    """Each civil day that the fixes of the period touch."""
    start, end = material.within.start, material.within.end
    if start is None or end is None or not material.tracks:
        return ()
    civil = days_between(start, end, zone)
    begins = hour_starts(civil, zone)[:, 0]
    edges = np.append(begins, begins[-1] + DAY_MS)
    counted = np.array([np.diff(np.searchsorted(times, edges)) for times, _, _ in material.tracks.values()])
    keys = np.array(list(material.tracks))
    by_day: dict[date, Counter[str]] = {d: Counter() for d in civil}
    for finding in material.findings:
        by_day.setdefault(finding.start.astimezone(zone).date(), Counter())[finding.kind] += 1
    found = [
        Day(
            d,
            int(counted[:, n].sum()),
            frozenset(keys[counted[:, n] > 0].tolist()),
            by_day[d],
            _partly(material, d, zone),
        )
        for n, d in enumerate(civil)
    ]
    return tuple(one for one in found if one.fixes)


def _partly(material: Material, civil: date, zone: ZoneInfo) -> str:
    first = from_ms(min(int(times[0]) for times, _, _ in material.tracks.values())).astimezone(zone)
    last = from_ms(max(int(times[-1]) for times, _, _ in material.tracks.values())).astimezone(zone)
    begins = f"from {first:%H:%M}" if first.date() == civil and first.hour else ""
    ends = f"to {last:%H:%M}" if last.date() == civil and last.hour < LAST_HOUR else ""
    return " ".join(part for part in (begins, ends) if part)


def rows(table: tuple[Day, ...], kinds: tuple[str, ...]) -> tuple[DayRow, ...]:
    """The days as a table, one column a kind of finding."""
    most = max((one.fixes for one in table), default=1)
    return tuple(
        DayRow(
            label=f"{day(one.date)}, {one.partly}" if one.partly else day(one.date),
            weekend=one.date.weekday() >= 5,
            fixes=number(one.fixes),
            subjects=number(one.subjects),
            by_kind=tuple(str(one.findings[kind]) for kind in kinds),
            total=str(one.findings.total()),
            share=one.fixes / most,
        )
        for one in table
    )
