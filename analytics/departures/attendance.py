"""Days at which an agent was expected somewhere, and did or did not come.

An agent is committed to a place on a weekday if it came there on nearly all such days of the weeks before.
One place a weekday counts (where it spends most time, its home set aside), so that one absence is not counted
twice: who does not go to work does not lunch beside it either. How often agents miss such days by nature is
learned from all who are expected somewhere on as many weekdays, and each agent's own rate is shrunk towards
it (beta-binomial, empirical Bayes: Robbins 1956; Casella 1985).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from analytics.departures.checkins import DAY, Bools, CheckIns, Floats, Ints
from analytics.departures.evidence import ATTENDANCE, Evidence
from analytics.departures.parameters import PEOPLE, DepartureParameters

_Days: TypeAlias = tuple[Ints, Ints, Ints]
WEEK = 7
COMMON = 10
"""Fewer agents have no absence in common."""


@dataclass(frozen=True, slots=True, eq=False)
class Commitments:
    """Where agents are expected on which weekday.

    Attributes:
        venues: the place, -1 for none, shape (agents, 7); weekday 0 is the epoch's, a Thursday.
        came: on how many of the days that were learned from, shape (agents, 7).
        weeks: out of how many weeks.
        miss_rate: chance that the agent misses such a day by nature, shape (agents, 7).
    """

    venues: Ints
    came: Ints
    weeks: int
    miss_rate: Floats


def commitments(
    known: CheckIns, home: Ints, start_day: int, parameters: DepartureParameters = PEOPLE
) -> Commitments:
    """Learn from the weeks before a day where each agent is expected.

    Args:
        known: check-ins; those from `start_day` on are not looked at.
        home: of each agent, set aside.
        start_day: day since the epoch.
        parameters: the thresholds.
    """
    first = int(known.days[0]) if len(known) else start_day
    weeks = min(parameters.learned_days, start_day - first) // WEEK
    agents = len(known.agent_names)
    if weeks < parameters.committed_weeks:
        none = np.full((agents, WEEK), -1, dtype=np.int64)
        return Commitments(none, np.zeros_like(none), weeks, np.ones((agents, WEEK)))
    place, came = _expected(known, home, start_day, weeks, parameters.committed_share)
    half = weeks // 2
    earlier, _ = _expected(known, home, start_day - half * WEEK, weeks - half, parameters.committed_share)
    later = attended(known, earlier, start_day - half * WEEK, start_day)
    peers = _peers_miss(earlier, later, start_day - half * WEEK)
    rates = _miss_rates(place, came, weeks, peers, parameters.peer_days)
    return Commitments(place, came, weeks, rates)


def _expected(known: CheckIns, home: Ints, start_day: int, weeks: int, share: float) -> tuple[Ints, Ints]:
    """Where each agent came on nearly all of a weekday's days, and on how many; shapes (agents, 7)."""
    part = known.between((start_day - weeks * WEEK) * DAY, start_day * DAY)
    agent, venue, day = _days_attended(part)
    agents, venues = len(known.agent_names), len(known.venue_names)
    keys, slot = np.unique((agent * WEEK + day % WEEK) * venues + venue, return_inverse=True)
    came = np.bincount(slot, minlength=len(keys))
    who, weekday, where = keys // (WEEK * venues), keys // venues % WEEK, keys % venues
    time = _time_spent(part)
    order = np.flatnonzero((came >= share * weeks) & (where != home[who]))
    order = order[np.lexsort((-where[order], time[who[order] * venues + where[order]]))]
    place = np.full((agents, WEEK), -1, dtype=np.int64)
    times = np.zeros((agents, WEEK), dtype=np.int64)
    place[who[order], weekday[order]] = where[order]
    times[who[order], weekday[order]] = came[order]
    return place, times


def _days_attended(part: CheckIns) -> _Days:
    """Each agent, place and day once."""
    venues, first = len(part.venue_names), int(part.days.min())
    span = int(part.days.max()) - first + 1
    keys = np.unique((part.agents * venues + part.venues) * span + part.days - first)
    return keys // span // venues, keys // span % venues, keys % span + first


