"""Repeated co-presence against chance: would these two meet as often if they did not know each other?

The null leaves each subject its own routine, place by place and hour by hour, and shuffles the days on which
it was kept, weekdays among weekdays and weekend days among weekend days, as Crandall et al. (2010),
"Inferring social ties from geographic coincidences", ask what coincidences are worth. Two who work at one
place every day, or drink where everybody does, meet as often with their days shuffled; two who go there on
the same days do not. What is counted is a sum over days, so the mean and variance over all shuffles are known
without drawing any (Hoeffding 1951, "A combinatorial central limit theorem"). The tail is that of a scaled
Poisson variable of the same two moments, for the sums are small and skewed; `drawn` checks it by real
shuffles.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammainc

from analytics.civil_time import SATURDAY, weekdays
from analytics.geometry import compiled
from analytics.relations.presence import Presence

LEAST_P = 1e-300


@dataclass(frozen=True, slots=True)
class Ties:
    """Pairs and what their meetings are worth, arrays of shape (n,).

    Attributes:
        pairs: two subjects each, shape (n, 2).
        days: on how many days they were at one place in one hour.
        observed: bits, the weights of their hours together.
        expected: the mean of that over all shuffles of the days.
        deviation: its standard deviation.
        surprise: bits; how unlikely so much is by chance.
    """

    pairs: NDArray[np.int64]
    days: NDArray[np.int64]
    observed: NDArray[np.float64]
    expected: NDArray[np.float64]
    deviation: NDArray[np.float64]
    surprise: NDArray[np.float64]


def ties(there: Presence, pairs: NDArray[np.int64]) -> Ties:
    """What the co-presence of each pair is worth, against their days shuffled.

    Args:
        there: who was where.
        pairs: two subjects each, shape (n, 2): such as have met, for others have nothing to explain.
    """
    weekend = _weekend(there)
    origin = int(there.days.min()) if len(there.days) else 0
    told = _moments(
        there.offsets, there.cells, there.days, there.weights, there.first, there.last, weekend, origin, pairs
    )
    days, observed, expected, variance = told.T
    return Ties(
        pairs,
        days.astype(np.int64),
        observed,
        expected,
        np.sqrt(variance),
        _bits(observed, expected, variance),
    )


def drawn(there: Presence, pairs: NDArray[np.int64], draws: int = 999, seed: int = 0) -> NDArray[np.float64]:
    """The p-value of each pair by so many shuffles; ties between them and what is true are broken at random.

    Args:
        there: who was where.
        pairs: two subjects each, shape (n, 2).
        draws: how many shuffles.
        seed: of the shuffles.
    """
    weekend = _weekend(there)
    origin = int(there.days.min()) if len(there.days) else 0
    return _shuffled(
        there.offsets,
        there.cells,
        there.days,
        there.weights,
        there.first,
        there.last,
        weekend,
        origin,
        pairs,
        draws,
        seed,
    )


def _weekend(there: Presence) -> NDArray[np.bool_]:
    """Whether each day from the first on is one of the weekend."""
    if not len(there.days):
        return np.empty(0, np.bool_)
    return np.asarray(weekdays(np.arange(there.days.min(), there.days.max() + 1)) >= SATURDAY, np.bool_)


def _bits(
    observed: NDArray[np.float64], expected: NDArray[np.float64], variance: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Minus the logarithm of the chance of as much or more, with a Poisson variable of the same moments."""
    surprise = np.zeros(len(observed))
    some = (variance > 0.0) & (observed > expected)
    step = variance[some] / np.maximum(expected[some], 1e-12)
    tail = gammainc(observed[some] / step, expected[some] / step)
    surprise[some] = -np.log2(np.maximum(tail, LEAST_P))
    return surprise


