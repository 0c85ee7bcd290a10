"""Evidence that an agent departs from its life: likelihood ratios, averaged over how much may have changed.

Each observation (a day at which the agent was expected somewhere, a choice among places of a sort) has a
ratio: how probable it is if the agent no longer follows its life, over how probable it is if it does. A
departure replaces a share of an agent's choices; the Bayes factor of a window is the mean, over several such
shares (levels of contamination, Huber 1964), of the likelihood of the window with that share replaced over
the likelihood without. Averaging keeps a factor a Bayes factor (Kass and Raftery 1995): by Markov's
inequality an agent whose normal probabilities are right exceeds x with a chance of 1/x at most.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp

from analytics.departures.checkins import Bools, Floats, Ints

ATTENDANCE = 0
"""The group of the days at which an agent was expected; group 1 + s is the choices among places of sort s."""


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """Observations that bear on whether agents depart from their lives.

    Attributes:
        agents: code of the agent, shape (n,).
        days: day since the epoch, shape (n,).
        groups: ATTENDANCE, or 1 and the sort that was chosen from, shape (n,).
        ratios: probability if it departs over probability if it does not, shape (n,).
        usual: the probability if it does not, shape (n,).
        venues: code of the place where it was expected, or which it chose, shape (n,).
        times: epoch milliseconds of the choice, or the beginning of the day, shape (n,).
    """

    agents: Ints
    days: Ints
    groups: Ints
    ratios: Floats
    usual: Floats
    venues: Ints
    times: Ints

    def __len__(self) -> int:
        return len(self.agents)

    def where(self, chosen: Bools | Ints) -> Evidence:
        """A part of it, by a mask or by indices."""
        return Evidence(
            self.agents[chosen],
            self.days[chosen],
            self.groups[chosen],
            self.ratios[chosen],
            self.usual[chosen],
            self.venues[chosen],
            self.times[chosen],
        )


def together(parts: Sequence[Evidence]) -> Evidence:
    """Several pieces of evidence as one."""
    return Evidence(
        np.concatenate([each.agents for each in parts]),
        np.concatenate([each.days for each in parts]),
        np.concatenate([each.groups for each in parts]),
        np.concatenate([each.ratios for each in parts]),
        np.concatenate([each.usual for each in parts]),
        np.concatenate([each.venues for each in parts]),
        np.concatenate([each.times for each in parts]),
    )


def log_bayes(ratios: Floats, levels: Sequence[float]) -> float:
    """Natural logarithm of the Bayes factor of some observations of one agent and group; 0 without any."""
    each = [float(np.log((1.0 - level) + level * ratios).sum()) for level in levels]
    return float(logsumexp(each) - np.log(len(levels)))


@dataclass(frozen=True, slots=True, eq=False)
class Daily:
    """Evidence summed up by day, so that any window of whole days is a difference of two sums.

    Attributes:
        first_day: day since the epoch of the first column.
        sums: log likelihood ratios up to and without each day, shape (levels, groups, agents, days + 1).
        counts: observations up to and without each day, shape (groups, agents, days + 1).
    """

    first_day: int
    sums: Floats
    counts: Ints

    @property
    def last_day(self) -> int:
        """The day after the last column's."""
        return self.first_day + int(self.sums.shape[-1]) - 1

    def window(self, start: int, end: int) -> tuple[Floats, Ints]:
        """Log Bayes factors and numbers of observations from day `start` up to and without day `end`.

        Returns:
            Two arrays of shape (groups, agents).
        """
        low, high = np.clip((start - self.first_day, end - self.first_day), 0, self.sums.shape[-1] - 1)
        each = self.sums[..., high] - self.sums[..., low]
        return logsumexp(each, axis=0) - np.log(len(each)), self.counts[..., high] - self.counts[..., low]


def daily(
    evidence: Evidence, groups: int, agents: int, span: tuple[int, int], levels: Sequence[float]
) -> Daily:
    """Sum evidence up by day.

    Args:
        evidence: the observations; those outside the span are left out.
        groups: how many groups there are.
        agents: how many agents there are.
        span: first day since the epoch, and the day after the last.
        levels: shares of choices that a departure may have changed.
    """
    first, last = span
    inside = evidence.where((evidence.days >= first) & (evidence.days < last))
    days = last - first
    cell = (inside.groups * agents + inside.agents) * days + inside.days - first
    shape = (groups, agents, days)
    sums = np.zeros((len(levels), groups, agents, days + 1))
    for at, level in enumerate(levels):
        gain = np.log((1.0 - level) + level * inside.ratios)
        each = np.bincount(cell, gain, groups * agents * days).reshape(shape)
        np.cumsum(each, axis=-1, out=sums[at, ..., 1:])
    counts = np.zeros((groups, agents, days + 1), dtype=np.int64)
    each_day = np.bincount(cell, minlength=groups * agents * days).reshape(shape)
    np.cumsum(each_day, axis=-1, out=counts[..., 1:])
    return Daily(first, sums, counts)
