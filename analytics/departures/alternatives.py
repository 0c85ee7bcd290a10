"""What else could explain an alert, each with what the data say for or against it."""

from __future__ import annotations

from typing import Final

import numpy as np

from analytics.departures.attendance import WEEK
from analytics.departures.checkins import DAY, CheckIns, Floats
from analytics.departures.evidence import ATTENDANCE, Evidence
from analytics.departures.model import Model
from analytics.departures.told import day_text, visits_before
from analytics.geometry import distance
from analytics.words import counted, listed

FASTEST: Final = 50.0
"""m/s; an agent that would have had to move faster than a car may be two."""
SMALL: Final = 5
"""Fewer observations are a small sample."""
MANY: Final = 0.1
"""If the share of the others who did likewise rose by so much, the cause is nothing of the agent's own."""


def alternatives(model: Model, mine: Evidence, agent: int, group: int) -> tuple[str, ...]:
    """What else could explain a window of an agent.

    Args:
        model: what is usual.
        mine: the agent's observations in the window.
        agent: its code.
        group: the group of evidence that is strangest.
    """
    part = mine.where(mine.groups == group)
    own = _days(model, agent)
    told = [_others(model, part, group), _clash(own), _sample(part)]
    if group == ATTENDANCE:
        told.insert(0, _outage(part, own))
        told[1:1] = _set_aside(model, part, agent)
    else:
        told.insert(0, _closed(model, agent, group))
    return tuple(told)


def _days(model: Model, agent: int) -> CheckIns:
    part = model.checkins.between(model.start_day * DAY, model.end_day * DAY)
    mine = part.agents == agent
    return CheckIns(
        part.agents[mine],
        part.times[mine],
        part.venues[mine],
        part.agent_names,
        part.venue_names,
        part.lons,
        part.lats,
    )


def _outage(part: Evidence, own: CheckIns) -> str:
    missed = part.days[part.ratios >= 1.0]
    seen = int(np.isin(missed, own.days).sum())
    if seen == len(missed):
        return f"No outage of the sensor: it was seen elsewhere on all {counted(len(missed), 'day')} missed."
    return (
        f"An outage of the sensor: on {len(missed) - seen} of {counted(len(missed), 'day')} missed it was "
        "seen nowhere, so it may have come unseen, or have stayed where it was."
    )


def _closed(model: Model, agent: int, group: int) -> str:
    before = visits_before(model, agent, group)
    if not before.any():
        return "A first time: before the window it went to no place of the sort."
    usual = int(before.argmax())
    now = model.checkins.between(model.start_day * DAY, model.end_day * DAY)
    visitors = len(np.unique(now.agents[(now.venues == usual) & (now.agents != agent)]))
    name = model.checkins.venue_names[usual]
    if visitors == 0:
        return f"Its usual place, {name}, may have been closed: nobody else came there either."
    return f"Its usual place, {name}, was open: {counted(visitors, 'other')} came there."


def _others(model: Model, part: Evidence, group: int) -> str:
    """Whether a holiday, or anything common to all, would do: the others then, beside the others before."""
    strange = part.ratios >= 1.0
    least = 1.0 if group == ATTENDANCE or not strange.any() else float(np.median(part.ratios[strange]))
    days = np.unique(part.days[strange])
    evidence = model.evidence
    theirs = (evidence.groups == group) & (evidence.agents != part.agents[0])
    before = theirs & (evidence.days < model.start_day)
    before &= evidence.days >= model.start_day - model.parameters.learned_days
    if group == ATTENDANCE:
        before &= np.isin(evidence.days % WEEK, days % WEEK)
    now = theirs & np.isin(evidence.days, days)
    share, usual = (_share(evidence.ratios[each], least) for each in (now, before))
    what = "missed such days then" if group == ATTENDANCE else "of the others' choices were as unlikely then"
    verdict = "A holiday, or another cause common to all" if share >= usual + MANY else "No holiday"
    return f"{verdict}: {share:.1%} {what}, {usual:.1%} before."


def _set_aside(model: Model, part: Evidence, agent: int) -> list[str]:
    """Days on which most people stayed away, which count for nobody."""
    days = np.arange(model.start_day, model.end_day)
    expected = days[model.expected.venues[agent, days % WEEK] >= 0]
    left_out = [day_text(int(day)) for day in np.setdiff1d(expected, part.days)]
    return [f"Set aside, for most people stayed away: {listed(left_out)}."] if left_out else []


def _share(ratios: Floats, least: float) -> float:
    return float((ratios >= least).mean()) if len(ratios) else 0.0


def _clash(own: CheckIns) -> str:
    """Whether two agents may be told as one."""
    fastest = 0.0
    lon, lat = own.lons[own.venues], own.lats[own.venues]
    for at in range(1, len(own)):
        metres = distance(lon[at - 1], lat[at - 1], lon[at], lat[at])
        seconds = max(float(own.times[at] - own.times[at - 1]) / 1000, 1.0)
        fastest = max(fastest, metres / seconds)
    if fastest > FASTEST:
        return f"An identity clash: it would have had to move at {fastest:.0f} m/s, as two agents might."
    return f"No identity clash: it never had to move faster than {fastest:.1f} m/s."


def _sample(part: Evidence) -> str:
    if len(part) < SMALL:
        return f"A small sample: {counted(len(part), 'observation')} only."
    return f"No small sample: {counted(len(part), 'observation')}."
