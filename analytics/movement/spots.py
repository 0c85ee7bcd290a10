"""The spots of one subject: which of its segments are at one place, as far as the noise tells."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from analytics.geometry import compiled

MOST: Final = 256
"""Spots told apart; what comes after is elsewhere."""


@compiled
def spots(
    east: NDArray[np.float64],
    north: NDArray[np.float64],
    reach: NDArray[np.float64],
    order: NDArray[np.int64],
) -> tuple[NDArray[np.int64], int]:
    """The spot of each segment, by leaders (Hartigan 1975, "Clustering Algorithms", 3): the first founds one.

    Args:
        east: of the segments' means, metres, shape (m,).
        north: metres, shape (m,).
        reach: how far from a leader a segment may lie, metres, shape (m,).
        order: of the segments, the surest first, shape (m,).

    Returns:
        The number of each segment's spot, shape (m,), and how many spots there are. Beyond MOST, all are
        one more spot, which says nothing of where they are.
    """
    count = east.size
    of = np.empty(count, np.int64)
    x, y = np.empty(MOST), np.empty(MOST)
    size = 0
    beyond = False
    for j in order:
        best, nearest = -1, reach[j] * reach[j]
        for k in range(size):
            dx, dy = x[k] - east[j], y[k] - north[j]
            away = dx * dx + dy * dy
            if away <= nearest:
                best, nearest = k, away
        if best < 0 and size < MOST:
            x[size], y[size] = east[j], north[j]
            best = size
            size += 1
        beyond = beyond or best < 0
        of[j] = best if best >= 0 else MOST
    return of, size + 1 if beyond else size
