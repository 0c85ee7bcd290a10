"""The bottom line: in three to five sentences, what stands out; every number stands in the report again."""

from __future__ import annotations

from collections import Counter
from statistics import median
from typing import Final
from zoneinfo import ZoneInfo

from api.report import routes_part
from api.report.data import LifeRow
from api.report.days_part import Day
from api.report.material import Material
from api.report.naming import called
from api.report.words import count, duration, listed, long_day, number

PLURALS: Final = {
    "unusual place": "unusual places",
    "unusual hour": "unusual hours",
    "usual visit not observed": "usual visits not observed",
    "long silence": "long silences",
    "impossible jump": "impossible jumps",
    "one identity in two places": "identities in two places",
}
CROWDED: Final = 1 / 3
"""A day with more than this share of the findings is said to be unlike the others."""
LEAST_CROWD: Final = 4


def sentences(
    material: Material, table: tuple[Day, ...], lives: tuple[LifeRow, ...], silent_hours: int, zone: ZoneInfo
) -> tuple[str, ...]:
    """What stands out, the most important first."""
    found = [
        _how_many(material),
        _foremost(material),
        _crowded(material, table, zone),
        _life(material, lives),
    ]
    return tuple(sentence for sentence in [*found, _reception(silent_hours)] if sentence)


def _how_many(material: Material) -> str:
    findings = material.findings
    if not findings:
        return "Nobody departed from a routine that this period's data could establish."
    kinds = Counter(finding.kind for finding in findings)
    ordered = sorted(kinds.items(), key=lambda item: (-item[1], item[0]))
    parts = [count(n, kind, PLURALS.get(kind, kind)) for kind, n in ordered]
    whom = len({finding.subject for finding in findings})
    return (
        f"Of {count(len(material.tracks), 'subject')} watched, {number(whom)} departed from "
        f"{'its' if whom == 1 else 'their'} routine, {count(len(findings), 'time')} in all: {listed(parts)}."
    )


def _foremost(material: Material) -> str:
    if not material.findings:
        return ""
    first = material.findings[0]
    name = called(material.subjects.get(first.subject), first.subject)
    return f"The most surprising is {name}: {first.statement}"


def _crowded(material: Material, table: tuple[Day, ...], zone: ZoneInfo) -> str:
    total = len(material.findings)
    crowd = max(table, key=lambda one: one.findings.total(), default=None)
    if crowd is None or crowd.findings.total() < max(LEAST_CROWD, CROWDED * total):
        return ""
    partly = f", of which the data hold the hours {crowd.partly}" if crowd.partly else ""
    typical = median(one.fixes for one in table)
    return (
        f"{number(crowd.findings.total())} of the {number(total)} fall on {long_day(crowd.date)}{partly}; "
        f"{count(crowd.subjects, 'subject')} and {number(crowd.fixes)} positions were received that day "
        f"({number(typical)} on the median day){_silent(material, crowd, zone)}. "
        "Look for what they share, such as weather, a timetable or poor reception, before reading them one "
        "by one."
    )


def _silent(material: Material, crowd: Day, zone: ZoneInfo) -> str:
    """How many of those whom the day's findings are about sent nothing at all that day."""
    that_day = [f for f in material.findings if f.start.astimezone(zone).date() == crowd.date]
    subjects = {finding.subject for finding in that_day}
    silent = len(subjects - crowd.heard)
    return (
        f", and {number(silent)} of the {number(len(subjects))} concerned sent nothing at all"
        if silent
        else ""
    )


def _life(material: Material, lives: tuple[LifeRow, ...]) -> str:
    ways = routes_part.ways(material)
    parts = []
    if ways:
        trips = ways[0][1]
        ships = len({trip.subject for trip in trips})
        parts.append(
            f"The way most taken leads from {trips[0].origin_name} to {trips[0].destination_name}: "
            f"{count(len(trips), 'trip')} by {count(ships, 'subject')}, "
            f"{duration(routes_part.seconds(trips))} at the median."
        )
    if lives:
        parts.append(f"The clock tells most about {lives[0].subject} at {lives[0].place}: {lives[0].summary}")
    return " ".join(parts)


def _reception(silent_hours: int) -> str:
    if not silent_hours:
        return "Something was received in every hour between the first position and the last."
    hours = count(silent_hours, "whole hour")
    return f"Nothing was received at all in {hours}: what is not observed then says nothing."
