"""How long one subject's visits last, spot by spot, learned from visits of which fixes may be missing.

Expectation and maximisation (Dempster, Laird and Rubin 1977) on the chain of `analytics.movement.chain`. The
dwell times of a spot are drawn towards those of all the subject's spots, as so many visits; times of about
one length count as alike.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analytics.geometry import compiled
from analytics.movement.chain import NEVER, Atoms, Habits, expected
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
    habits = _logarithms(np.tile(before, (spots, 1)), np.tile(unseen, (spots, 1)), unseen)
    for _ in range(parameters.rounds):
        visits, away, passing = expected(atoms, habits)
        returns, others = _seen_between(atoms, np.exp(habits.lasting), hidden)
        here = visits.sum(axis=1)
        weight = parameters.prior_visits
        alike = _smoothed(visits, parameters.dwell_width)
        everywhere = alike.sum(axis=0) + 0.01 * before
        everywhere /= everywhere.sum()
        lasting = (alike + weight * everywhere) / (alike.sum(axis=1) + weight)[:, None]
        whole = here.sum() + 1.0
        away, passing = away + returns, passing + others + unseen
        rate = (away + weight * (away.sum(axis=0) + unseen) / whole) / (here + weight)[:, None]
        rate[:, 0] = passing[0] = 0.0
        passing = passing / whole
        habits = _logarithms(lasting, rate, passing * min(1.0, 0.5 / passing.sum()))
    return habits


def _one_over(longest: int) -> NDArray[np.float64]:
    """Nothing learned yet: alike on a scale of logarithms; shape (longest + 1,), nothing at 0."""
    slots = np.zeros(longest + 1)
    slots[1:] = 1.0 / np.arange(1, longest + 1)
    return np.asarray(slots / slots.sum())


def _logarithms(
    lasting: NDArray[np.float64], away: NDArray[np.float64], passing: NDArray[np.float64]
) -> Habits:
    none = passing.copy()
    none[0] = 1.0 - passing[1:].sum()
    with np.errstate(divide="ignore"):
        return Habits(*(np.maximum(np.log(each), NEVER) for each in (lasting, away, none)))


@compiled
def _smoothed(visits: NDArray[np.float64], width: float) -> NDArray[np.float64]:
    """Counts by spot and slots, each spread over about as many slots; the sums stay."""
    found = np.zeros(visits.shape)
    longest = visits.shape[1] - 1
    for slots in range(1, longest + 1):
        deviation = max(width * slots, 1e-3)
        low = max(1, slots - int(3 * deviation))
        high = min(longest, slots + int(3 * deviation))
        kernel = np.exp(-0.5 * ((np.arange(low, high + 1) - slots) / deviation) ** 2)
        kernel /= kernel.sum()
        for spot in range(visits.shape[0]):
            if visits[spot, slots] > 0.0:
                found[spot, low : high + 1] += visits[spot, slots] * kernel
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
