"""The days of the period side by side: what came, and what departed; a day unlike the others has a cause."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

import numpy as np

from api.report.data import DayRow
from api.report.heat import days_between, hour_starts
from api.report.material import Material
from api.report.words import day, number
from ontology.times import DAY_MS


@dataclass(frozen=True, slots=True)
class Day:
    """A civil day within the period."""

    date: date
    fixes: int
    subjects: int
    findings: Counter[str]


def days(material: Material, zone: ZoneInfo) -> tuple[Day, ...]:
    """Each civil day that the fixes of the period touch."""
    start, end = material.within.start, material.within.end
    if start is None or end is None or not material.tracks:
        return ()
    civil = days_between(start, end, zone)
    begins = hour_starts(civil, zone)[:, 0]
    edges = np.append(begins, begins[-1] + DAY_MS)
    counted = np.array([np.diff(np.searchsorted(times, edges)) for times, _, _ in material.tracks.values()])
    by_day: dict[date, Counter[str]] = {d: Counter() for d in civil}
    for finding in material.findings:
        by_day.setdefault(finding.start.astimezone(zone).date(), Counter())[finding.kind] += 1
    found = [
        Day(d, int(counted[:, n].sum()), int((counted[:, n] > 0).sum()), by_day[d])
        for n, d in enumerate(civil)
    ]
    return tuple(one for one in found if one.fixes)


def rows(table: tuple[Day, ...], kinds: tuple[str, ...]) -> tuple[DayRow, ...]:
    """The days as a table, one column a kind of finding."""
    most = max((one.fixes for one in table), default=1)
    return tuple(
        DayRow(
            label=day(one.date),
            weekend=one.date.weekday() >= 5,
            fixes=number(one.fixes),
            subjects=number(one.subjects),
            by_kind=tuple(str(one.findings[kind]) for kind in kinds),
            total=str(one.findings.total()),
            share=one.fixes / most,
        )
        for one in table
    )