@compiled
def _moments(
    offsets: NDArray[np.int64],
    cells: NDArray[np.int64],
    days: NDArray[np.int64],
    weights: NDArray[np.float64],
    first: NDArray[np.int64],
    last: NDArray[np.int64],
    weekend: NDArray[np.bool_],
    origin: int,
    pairs: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Days together, observed, mean and variance of each pair; shape (n, 4)."""
    found = np.zeros((len(pairs), 4))
    for k in range(len(pairs)):
        a, b = pairs[k, 0], pairs[k, 1]
        begin, end = max(first[a], first[b]), min(last[a], last[b])
        if end < begin:
            continue
        both = _together(offsets, cells, days, weights, a, b, begin, end)
        kinds = weekend[begin - origin : end + 1 - origin]
        for chosen in (np.flatnonzero(~kinds), np.flatnonzero(kinds)):
            found[k] += _of_a_kind(both, chosen)
    return found


@compiled
def _of_a_kind(both: NDArray[np.float64], chosen: NDArray[np.int64]) -> NDArray[np.float64]:
    """Days together, observed, mean and variance over all shuffles of the chosen days; shape (4,)."""
    found = np.zeros(4)
    count = chosen.size
    if not count:
        return found
    rows, columns = np.zeros(count), np.zeros(count)
    squares = 0.0
    for i in range(count):
        for j in range(count):
            value = both[chosen[i], chosen[j]]
            rows[i] += value
            columns[j] += value
            squares += value * value
        found[0] += both[chosen[i], chosen[i]] > 0.0
        found[1] += both[chosen[i], chosen[i]]
    total = rows.sum()
    found[2] = total / count
    if count > 1:
        spread = squares - ((rows**2).sum() + (columns**2).sum() - total * total / count) / count
        found[3] = max(spread, 0.0) / (count - 1)
    return found


@compiled
def _together(
    offsets: NDArray[np.int64],
    cells: NDArray[np.int64],
    days: NDArray[np.int64],
    weights: NDArray[np.float64],
    a: int,
    b: int,
    begin: int,
    end: int,
) -> NDArray[np.float64]:
    """What the one's day would share with the other's, for every two days; square, zero where nothing."""
    size = end - begin + 1
    both = np.zeros((size, size))
    i, j = offsets[a], offsets[b]
    while i < offsets[a + 1] and j < offsets[b + 1]:
        if cells[i] < cells[j]:
            i += 1
        elif cells[i] > cells[j]:
            j += 1
        else:
            cell = cells[i]
            stop = j
            while stop < offsets[b + 1] and cells[stop] == cell:
                stop += 1
            while i < offsets[a + 1] and cells[i] == cell:
                if begin <= days[i] <= end:
                    for other in range(j, stop):
                        if begin <= days[other] <= end:
                            both[days[i] - begin, days[other] - begin] += np.sqrt(weights[i] * weights[other])
                i += 1
            j = stop
    return both


@compiled
def _shuffled(
    offsets: NDArray[np.int64],
    cells: NDArray[np.int64],
    days: NDArray[np.int64],
    weights: NDArray[np.float64],
    first: NDArray[np.int64],
    last: NDArray[np.int64],
    weekend: NDArray[np.bool_],
    origin: int,
    pairs: NDArray[np.int64],
    draws: int,
    seed: int,
) -> NDArray[np.float64]:
    """The share of shuffles with as much as was, shape (n,)."""
    found = np.ones(len(pairs))
    np.random.seed(seed)
    for k in range(len(pairs)):
        a, b = pairs[k, 0], pairs[k, 1]
        begin, end = max(first[a], first[b]), min(last[a], last[b])
        if end < begin:
            continue
        both = _together(offsets, cells, days, weights, a, b, begin, end)
        size = end - begin + 1
        kinds = weekend[begin - origin : end + 1 - origin]
        ordinary, free = np.flatnonzero(~kinds), np.flatnonzero(kinds)
        other = np.arange(size)
        observed = 0.0
        for d in range(size):
            observed += both[d, d]
        above, same = 0, 0
        for _ in range(draws):
            other[ordinary] = np.random.permutation(ordinary)
            other[free] = np.random.permutation(free)
            total = 0.0
            for d in range(size):
                total += both[d, other[d]]
            above += total > observed + 1e-9
            same += abs(total - observed) <= 1e-9
        found[k] = (above + np.random.random() * (same + 1)) / (draws + 1)
    return found
