"""What was seen in a window and what is usual, in counts and plain words."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import numpy as np

from analytics.departures.checkins import DAY, Ints
from analytics.departures.evidence import ATTENDANCE, Evidence
from analytics.departures.model import Model
from analytics.words import counted, listed

EPOCH: Final = date(1970, 1, 1)
SHOWN: Final = 3
"""Places told by name; the rest are counted."""
RARE: Final = 0.1
"""A place that had a smaller share of an agent's visits is none of its usual ones."""


def day_text(day: int) -> str:
    """A day since the epoch, such as `Mon 26 Feb 2024`."""
    return f"{EPOCH + timedelta(days=day):%a %-d %b %Y}"


def happened(model: Model, mine: Evidence, group: int) -> str:
    """What was seen of an agent in the window.

    Args:
        model: what is usual.
        mine: the agent's observations in the window.
        group: the group of evidence that is strangest.
    """
    span = f"from {day_text(model.start_day)} to {day_text(model.end_day - 1)}"
    part = mine.where(mine.groups == group)
    if group == ATTENDANCE:
        came = int((part.ratios < 1.0).sum())
        return (
            f"Came on {came} of {counted(len(part), 'day')} when expected, {span}: {_by_place(model, part)}."
        )
    before = visits_before(model, int(mine.agents[0]), group)
    share = before / max(int(before.sum()), 1)
    rare = int((share[part.venues] < RARE).sum())
    return (
        f"Chose, {span}, among places of one sort {counted(len(part), 'time')}: "
        f"{most_visited(model, np.bincount(part.venues, minlength=len(share)))}; "
        f"{rare} of the {len(part)} fell on places that had less than a tenth of its visits before."
    )


def normal(model: Model, agent: int, group: int) -> str:
    """What was usual of an agent before the window, in counts."""
    if group == ATTENDANCE:
        return _expected_before(model, agent)
    before = visits_before(model, agent, group)
    days = model.parameters.learned_days
    return (
        f"Before: {counted(int(before.sum()), 'visit')} to such places in {days} days: "
        f"{most_visited(model, before)}."
    )


def _by_place(model: Model, part: Evidence) -> str:
    told = []
    for venue in np.unique(part.venues):
        ratios = part.ratios[part.venues == venue]
        told.append(f"to {model.checkins.venue_names[venue]} on {int((ratios < 1.0).sum())} of {len(ratios)}")
    return listed(told)


def _expected_before(model: Model, agent: int) -> str:
    expected = model.expected
    told = []
    for venue in np.unique(expected.venues[agent][expected.venues[agent] >= 0]):
        there = expected.venues[agent] == venue
        came, days = int(expected.came[agent][there].sum()), int(there.sum()) * expected.weeks
        told.append(f"to {model.checkins.venue_names[venue]} on {came} of {days}")
    return f"Before, on the same weekdays of {expected.weeks} weeks: {listed(told)}."


def visits_before(model: Model, agent: int, group: int) -> Ints:
    """Visits of an agent to each place of a sort in the days that are learned from, shape (venues,)."""
    low, high = (model.start_day - model.parameters.learned_days) * DAY, model.start_day * DAY
    known = model.checkins.between(low, high)
    venues = known.venues[known.agents == agent]
    return np.bincount(venues[model.sort[venues] == group - 1], minlength=len(model.sort))


def most_visited(model: Model, visits: Ints) -> str:
    """The places with the most visits by name, such as `30 at 1757, 6 at 1756, 5 at 2 others`."""
    order = np.argsort(-visits, kind="stable")
    order = order[visits[order] > 0]
    if not len(order):
        return "none"
    told = [f"{visits[at]} at {model.checkins.venue_names[at]}" for at in order[:SHOWN]]
    rest = order[SHOWN:]
    if len(rest):
        told.append(f"{visits[rest].sum()} at {counted(len(rest), 'other')}")
    return ", ".join(told)
