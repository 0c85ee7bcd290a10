"""Finding: a stay at a place that is new to a subject which otherwise keeps to its places."""

from __future__ import annotations

from typing import NamedTuple

from analytics import surprise
from analytics.civil_time import zone
from analytics.geometry import distance
from analytics.history import Comparable, History, Visit
from analytics.parameters import Parameters
from analytics.words import counted, distance_text, span_text
from ontology import iri
from ontology.concluded import Finding
from ontology.times import DAY_MS, from_ms

KIND = "unusual place"


def unusual_place(history: History, visit: Visit, view: str, parameters: Parameters) -> Finding | None:
    """Judge a visit by all that the subject did before it.

    A subject is settled if, over the later half of its stays, the rate at which it came to places new to
    it is at most `settled_rate`; one that wanders anywhere is not, and a new place says nothing about it.

    Args:
        history: up to, and without, the visit.
        visit: a stay that is over.
        view: whose conclusion it would be.
        parameters: what settled means.
    """
    where = zone(visit.place.timezone)
    today = where.day(visit.start)
    earliest = visit.start - parameters.baseline_days * DAY_MS
    first = history.began_before(earliest)
    watched = history.watched(where)
    days = int(watched.searchsorted(today) - watched.searchsorted(today - parameters.baseline_days))
    if days < parameters.settled_days or len(history.visits) - first < parameters.settled_stays:
        return None
    if history.starts.get(visit.place.key, [-1])[-1] >= earliest:
        return None
    before = history.visits[first:]
    places = {earlier.place.key: earlier.place for earlier in before}.values()
    away = min(distance(visit.place.lon, visit.place.lat, place.lon, place.lat) for place in places)
    recent = before[len(before) // 2 :]
    new = _first_visits(before) - _first_visits(before[: len(before) // 2])
    bits = surprise.of_event(new, len(recent))
    settled = (new + 0.5) / (len(recent) + 1.0) <= parameters.settled_rate
    if not settled or away < parameters.new_place_m or bits < parameters.findings_floor:
        return None
    return _finding(
        history,
        visit,
        view,
        _Grounds(before, len(places), away, new, len(recent), days, bits),
        _alternatives(days, history.comparable(where, today, parameters), parameters),
    )


class _Grounds(NamedTuple):
    """What a finding rests on: visits before, their places, metres to the nearest, new ones, bits."""

    before: list[Visit]
    places: int
    away: float
    new: int
    recent: int
    days: int
    bits: float


def _finding(
    history: History, visit: Visit, view: str, grounds: _Grounds, alternatives: tuple[str, ...]
) -> Finding:
    where = zone(visit.place.timezone)
    return Finding(
        key=iri.finding(view, KIND, history.subject, visit.place.key, visit.start),
        view=view,
        kind=KIND,
        subject=history.subject,
        place=visit.place.key,
        start=from_ms(visit.start),
        end=from_ms(visit.end),
        statement=(
            f"Stayed at {visit.place.name} {span_text(visit.start, visit.end, where)}, where it had not"
            f" stayed on any of {counted(grounds.days, 'day')} watched before. The nearest of its"
            f" {counted(grounds.places, 'place')} is {distance_text(grounds.away)} away;"
            f" {grounds.new} of its last {counted(grounds.recent, 'stay')} led to a place new to it."
        ),
        matches=0,
        days=grounds.days,
        surprise=round(grounds.bits, 2),
        coverage="observed",
        alternatives=alternatives,
        evidence=tuple(iri.stay(view, history.subject, one.start) for one in (visit, *grounds.before[-3:])),
    )


def _first_visits(visits: list[Visit]) -> int:
    return len({visit.place.key for visit in visits})


def _alternatives(days: int, alike: Comparable, parameters: Parameters) -> tuple[str, ...]:
    small = (
        (f"a small sample: {counted(days, 'day')} watched",) if days < parameters.small_sample_days else ()
    )
    unlike = () if alike.days else (f"another timetable on {alike.name}: none was watched before",)
    return (
        *small,
        *unlike,
        "an errand that comes round more seldom than the days watched, such as fuel, repair or a charter",
        "waiting under way or at anchor, not a call",
        "another vessel under the same identity",
    )
