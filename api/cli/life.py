"""A subject's life as text: who, where, when, and what departed from it."""

import math
from collections.abc import Sequence
from datetime import UTC
from typing import Final

from api.cli.paper import count, wrap
from api.judging import mark
from graph.reader.findings import FindingShown
from graph.reader.routines import RoutineShown
from graph.reader.summary import PlaceStayed, SubjectSummary

MINUTE: Final = "%-d %B %Y %H:%M"
SHADES: Final = " ░▒▓█"
"""On how many of the days: none, up to a quarter, up to half, up to three quarters, more."""
LEGEND: Final = "on up to a quarter of the days ░, half ▒, three quarters ▓, more █; in the place's own time"
RULER: Final = "             0     6     12    18    24"
MOST_ROUTINES: Final = 3


def render_life(life: SubjectSummary) -> str:
    """The whole page, in plain text as wide as the terminal."""
    parts = [
        _who(life),
        _totals(life),
        _places(life.places),
        _routines(life.routines),
        _findings(life.findings),
    ]
    return "\n\n".join(part for part in parts if part)


def _who(life: SubjectSummary) -> str:
    who = life.subject
    title = f"{who.name or 'Name unknown'}  ({who.kind.lower()}, {who.id})"
    facts = [
        who.type_name,
        f"{who.length_m:.0f} m long" if who.length_m else None,
        f"call sign {who.call_sign}" if who.call_sign else None,
        f"IMO {who.imo}" if who.imo else None,
    ]
    line = ", ".join(fact for fact in facts if fact)
    return f"{title}\n{line}" if line else title


def _totals(life: SubjectSummary) -> str:
    if life.first_fix is None or life.last_fix is None:
        return "Never seen: only its name was told."
    first, last = life.first_fix.astimezone(UTC), life.last_fix.astimezone(UTC)
    seen = count(life.days_seen, "day")
    told = ", ".join(
        (
            count(life.fixes, "fix", "fixes"),
            count(life.stays, "stay"),
            count(life.trips, "trip"),
            count(life.gaps, "silence"),
        )
    )
    return wrap(f"Seen on {seen}, from {first:{MINUTE}} to {last:{MINUTE}} UTC: {told}.", indent="")


def _places(places: Sequence[PlaceStayed]) -> str:
    if not places:
        return ""
    return "\n".join(["Where it stays (times are UTC)", *(_place(place) for place in places)])


def _place(place: PlaceStayed) -> str:
    last = place.last_seen.astimezone(UTC)
    stays = count(place.stays, "stay")
    return f"  {place.hours:7.1f} h  {stays:>9}  last {last:%d %b %H:%M}  {place.name}"


def _routines(routines: Sequence[RoutineShown]) -> str:
    if not routines:
        return ""
    shown = [_routine(routine) for routine in routines[:MOST_ROUTINES]]
    more = len(routines) - len(shown)
    left = f"\n\n  and {count(more, 'routine')} at other places: `--json` tells them all" if more > 0 else ""
    return f"When it is there ({LEGEND})\n\n" + "\n\n".join(shown) + left


def _routine(routine: RoutineShown) -> str:
    through = f"{routine.through:%-d %B %Y}"
    head = f"  {routine.place_name or routine.place}, {routine.timezone}, to {through}"
    rows = [
        _row("weekdays", routine.weekday_hours, routine.weekdays),
        _row("weekends", routine.weekend_hours, routine.weekends),
    ]
    return "\n".join([head, RULER, *rows, wrap(routine.summary, indent="  ")])


def _row(kind: str, hours: Sequence[int], days: int) -> str:
    bars = "".join(_shade(hour, days) for hour in hours)
    return f"  {kind:<9} |{bars}|  of {count(days, 'day')}"


def _shade(hits: int, days: int) -> str:
    return SHADES[math.ceil(4 * min(1.0, hits / days))] if hits and days else SHADES[0]


def _findings(findings: Sequence[FindingShown]) -> str:
    if not findings:
        return "What departed from that: nothing found."
    return "\n".join(["What departed from that", *(_finding(finding) for finding in findings)])


def _finding(finding: FindingShown) -> str:
    said = mark(finding)
    told = f"{finding.kind}: {finding.statement}" + (f" [{said}.]" if said else "")
    return wrap(told, indent="  * ", hanging="    ")
