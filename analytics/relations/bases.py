"""Where each subject is most of the time, and so who is whose neighbour."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.relations.cells import cells, points
from analytics.relations.dwells import Dwells


@dataclass(frozen=True, slots=True)
class Bases:
    """The place of each subject's longest dwelling; arrays of shape (subjects,), NaN for who never stayed.

    Attributes:
        spots: metres from the Earth's middle, shape (subjects, 3).
        errors: standard deviation on one axis, metres.
    """

    spots: NDArray[np.float64]
    errors: NDArray[np.float64]


def bases(stays: Dwells, subjects: int, reach: float) -> Bases:
    """The cell in which a subject has dwelt longest, and there the mean of its stays by their precision.

    Args:
        stays: of all.
        subjects: how many there are.
        reach: metres; about as large a place.
    """
    where = np.full((subjects, 3), np.nan)
    errors = np.full(subjects, np.nan)
    if not len(stays):
        return Bases(where, errors)
    spots = points(stays.lons, stays.lats)
    middle = _longest(spots, cells(spots, reach), stays, subjects)
    # Once about the middle of the cell and once about the mean found, for the cell's border is arbitrary.
    for _ in range(2):
        near = np.linalg.norm(spots - middle[stays.subjects], axis=1) <= reach
        weights = np.where(near, 1.0 / (stays.errors * stays.errors), 0.0)
        total = np.bincount(stays.subjects, weights, subjects)
        sums = [np.bincount(stays.subjects, weights * spots[:, axis], subjects) for axis in range(3)]
        known = total > 0
        middle = np.full((subjects, 3), np.nan)
        middle[known] = (np.stack(sums, axis=1)[known]) / total[known, None]
    errors[known] = 1.0 / np.sqrt(total[known])
    return Bases(middle, errors)


def neighbours(
    stays: Dwells,
    pairs: NDArray[np.int64],
    homes: Bases,
    reach: float,
    apart: float,
    errors: float,
) -> NDArray[np.bool_]:
    """Pairs of stays in which each is at its own base, and the bases are told apart: no meeting.

    Args:
        stays: of all.
        pairs: indices of stays, shape (n, 2).
        homes: the bases.
        reach: metres; so near its base a subject is at it.
        apart: metres; bases this near are one.
        errors: standard deviations that the bases must be further apart than that.
    """
    spots = points(stays.lons, stays.lats)
    a, b = stays.subjects[pairs[:, 0]], stays.subjects[pairs[:, 1]]
    at_home = [
        np.linalg.norm(spots[pairs[:, side]] - homes.spots[who], axis=1)
        <= reach + errors * stays.errors[pairs[:, side]]
        for side, who in ((0, a), (1, b))
    ]
    between = np.linalg.norm(homes.spots[a] - homes.spots[b], axis=1)
    doubt = apart + errors * np.hypot(homes.errors[a], homes.errors[b])
    return np.asarray(at_home[0] & at_home[1] & (between > doubt), np.bool_)


def _longest(
    spots: NDArray[np.float64], keys: NDArray[np.int64], stays: Dwells, subjects: int
) -> NDArray[np.float64]:
    """The mean position in the cell of each subject's longest dwelling, shape (subjects, 3)."""
    _, cell = np.unique(keys, return_inverse=True)
    own, each = np.unique(stays.subjects * (cell.max() + 1) + cell, return_inverse=True)
    dwelt = np.bincount(each, (stays.ends - stays.starts).astype(np.float64) + 1.0)
    whose = own // (cell.max() + 1)
    order = np.lexsort((dwelt, whose))
    last = np.append(whose[order][1:] != whose[order][:-1], True)
    chosen = np.full(subjects, -1)
    chosen[whose[order][last]] = order[last]
    there = chosen[stays.subjects] == each
    count = np.bincount(stays.subjects[there], minlength=subjects)
    sums = [np.bincount(stays.subjects[there], spots[there, axis], subjects) for axis in range(3)]
    return np.asarray(np.stack(sums, axis=1) / np.maximum(count, 1)[:, None], np.float64)
