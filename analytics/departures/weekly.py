"""Alerts within a budget: so many false ones a week, at the most, are expected in a queue.

Every day each agent's last days are scored, over several lengths at once, for nobody knows when a change
began (the mean of e-values over onsets, as Shiryaev 1963 and Roberts 1966 add them up). What counts in a
week is its highest score so far; beside the highest scores of clean weeks it becomes a conformal p-value,
and who falls to the budget's share of the queue is told, on that day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import logsumexp

from analytics.departures.checkins import Bools, Floats, Ints
from analytics.departures.conformal import p_values, strata
from analytics.departures.judge import clean_of
from analytics.departures.model import Model, first_clean_day
from analytics.departures.tempering import average

WEEK: Final = 7
LENGTHS: Final = (3, 7, 14)
"""Days back from the evening on which a score is drawn."""


@dataclass(frozen=True, slots=True, eq=False)
class Weeks:
    """Every agent in every judged week.

    Attributes:
        starts: first day of each week, since the epoch, shape (weeks,).
        p_values: as of each evening, with the week's highest score so far, shape (weeks, agents, 7).
    """

    starts: Ints
    p_values: Floats

    def alerts(self, budget: float) -> Alerts:
        """Who is told, when `budget` false alerts a week are allowed in a queue of all these agents.

        Args:
            budget: expected false alerts in a week, of all agents together.
        """
        low = self.p_values <= budget / self.p_values.shape[1]
        return Alerts(low.any(axis=2), low.argmax(axis=2) + self.starts[:, None])


@dataclass(frozen=True, slots=True, eq=False)
class Alerts:
    """Who was told of in which week.

    Attributes:
        told: shape (weeks, agents).
        days: in the evening of which day since the epoch, where told, shape (weeks, agents).
    """

    told: Bools
    days: Ints

    def first(self) -> Ints:
        """The day of each agent's first alert, -1 for none, shape (agents,)."""
        late = np.iinfo(np.int64).max
        first = np.where(self.told, self.days, late).min(axis=0)
        return np.where(first == late, -1, first)


def weeks(model: Model, seed: int = 0, lengths: Sequence[int] = LENGTHS) -> Weeks:
    """Judge whole weeks from the model's first judged day on, an evening at a time.

    Args:
        model: what is usual.
        seed: of the random order of ties.
        lengths: days over which the evenings look back.
    """
    heats = clean_of(model, model.parameters.window_days, model.parameters.window_days).heats
    least = first_clean_day(model, WEEK)
    clean_starts = np.arange(model.start_day - WEEK, least - 1, -WEEK)[: model.parameters.clean_weeks]
    starts = np.arange(model.start_day, model.end_day - WEEK + 1, WEEK)
    clean, clean_seen = _highest(model, heats, clean_starts, lengths)
    scores, seen = _highest(model, heats, starts, lengths)
    random = np.random.default_rng(seed)
    p = np.empty_like(scores)
    past = clean[:, :, -1].ravel()
    for week in range(len(starts)):
        groups = strata(seen[week], clean_seen.ravel(), model.parameters.strata)
        # One draw for all evenings: a score that does not rise must not become stranger.
        draws = random.random(len(seen[week]))
        for day in range(WEEK):
            p[week, :, day] = p_values(scores[week, :, day], past, groups, draws)
    return Weeks(starts, p)


def _highest(model: Model, heats: Floats, starts: Ints, lengths: Sequence[int]) -> tuple[Floats, Ints]:
    """The highest score so far on each evening, shape (weeks, agents, 7), and what is usually seen of each.

    The second, shape (weeks, agents), are the observations of the weeks before: what is seen in a week itself
    is known only at its end.
    """
    agents = model.daily.counts.shape[1]
    found = np.empty((len(starts), agents, WEEK))
    seen = np.empty((len(starts), agents), dtype=np.int64)
    for week, start in enumerate(starts):
        for day in range(WEEK):
            end = int(start) + day + 1
            found[week, :, day] = _evening(model, heats, end, lengths)
        window = (int(start) - model.parameters.window_days, int(start))
        seen[week] = model.daily.window(*window)[1].sum(axis=0)
    return np.maximum.accumulate(found, axis=2), seen


def _evening(model: Model, heats: Floats, end: int, lengths: Sequence[int]) -> Floats:
    each = [average(model.daily.window(end - length, end)[0], heats) for length in lengths]
    score: Floats = logsumexp(each, axis=0) - np.log(len(each))
    return score
