"""The routine: on how many of the days watched a subject was at a place, by hour of the place's own day."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analytics.civil_time import SATURDAY, Zone, as_date, weekdays, zone
from analytics.geometry import compiled
from analytics.history import History, Visit, blocks, hours_of, mask_of, merge
from analytics.parameters import Parameters
from analytics.words import counted, hours_text, listed
from ontology import iri
from ontology.concluded import Place, Routine

_OFTEN = 0.5
"""The summary tells of the hours in which the subject was there on at least half of the days."""


def through(history: History, where: Zone, until: int) -> int | None:
    """The last civil day that is over and on which the subject was seen; None while there is none."""
    watched = history.watched(where)
    over = watched[: int(watched.searchsorted(where.day(until)))]
    return int(over[-1]) if len(over) else None


def routines(
    history: History, going_on: Visit | None, until: int, view: str, parameters: Parameters
) -> list[Routine]:
    """The routines of a subject at every place where it was on `routine_days` days or more.

    Args:
        history: what it has done.
        going_on: the stay that is not over, up to its last fix, if it is at a known place.
        until: epoch milliseconds; only civil days that are over by then count.
        view: whose conclusions these are.
        parameters: how far back to look, and when a sample is small.
    """
    found = []
    places = dict(history.places)
    if going_on is not None:
        places.setdefault(going_on.place.key, going_on.place)
    for place in places.values():
        where = zone(place.timezone)
        last = through(history, where, until)
        if last is None:
            continue
        masks = history.hours.get(place.key, {})
        if going_on is not None and going_on.place.key == place.key:
            masks = dict(masks)
            merge(masks, hours_of(going_on))
        watched = history.watched(where)
        first = last - parameters.baseline_days + 1
        days = watched[int(watched.searchsorted(first)) : int(watched.searchsorted(last, "right"))].tolist()
        if sum(day in masks for day in days) >= parameters.routine_days:
            number = history.began_on(place.key, where, first, last)
            if going_on is not None and going_on.place.key == place.key:
                number += first <= where.day(going_on.start) <= last
            found.append(_routine(history.subject, place, masks, days, number, view, parameters))
    return found


def _routine(
    subject: str,
    place: Place,
    masks: dict[int, int],
    days: list[int],
    visits: int,
    view: str,
    parameters: Parameters,
) -> Routine:
    which = weekdays(np.array(days, np.int64))
    working, weekends = (
        [day for day, number in zip(days, which.tolist(), strict=True) if (number >= SATURDAY) == off]
        for off in (False, True)
    )
    week = _week(np.array([masks.get(day, 0) for day in days], np.int64), which)
    on_weekdays, on_weekends = week[:SATURDAY].sum(axis=0), week[SATURDAY:].sum(axis=0)
    sentences = (
        _sentence("weekday", masks, working, on_weekdays, parameters),
        _sentence("weekend day", masks, weekends, on_weekends, parameters),
    )
    return Routine(
        key=iri.routine(view, subject, place.key),
        view=view,
        subject=subject,
        place=place.key,
        timezone=place.timezone,
        through=as_date(days[-1]),
        weekdays=len(working),
        weekends=len(weekends),
        weekday_hours=tuple(on_weekdays.tolist()),
        weekend_hours=tuple(on_weekends.tolist()),
        week_hours=tuple(week.ravel().tolist()) if days[-1] - days[0] + 1 >= parameters.week_days else (),
        visits=visits,
        summary=" ".join(sentence for sentence in sentences if sentence),
    )


@compiled
def _week(masks: NDArray[np.int64], which: NDArray[np.int64]) -> NDArray[np.int64]:
    """Days with a bit set for each hour, by day of the week from Monday on: shape (n,) each, to (7, 24)."""
    week = np.zeros((7, 24), np.int64)
    for k in range(masks.size):
        for hour in range(24):
            week[which[k], hour] += (masks[k] >> hour) & 1
    return week


def _sentence(
    kind: str, masks: dict[int, int], days: list[int], hours: NDArray[np.int64], parameters: Parameters
) -> str:
    """Such as `On weekdays between 06 and 08: 4 of 4; small sample.`."""
    if not days:
        return ""
    small = "; small sample" if len(days) < parameters.small_sample_days else ""
    often = np.flatnonzero(hours >= max(_OFTEN * len(days), 1))
    if not len(often):
        present = sum(day in masks for day in days)
        if not present:
            return f"Not on any of {counted(len(days), kind)}{small}."
        return f"On {present} of {counted(len(days), kind)}, at no hour on half of them{small}."
    told = [
        f"{hours_text(first, stop)}: {_attended(masks, days, first, stop)} of {len(days)}"
        for first, stop in blocks(often)
    ]
    return f"On {kind}s {listed(told)}{small}."


def _attended(masks: dict[int, int], days: list[int], first: int, stop: int) -> int:
    asked = mask_of(first, stop)
    return sum(bool(masks.get(day, 0) & asked) for day in days)
