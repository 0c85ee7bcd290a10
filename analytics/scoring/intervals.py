"""Intervals found beside true ones: precision, recall and F1 at an intersection over union.

The measure of temporal action localisation (Caba Heilbron et al. 2015, "ActivityNet"): a found interval is
right if it and a true one of the same group share at least so much of what either covers, each counted once.
Of the ways to pair them off, the one with the most pairs counts (Hopcroft and Karp 1973).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import maximum_bipartite_matching


@dataclass(frozen=True, slots=True)
class Intervals:
    """Intervals of groups, such as a subject's stays or a pair's meetings; arrays of shape (n,).

    Attributes:
        groups: whose; numbers that mean the same in what is compared.
        starts: epoch milliseconds.
        ends: epoch milliseconds.
    """

    groups: NDArray[np.int64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]

    @classmethod
    def none(cls) -> Self:
        """No intervals."""
        return cls(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.int64))

    def __len__(self) -> int:
        return len(self.starts)

    def where(self, chosen: NDArray[np.bool_]) -> Intervals:
        """Those chosen."""
        return Intervals(self.groups[chosen], self.starts[chosen], self.ends[chosen])


@dataclass(frozen=True, slots=True)
class Score:
    """How many were found, how many are true, and how many of both are pairs."""

    found: int
    true: int
    hits: int

    @property
    def precision(self) -> float:
        """Share of the found that are true; 1 where nothing was found."""
        return self.hits / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Share of the true that were found; 1 where nothing is true."""
        return self.hits / self.true if self.true else 1.0

    @property
    def f1(self) -> float:
        """Their harmonic mean; 1 where there is nothing on either side."""
        both = self.found + self.true
        return 2.0 * self.hits / both if both else 1.0


def score(found: Intervals, true: Intervals, iou: float = 0.5) -> Score:
    """Pair found intervals off with true ones of their group that they overlap enough.

    Args:
        found: what was found.
        true: what is true.
        iou: least intersection over union of a pair.
    """
    return Score(len(found), len(true), int((pairs(found, true, iou) >= 0).sum()))


def pairs(found: Intervals, true: Intervals, iou: float = 0.5) -> NDArray[np.int64]:
    """For each found interval the index of its true one, -1 where it has none; shape (len(found),)."""
    rows, columns = _overlapping(found, true)
    shared = np.minimum(found.ends[rows], true.ends[columns]) - np.maximum(
        found.starts[rows], true.starts[columns]
    )
    either = (
        (found.ends[rows] - found.starts[rows]) + (true.ends[columns] - true.starts[columns]) - shared
    ).clip(1)
    enough = shared >= iou * either
    graph = coo_array(
        (np.ones(int(enough.sum()), np.int8), (rows[enough], columns[enough])), shape=(len(found), len(true))
    ).tocsr()
    return np.asarray(maximum_bipartite_matching(graph, perm_type="column"), np.int64)


def _overlapping(found: Intervals, true: Intervals) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of indices of the same group that overlap in time at all."""
    # Offsets in time keep the groups apart, so that one sorted search serves them all.
    if not len(found) or not len(true):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    begin = min(int(found.starts.min()), int(true.starts.min()))
    length = max(int(found.ends.max()), int(true.ends.max())) - begin + 1
    _, codes = np.unique(np.concatenate((found.groups, true.groups)), return_inverse=True)
    shift = codes.astype(np.int64) * length - begin
    a, b = found.starts + shift[: len(found)], found.ends + shift[: len(found)]
    order = np.argsort(true.starts + shift[len(found) :], kind="stable")
    starts = (true.starts + shift[len(found) :])[order]
    # One that starts longer before than the longest lasts cannot reach the found one.
    longest = int((true.ends - true.starts).max())
    first = np.searchsorted(
        starts, np.maximum(a - longest, codes[: len(found)].astype(np.int64) * length), "left"
    )
    last = np.searchsorted(starts, b, "right")
    counts = (last - first).clip(0)
    rows = np.repeat(np.arange(len(found)), counts)
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    columns = order[np.repeat(first, counts) + within]
    touching = (true.ends[columns] >= found.starts[rows]) & (true.starts[columns] <= found.ends[rows])
    return rows[touching], columns[touching]
