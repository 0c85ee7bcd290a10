"""The bottom line: in three to five sentences, what stands out; every number stands in the report again."""

from __future__ import annotations

from collections import Counter
from statistics import median
from typing import Final

from api.report.data import LifeRow
from api.report.days_part import Day
from api.report.material import Material
from api.report.naming import called
from api.report.words import count, listed, long_day, number

PLURALS: Final = {
    "unusual place": "unusual places",
    "unusual hour": "unusual hours",
    "usual visit not observed": "usual visits not observed",
}
CROWDED: Final = 1 / 3
"""A day with more than this share of the findings is said to be unlike the others."""
LEAST_CROWD: Final = 4


def sentences(
    material: Material, table: tuple[Day, ...], lives: tuple[LifeRow, ...], silent_hours: int
) -> tuple[str, ...]:
    """What stands out, the most important first."""
    found = [_how_many(material), _foremost(material), _crowded(material, table), _regular(lives)]
    return tuple(sentence for sentence in [*found, _reception(silent_hours)] if sentence)


def _how_many(material: Material) -> str:
    findings = material.findings
    if not findings:
        return "Nobody departed from a routine that this period's data could establish."
    kinds = Counter(finding.kind for finding in findings)
    parts = [
        count(n, kind, PLURALS.get(kind, kind)) for kind, n in sorted(kinds.items(), key=lambda i: -i[1])
    ]
    whom = len({finding.subject for finding in findings})
    return (
        f"Of {count(len(material.tracks), 'subject')} watched, {number(whom)} departed from "
        f"{'its' if whom == 1 else 'their'} routine, {number(len(findings))} times in all: {listed(parts)}."
    )


def _foremost(material: Material) -> str:
    if not material.findings:
        return ""
    first = material.findings[0]
    name = called(material.subjects.get(first.subject), first.subject)
    return f"The most surprising is {name}: {first.statement}"


def _crowded(material: Material, table: tuple[Day, ...]) -> str:
    total = len(material.findings)
    crowd = max(table, key=lambda one: one.findings.total(), default=None)
    if crowd is None or crowd.findings.total() < max(LEAST_CROWD, CROWDED * total):
        return ""
    typical = median(one.fixes for one in table)
    return (
        f"{number(crowd.findings.total())} of the {number(total)} fall on {long_day(crowd.date)}, when "
        f"{number(crowd.fixes)} positions came from {count(crowd.subjects, 'subject')} (median day: "
        f"{number(typical)}): look for what they share, such as weather, a timetable or poor reception, "
        "before reading them one by one."
    )


def _regular(lives: tuple[LifeRow, ...]) -> str:
    if not lives:
        return ""
    first = lives[0]
    return f"The most regular life is that of {first.subject} at {first.place}: {first.summary}"


def _reception(silent_hours: int) -> str:
    if not silent_hours:
        return "Something was received in every hour between the first position and the last."
    hours = count(silent_hours, "whole hour")
    return f"Nothing was received at all in {hours}: what is not observed then says nothing."
