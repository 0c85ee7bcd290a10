"""The most regular lives: where, and at which hours, the clock alone tells whether a subject is there."""

from __future__ import annotations

from collections.abc import Sequence
from math import log2
from typing import Final

from api.report.data import LifeRow
from api.report.material import Material
from api.report.naming import called, described
from api.report.words import count
from graph.reader.routines import RoutineOf
from graph.reader.shown import short_id

MOST: Final = 10
LEAST_DAYS: Final = 3
"""On fewer weekdays than this, nothing is called regular."""


def rows(material: Material) -> tuple[LifeRow, ...]:
    """The most regular first, each subject once, at the place where it is most regular."""
    best: dict[str, tuple[float, RoutineOf]] = {}
    for routine in material.routines:
        told = told_by_the_clock(routine.weekday_hours, routine.weekdays)
        if routine.weekdays >= LEAST_DAYS and told > best.get(routine.subject, (0.0, None))[0]:
            best[routine.subject] = (told, routine)
    ranked = sorted(best.items(), key=lambda item: (-item[1][0], item[0]))
    return tuple(_row(material, told, routine) for _, (told, routine) in ranked[:MOST])


def told_by_the_clock(hours: Sequence[int], days: int) -> float:
    """How much the hour of the day tells of presence, in bits: 0 for nothing, 1 at most.

    The mutual information of hour and presence, by counts. Of a subject that is always there, or at any hour
    alike, the clock tells nothing; of one that is there every day from 06 to 18 and never else, a whole bit.
    """
    if not days or not hours:
        return 0.0
    shares = [min(1.0, hour / days) for hour in hours]
    return _entropy(sum(shares) / len(shares)) - sum(map(_entropy, shares)) / len(shares)


def _entropy(share: float) -> float:
    return 0.0 if share in (0.0, 1.0) else -share * log2(share) - (1 - share) * log2(1 - share)


def _row(material: Material, told: float, routine: RoutineOf) -> LifeRow:
    subject = material.subjects.get(routine.subject)
    days = routine.weekdays
    return LifeRow(
        subject=called(subject, routine.subject),
        subject_id=short_id(routine.subject),
        note=described(subject),
        place=routine.place_name or routine.place,
        summary=routine.summary,
        days=count(days, "weekday"),
        hours=tuple(-(-4 * min(hour, days) // days) for hour in routine.weekday_hours),
        counts=tuple(f"{hour} of {days}" for hour in routine.weekday_hours),
        told=f"{told:.2f}",
    )
