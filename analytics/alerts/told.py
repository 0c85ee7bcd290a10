"""An event as a finding: who, what, where, when, by which rule, and on how many days before it was so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from analytics import surprise
from analytics.alerts.area import circle_of
from analytics.alerts.events import Event
from analytics.civil_time import clock_text, zone, zone_at
from analytics.track import Track
from analytics.words import counted, distance_text
from ontology import iri
from ontology.concluded import Finding
from ontology.rules import KIND, Area, Rule
from ontology.times import DAY_MS, from_ms


@dataclass(frozen=True, slots=True)
class Asked:
    """By whom and about whom.

    Attributes:
        view: whose rule it is.
        rule: the rule.
        subject: one of its subjects, by IRI.
    """

    view: str
    rule: Rule
    subject: str


def finding(asked: Asked, event: Event, before: Sequence[Event], track: Track) -> Finding:
    """The alert of an event.

    Args:
        asked: what it answers.
        event: it.
        before: those of the same rule and subject that were decided before.
        track: the subject's fixes.
    """
    rule, kind = asked.rule, KIND + asked.rule.name
    days = len(np.unique(track.times[: event.row + 1] // DAY_MS))
    today = event.at // DAY_MS
    matches = len({one.at // DAY_MS for one in before if one.at // DAY_MS < today})
    place = _place(rule)
    return Finding(
        key=iri.finding(asked.view, kind, asked.subject, event.other or place, event.start),
        view=asked.view,
        kind=kind,
        subject=asked.subject,
        place=place,
        start=from_ms(event.start),
        end=from_ms(event.at),
        statement=f"{_sentence(rule, event)} {_before(matches, days)}{_why(rule)}",
        matches=min(matches, days),
        days=days,
        surprise=round(surprise.of_event(min(matches, days), days), 2),
        coverage="unknown" if rule.silent is not None else "observed",
        alternatives=_alternatives(rule),
        evidence=(),
    )


def _place(rule: Rule) -> str | None:
    for said in (rule.enters, rule.leaves, rule.near):
        if said is not None and said.place is not None:
            return said.place
    return None


def _sentence(rule: Rule, event: Event) -> str:
    where = zone(zone_at(event.lon, event.lat))
    spot = f"at {abs(event.lat):.5f}° {'NS'[event.lat < 0]}, {abs(event.lon):.5f}° {'EW'[event.lon < 0]}"
    when, begun = clock_text(event.at, where), clock_text(event.start, where)
    if rule.enters is not None:
        return f"Came into {_area(rule.enters)}: heard {spot}, {when}."
    if rule.leaves is not None:
        return f"Went out of {_area(rule.leaves)}: heard {spot}, {when}."
    if rule.silent is not None:
        return f"Nothing heard for {span(rule.silent)} since {begun}, last {spot}."
    if rule.meets is not None:
        lasting = span(rule.meets.lasting)
        return (
            f"Within {distance_text(rule.meets.within_m)} of {_short(event.other)} for {lasting}"
            f" since {begun}, {distance_text(event.apart_m)} apart in the end, {spot}."
        )
    assert rule.near is not None  # noqa: S101 - a rule asks for one of five
    whom = _short(event.other) if event.other else _point(rule)
    return f"Came within {distance_text(rule.near.within_m)} of {whom}: heard {spot}, {when}."


def _point(rule: Rule) -> str:
    assert rule.near is not None  # noqa: S101 - as above
    if rule.near.place is not None:
        return f"the place {rule.near.place}"
    lon, lat = rule.near.position or (0.0, 0.0)
    return f"{abs(lat):.5f}° {'NS'[lat < 0]}, {abs(lon):.5f}° {'EW'[lon < 0]}"


def _area(area: Area) -> str:
    if area.polygon is not None:
        return "the area that was drawn"
    lon, lat, radius = circle_of(area)
    what = f"the place {area.place}" if area.place else f"{abs(lat):.5f}° {'NS'[lat < 0]}, "
    what += "" if area.place else f"{abs(lon):.5f}° {'EW'[lon < 0]}"
    return f"the {distance_text(radius)} around {what}"


def _before(matches: int, days: int) -> str:
    return f"In {counted(days, 'day')} heard so far it had been so on {matches} before."


def _why(rule: Rule) -> str:
    return f" Asked for by the rule {rule.name!r}{f': {rule.note}' if rule.note else ''}."


def _short(subject: str) -> str:
    return subject.removeprefix(iri.SUBJECT)


def span(lasting: timedelta) -> str:
    """How long, in the largest unit that leaves no rest: 90 minutes, 2 hours."""
    seconds = lasting.total_seconds()
    for name, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= size and seconds % size == 0:
            return counted(int(seconds // size), name)
    return counted(round(seconds), "second")


def _alternatives(rule: Rule) -> tuple[str, ...]:
    wrong = "one position that is wrong: look at those before and after it"
    other = "another under the same identity"
    if rule.silent is not None:
        return (
            "a receiver or feed that was out, or a stretch where nobody receives",
            "the transponder switched off for a reason, such as a berth or repair",
        )
    if rule.meets is not None:
        return (
            "side by side in a lane, a queue or an anchorage, without anything passing between them",
            other,
        )
    return (wrong, other)
