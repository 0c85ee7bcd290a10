"""How long one subject's visits last, spot by spot, learned from visits of which fixes may be missing.

Expectation and maximisation (Dempster, Laird and Rubin 1977) on the chain of `analytics.movement.chain`. The
dwell times of a spot are drawn towards those of all the subject's spots, as so many visits; times of about
one length count as alike.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from analytics.geometry import compiled
from analytics.movement.chain import Atoms, Habits, expected
from analytics.movement.parameters import MovementParameters


def learned(atoms: Atoms, spots: int, parameters: MovementParameters) -> Habits:
    """The habits that explain what was seen.

    Args:
        atoms: what was seen.
        spots: how many there are.
        parameters: the thresholds.
    """
    longest, hidden = parameters.learned_slots, parameters.silence_slots
    before = _one_over(longest)
    unseen = parameters.away_rate * _one_over(hidden)
    habits = Habits(np.tile(before, (spots, 1)), np.tile(unseen, (spots, 1)), _with_none(unseen))
    for _ in range(parameters.rounds):
        visits, away, passing = expected(atoms, habits)
        returns, others = _seen_between(atoms, habits.lasting, hidden)
        here = visits.sum(axis=1)
        weight = parameters.prior_visits
        alike = _spread(visits, _alike(longest, parameters.dwell_width), parameters.dwell_width)
        everywhere = alike.sum(axis=0) + 0.01 * before
        everywhere /= everywhere.sum()
        lasting = (alike + weight * everywhere) / (alike.sum(axis=1) + weight)[:, None]
        whole = here.sum() + 1.0
        away, passing = away + returns, passing + others + unseen
        rate = (away + weight * (away.sum(axis=0) + unseen) / whole) / (here + weight)[:, None]
        rate[:, 0] = passing[0] = 0.0
        passing = passing / whole
        habits = Habits(lasting, rate, _with_none(passing * min(1.0, 0.5 / passing.sum())))
    return habits


def _one_over(longest: int) -> NDArray[np.float64]:
    """Nothing learned yet: alike on a scale of logarithms; shape (longest + 1,), nothing at 0."""
    slots = np.zeros(longest + 1)
    slots[1:] = 1.0 / np.arange(1, longest + 1)
    return np.asarray(slots / slots.sum())


def _with_none(passing: NDArray[np.float64]) -> NDArray[np.float64]:
    """With, for no slots, what is left: that there is none between."""
    whole = passing.copy()
    whole[0] = 1.0 - passing[1:].sum()
    return whole


@cache
def _alike(longest: int, width: float) -> NDArray[np.float64]:
    """How alike dwell times are: for each number of slots a row with sum 1, shape (longest + 1,) * 2."""
    slots = np.arange(longest + 1.0)
    deviation = np.maximum(width * slots, 1e-3)[:, None]
    kernel = np.exp(-0.5 * ((slots - slots[:, None]) / deviation) ** 2)
    kernel[:, 0] = kernel[0] = 0.0
    kernel[0, 0] = 1.0
    return np.asarray(kernel / kernel.sum(axis=1, keepdims=True))


@compiled
def _spread(visits: NDArray[np.float64], kernel: NDArray[np.float64], width: float) -> NDArray[np.float64]:
    """Counts by spot and slots, each spread over about as many slots; the sums stay."""
    found = np.zeros(visits.shape)
    spots, longest = visits.shape[0], visits.shape[1] - 1
    for spot in range(spots):
        for slots in range(1, longest + 1):
            count = visits[spot, slots]
            if count > 1e-9:
                reach = int(4.0 * width * slots) + 1
                for near in range(max(slots - reach, 1), min(slots + reach, longest) + 1):
                    found[spot, near] += count * kernel[slots, near]
    return found


@compiled
def _seen_between(
    atoms: Atoms, lasting: NDArray[np.float64], longest: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Visits that were seen between two others, by slots: at each spot those with which it came back there.

    Shapes (spots, longest + 1) and (longest + 1,). What was seen says how often there is something to miss.
    """
    returns, others = np.zeros((lasting.shape[0], longest + 1)), np.zeros(longest + 1)
    count = atoms.first.size
    before, begin = -1, 0
    for end in range(1, count + 1):
        if end < count and atoms.run[end] == atoms.run[begin]:
            continue
        if before >= 0 and end < count:
            least = atoms.last[end - 1] - atoms.first[begin] + 1
            most = min(least + atoms.gaps[begin] + atoms.gaps[end], longest)
            chances = lasting[atoms.spot[begin]]
            whole = 0.0
            for slots in range(least, most + 1):
                whole += chances[slots]
            for slots in range(least, most + 1 if whole > 0.0 else least):
                if before == atoms.spot[end]:
                    returns[before, slots] += chances[slots] / whole
                else:
                    others[slots] += chances[slots] / whole
        before, begin = atoms.spot[begin], end
    return returns, others
