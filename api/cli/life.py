"""A subject's life as text: who, where, when, and what departed from it."""

from collections.abc import Sequence
from typing import Final

from graph.reader.routines import RoutineShown
from graph.reader.summary import SubjectSummary
from ontology.times import to_text

SHADES: Final = " ░▒▓█"
"""How often: never, up to a quarter of the days, half, three quarters, more."""


def render_life(life: SubjectSummary) -> str:
    """The whole page, in plain text of at most 110 columns."""
    parts = [_who(life), _totals(life), _places(life), _routines(life), _findings(life)]
    return "\n\n".join(part for part in parts if part)


def _who(life: SubjectSummary) -> str:
    who = life.subject
    title = f"{who.name or 'No name known'}  ({who.kind.lower()}, {who.id})"
    size = f"{who.length_m:.0f} m long" if who.length_m else None
    facts = [who.type_name, size, f"call sign {who.call_sign}" if who.call_sign else None]
    known = [f"IMO {who.imo}" if who.imo else None]
    line = ", ".join(fact for fact in [*facts, *known] if fact)
    return f"{title}\n{line}" if line else title


def _totals(life: SubjectSummary) -> str:
    if life.first_fix is None or life.last_fix is None:
        return "Never seen: only its name was told."
    when = f"{to_text(life.first_fix)} to {to_text(life.last_fix)}"
    return (
        f"Seen on {life.days_seen} days, {when}: {life.fixes:,} fixes, "
        f"{life.stays} stays, {life.trips} trips, {life.gaps} gaps."
    )


def _places(life: SubjectSummary) -> str:
    if not life.places:
        return ""
    lines = [f"  {place.hours:7.1f} h  {place.stays:4} stays  {place.name}" for place in life.places]
    return "\n".join(["Where it stays:", *lines])


def _routines(life: SubjectSummary) -> str:
    return "\n\n".join(_routine(routine) for routine in life.routines[:3])


def _routine(routine: RoutineShown) -> str:
    head = f"Routine at {routine.place_name or routine.place} ({routine.timezone}, to {routine.through}):"
    ruler = "             0     6     12    18    "
    rows = [
        f"  weekdays  |{_bars(routine.weekday_hours, routine.weekdays)}|  of {routine.weekdays} days",
        f"  weekends  |{_bars(routine.weekend_hours, routine.weekends)}|  of {routine.weekends} days",
    ]
    return "\n".join([head, f"  {routine.summary}", ruler, *rows])


def _bars(hours: Sequence[int], days: int) -> str:
    return "".join(_shade(count, days) for count in hours)


def _shade(count: int, days: int) -> str:
    if not count or not days:
        return SHADES[0]
    return SHADES[min(4, 1 + int(4 * min(count / days, 0.999)))]


def _findings(life: SubjectSummary) -> str:
    if not life.findings:
        return "Findings: none."
    lines = [f"  [{found.kind}] {found.statement}" for found in life.findings]
    return "\n".join(["Findings:", *lines])
