"""Finding: a subject at a place that it frequents, at an hour at which it had never been there."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from analytics import surprise
from analytics.civil_time import zone
from analytics.history import Comparable, History, Visit, blocks, counts, hours_of
from analytics.parameters import Parameters
from analytics.words import counted, hours_text, span_text
from ontology import iri
from ontology.concluded import Finding
from ontology.times import DAY_MS, HOUR_MS, from_ms

KIND = "unusual hour"
_INFERRED = " Most of the stay is inferred from a silence that began and ended there."


def unusual_hour(history: History, visit: Visit, view: str, parameters: Parameters) -> Finding | None:
    """Judge a visit by the hours of the earlier ones to the same place on days like the one it began on.

    Hours within `hour_margin` of one that has been before are not unusual: who comes at 06:59 instead of
    at 07:00 is not early.

    Args:
        history: up to, and without, the visit.
        visit: a stay that is over.
        view: whose conclusion it would be.
        parameters: what usual means.
    """
    masks = history.hours.get(visit.place.key)
    if masks is None:
        return None
    where = zone(visit.place.timezone)
    day = where.day(visit.start)
    alike = history.comparable(where, day, parameters)
    attended = sum(other in masks for other in alike.days)
    if len(alike.days) < parameters.hour_days or attended < parameters.usual_share * len(alike.days):
        return None
    odd = _odd_hours(masks, alike, hours_of(visit)[day], parameters.hour_margin)
    if not odd:
        return None
    first, stop = max(blocks(odd), key=lambda block: (block[1] - block[0], -block[0]))
    start = max(visit.start, where.instant(day * DAY_MS + first * HOUR_MS))
    end = min(visit.end, where.instant(day * DAY_MS + stop * HOUR_MS))
    days = set(alike.days)
    earlier = [one for one in _to(visit.place.key, history) if where.day(one.start) in days]
    bits = surprise.of_hour(len(earlier), stop - first)
    if (
        len(earlier) < parameters.hour_stays
        or end - start < parameters.stay_dwell_s * 1000
        or bits < parameters.findings_floor
    ):
        return None
    return _finding(
        history, visit, view, _Grounds(first, stop, start, end, alike, attended, earlier, bits), parameters
    )


class _Grounds(NamedTuple):
    """What a finding rests on: the odd hours and when they were, the days, the visits before, the bits."""

    first: int
    stop: int
    start: int
    end: int
    alike: Comparable
    attended: int
    earlier: list[Visit]
    bits: float


def _finding(history: History, visit: Visit, view: str, grounds: _Grounds, parameters: Parameters) -> Finding:
    where = zone(visit.place.timezone)
    days, earlier = len(grounds.alike.days), grounds.earlier
    inferred = 2 * visit.silent > visit.end - visit.start
    return Finding(
        key=iri.finding(view, KIND, history.subject, visit.place.key, visit.start),
        view=view,
        kind=KIND,
        subject=history.subject,
        place=visit.place.key,
        start=from_ms(grounds.start),
        end=from_ms(grounds.end),
        statement=(
            f"At {visit.place.name} {span_text(visit.start, visit.end, where)}:"
            f" {hours_text(grounds.first, grounds.stop)} it was there on 0 of {days} {grounds.alike.name}"
            f" before, though at other hours on {grounds.attended} of {days}, in"
            f" {counted(len(earlier), 'stay')}." + (_INFERRED if inferred else "")
        ),
        matches=0,
        days=days,
        surprise=round(grounds.bits, 2),
        coverage="unknown" if inferred else "observed",
        alternatives=_alternatives(grounds.alike, parameters),
        evidence=tuple(iri.stay(view, history.subject, one.start) for one in (visit, *earlier[-3:])),
    )


def _odd_hours(masks: dict[int, int], alike: Comparable, hours: int, margin: int) -> list[int]:
    been = counts(masks, alike.days) > 0
    near = been.copy()
    for shift in range(1, margin + 1):
        near |= np.roll(been, shift) | np.roll(been, -shift)
    return [hour for hour in range(24) if hours >> hour & 1 and not near[hour]]


def _to(place: str, history: History) -> list[Visit]:
    return [visit for visit in history.visits if visit.place.key == place]


def _alternatives(alike: Comparable, parameters: Parameters) -> tuple[str, ...]:
    days = len(alike.days)
    small = (f"a small sample: {days} {alike.name}",) if days < parameters.small_sample_days else ()
    return (
        *small,
        "a delay, an extra run or a changed timetable",
        "a holiday, or a day unlike its kind",
        "earlier visits at this hour that no sensor saw",
    )
