"""What is usual for a population before a moment, and the evidence of every day beside it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.departures.attendance import Commitments, attendance, commitments
from analytics.departures.checkins import DAY, CheckIns, Floats, Ints
from analytics.departures.choice import choices
from analytics.departures.errors import HistoryError
from analytics.departures.evidence import Daily, Evidence, daily, together
from analytics.departures.homes import homes
from analytics.departures.parameters import PEOPLE, DepartureParameters
from analytics.departures.sorts import sorts


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """What was learned before a day, and what each day says.

    Attributes:
        checkins: all that was given.
        start_day: day since the epoch; what is usual was learned before it.
        end_day: the day after the last judged.
        home: venue of each agent, -1 unknown.
        sort: of each venue, -1 personal.
        expected: where agents are expected, as learned before `start_day`.
        evidence: every observation, those before `start_day` too, each beside what was before it.
        daily: the same by day.
        parameters: the setting.
    """

    checkins: CheckIns
    start_day: int
    end_day: int
    home: Ints
    sort: Ints
    expected: Commitments
    evidence: Evidence
    daily: Daily
    parameters: DepartureParameters

    def summed(self, evidence: Evidence) -> Daily:
        """Other evidence by day, such as what is left without some observations."""
        groups, agents, _ = self.daily.counts.shape
        span = (self.daily.first_day, self.daily.last_day)
        return daily(evidence, groups, agents, span, self.parameters.levels)


def learn(
    checkins: CheckIns, start_day: int, end_day: int, parameters: DepartureParameters = PEOPLE
) -> Model:
    """Learn what is usual before a day, without any label.

    Where agents are expected is learned anew before each window, those before `start_day` too, so that clean
    windows are judged as the last one is.

    Args:
        checkins: all that is known; older history serves as clean windows.
        start_day: first day judged, since the epoch.
        end_day: the day after the last judged.
        parameters: the setting.

    Raises:
        HistoryError: no clean window fits between the burn-in and `start_day`.
    """
    first = int(checkins.days[0])
    least = parameters.short_burn_in_days + end_day - start_day
    if start_day - first < least:
        raise HistoryError(
            f"{start_day - first} days of history say too little: give {least} days before the window"
        )
    known = checkins.before(start_day * DAY)
    home, sort = homes(known), sorts(known, parameters)
    parts, expected = _attended(checkins, home, first, start_day, end_day, parameters)
    groups = 1
    for each in range(int(sort.max()) + 1):
        members = np.flatnonzero(sort == each)
        if len(members) > 1:
            parts.append(choices(checkins, members, 1 + each, home, start_day, parameters))
        groups = 2 + each
    evidence = together(parts)
    summed = daily(evidence, groups, len(checkins.agent_names), (first, end_day), parameters.levels)
    return Model(checkins, start_day, end_day, home, sort, expected, evidence, summed, parameters)


def _attended(
    checkins: CheckIns,
    home: Ints,
    first: int,
    start_day: int,
    end_day: int,
    parameters: DepartureParameters,
) -> tuple[list[Evidence], Commitments]:
    expected = commitments(checkins.before(start_day * DAY), home, start_day, parameters)
    parts = [attendance(checkins, expected, start_day, end_day, parameters)]
    upto = start_day
    while upto - parameters.window_days >= first:
        begin = upto - parameters.window_days
        before = commitments(checkins.before(begin * DAY), home, begin, parameters)
        parts.append(attendance(checkins, before, begin, upto, parameters))
        upto = begin
    return parts, expected


def first_clean_day(model: Model, length: int) -> int:
    """From which day on the history calibrates windows of some days' length."""
    room = model.start_day - length - model.daily.first_day
    return model.daily.first_day + min(model.parameters.burn_in_days, max(room, 0))


def clean_windows(model: Model, length: int, step: int) -> list[tuple[int, int]]:
    """Windows before `start_day`, the latest first, that begin after the burn-in; days since the epoch."""
    ends = range(model.start_day, first_clean_day(model, length) + length - 1, -step)
    return [(end - length, end) for end in ends]


def of_windows(
    model: Model, windows: list[tuple[int, int]], summed: Daily | None = None
) -> tuple[Floats, Ints]:
    """Log Bayes factors and numbers of observations, shape (groups, windows, agents)."""
    each = [(summed or model.daily).window(*window) for window in windows]
    return np.stack([one for one, _ in each], axis=1), np.stack([one for _, one in each], axis=1)
