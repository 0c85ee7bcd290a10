"""Source coverage: what came in each hour, so that a silence of the source is not taken for a ship's."""

from __future__ import annotations

from datetime import UTC, datetime
from statistics import median
from typing import Final
from zoneinfo import ZoneInfo

from api.report.data import CoverageRow, SourcePart
from api.report.heat import days_between
from api.report.material import Material
from api.report.words import count, day, number, span
from graph.reader.coverage import HOUR, SourceHours

MOST_SILENCES: Final = 30
"""Named one by one."""


def parts(material: Material, zone: ZoneInfo) -> tuple[SourcePart, ...]:
    """Each source of fixes."""
    return tuple(_part(material, source, zone) for source in material.hours)


def _part(material: Material, source: SourceHours, zone: ZoneInfo) -> SourcePart:
    start, end = material.within.start, material.within.end
    hours = {hour: n for hour, n in source.hours.items() if start and end and start <= hour <= end}
    silent = source.silences()
    hours_silent = sum((b - a) // HOUR for a, b in silent)
    typical = median(hours.values()) if hours else 0
    sentence = (
        f"{count(sum(hours.values()), 'position')} from {count(source.subjects, 'subject')} in "
        f"{count(len(hours), 'hour')} with reception; {number(typical)} in the median hour."
    )
    silences = tuple(span(a, b, zone) for a, b in silent[:MOST_SILENCES])
    return SourcePart(
        source.source, sentence, _rows(hours, zone), count(hours_silent, "whole hour"), silences
    )


def _rows(hours: dict[datetime, int], zone: ZoneInfo) -> tuple[CoverageRow, ...]:
    if not hours:
        return ()
    most = max(hours.values())
    rows = []
    for civil in days_between(min(hours), max(hours), zone):
        starts = [
            datetime(civil.year, civil.month, civil.day, h, tzinfo=zone).astimezone(UTC) for h in range(24)
        ]
        here = [hours.get(start.replace(minute=0), 0) for start in starts]
        shades = tuple(-(-4 * n // most) for n in here)
        rows.append(CoverageRow(day(civil), civil.weekday() >= 5, shades, tuple(number(n) for n in here)))
    return tuple(rows)