def _time_spent(part: CheckIns) -> Floats:
    venues = len(part.venue_names)
    pair = part.agents * venues + part.venues
    dwell = np.nan_to_num(part.dwells())
    spent: Floats = np.bincount(pair, dwell, len(part.agent_names) * venues).astype(np.float64)
    return spent


def _weekdays(place: Ints) -> Ints:
    """On how many weekdays an agent is expected at the same place, shape (agents, 7); 0 where at none."""
    same = (place[:, :, None] == place[:, None, :]).sum(axis=2)
    return np.where(place >= 0, same, 0)


def _peers_miss(place: Ints, came: Bools, start_day: int) -> Floats:
    """Share of days missed, by the number of weekdays at the place, shape (8,).

    It is that of the later half of the weeks, beside what the earlier half led to expect, so that who only
    happened to come is not thought committed.
    """
    kinds = _weekdays(place)[:, (start_day + np.arange(came.shape[1])) % WEEK]
    expected = np.bincount(kinds.ravel(), minlength=WEEK + 1)
    seen = np.bincount(kinds.ravel(), came.ravel(), WEEK + 1)
    rates: Floats = (expected - seen + 0.5) / (expected + 1.0)
    return rates


def _miss_rates(place: Ints, came: Ints, weeks: int, peers: Floats, peer_days: float) -> Floats:
    """Each agent's own share of days missed at a place, shrunk to its peers', shape (agents, 7)."""
    same = (place[:, :, None] == place[:, None, :]) & (place >= 0)[:, None, :]
    expected = same.sum(axis=2) * weeks
    missed = expected - (same * came[:, None, :]).sum(axis=2)
    rates: Floats = (missed + peer_days * peers[_weekdays(place)]) / (expected + peer_days)
    return rates


def attended(checkins: CheckIns, place: Ints, start_day: int, end_day: int) -> Bools:
    """Whether each agent came to where it was expected, shape (agents, days)."""
    part = checkins.between(start_day * DAY, end_day * DAY)
    came = np.zeros((len(checkins.agent_names), end_day - start_day), dtype=bool)
    hit = place[part.agents, part.days % WEEK] == part.venues
    came[part.agents[hit], part.days[hit] - start_day] = True
    return came


def common_absences(known: Commitments, came: Bools, start_day: int, share: float) -> Bools:
    """Days on which so many stay away that it says nothing of any of them: holidays, strikes, snow; (days,).

    Args:
        known: where agents are expected.
        came: whether they came, shape (agents, days).
        start_day: first day, since the epoch.
        share: of those expected, beyond what is usual.
    """
    weekday = (start_day + np.arange(came.shape[1])) % WEEK
    expected = known.venues[:, weekday] >= 0
    all_expected = expected.sum(axis=0)
    missed = (expected & ~came).sum(axis=0)
    usual = (known.miss_rate[:, weekday] * expected).sum(axis=0)
    found: Bools = (all_expected >= COMMON) & (missed >= usual + share * all_expected)
    return found


def attendance(
    checkins: CheckIns,
    known: Commitments,
    start_day: int,
    end_day: int,
    parameters: DepartureParameters = PEOPLE,
) -> Evidence:
    """Every day from `start_day` up to and without `end_day` at which an agent was expected somewhere.

    If an agent departs it does not come; what a day says is how much more probable that makes what was seen.
    Days on which most others stayed away, too, are set aside.
    """
    day = np.arange(start_day, end_day)
    place = known.venues[:, day % WEEK]
    came = attended(checkins, known.venues, start_day, end_day)
    common = common_absences(known, came, start_day, parameters.holiday_share)
    who, when = np.nonzero((place >= 0) & ~common)
    miss = known.miss_rate[who, day[when] % WEEK]
    hit = came[who, when]
    return Evidence(
        agents=who.astype(np.int64),
        days=day[when].astype(np.int64),
        groups=np.full(len(who), ATTENDANCE, dtype=np.int64),
        ratios=np.where(hit, 0.0, 1.0 / miss),
        usual=np.where(hit, 1.0 - miss, miss),
        venues=place[who, when],
        times=day[when].astype(np.int64) * DAY,
    )
