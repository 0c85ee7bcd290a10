"""Where a track changes place: penalised change points of the mean, by PELT.

Killick, Fearnhead and Eckley (2012), "Optimal detection of changepoints with a linear computational cost",
with the cost of a segment the squared distances to its mean in units of the noise (L2, in the plane), and a
penalty for each segment. PELT drops a beginning that can never win again. Within one long stay none can be
dropped so, and its cost would grow with the square of the stay: a beginning that after PATIENCE fixes has
not gained half a penalty over the best is dropped, too.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from analytics.geometry import compiled

PATIENCE: Final = 24
"""Fixes that a beginning is given to show that something changed there."""


@compiled
def change_points(
    east: NDArray[np.float64], north: NDArray[np.float64], weights: NDArray[np.float64], penalty: float
) -> NDArray[np.int64]:
    """The indices at which segments begin, the first of them 0; empty for no fixes.

    Args:
        east: metres, shape (n,).
        north: metres, shape (n,).
        weights: of each fix, one over the square of its standard deviation in metres, shape (n,).
        penalty: of a segment, in squared standard deviations.
    """
    count = east.size
    before = _befores(east, north, weights, penalty)
    segments = 0
    end = count
    while end > 0:
        end = before[end]
        segments += 1
    begins = np.empty(segments, np.int64)
    end = count
    for k in range(segments - 1, -1, -1):
        end = before[end]
        begins[k] = end
    return begins


@compiled
def _befores(
    east: NDArray[np.float64], north: NDArray[np.float64], weights: NDArray[np.float64], penalty: float
) -> NDArray[np.int64]:
    """For each number of fixes, where the last segment of the least cost begins; shape (n + 1,)."""
    count = east.size
    best = np.empty(count + 1, np.float64)
    before = np.zeros(count + 1, np.int64)
    best[0] = 0.0
    room = 1024
    begins = np.empty(room, np.int64)
    x, y = np.empty(room), np.empty(room)
    weight, cost = np.empty(room), np.empty(room)
    alive = 0
    for k in range(count):
        if alive == room:
            begins, room = _longer_int(begins), 2 * room
            x, y, weight, cost = _longer(x), _longer(y), _longer(weight), _longer(cost)
        begins[alive], cost[alive], weight[alive] = k, best[k], 0.0
        x[alive], y[alive] = 0.0, 0.0
        alive += 1
        e, n, w = east[k], north[k], weights[k]
        # Welford's update of every segment that is still open: sums of squares would lose the metres.
        for c in range(alive):
            old = weight[c]
            new = old + w
            share = w / new
            dx, dy = e - x[c], n - y[c]
            cost[c] += old * share * (dx * dx + dy * dy)
            x[c] += share * dx
            y[c] += share * dy
            weight[c] = new
        least, winner = cost[0], 0
        for c in range(1, alive):
            if cost[c] < least:
                least, winner = cost[c], c
        best[k + 1] = least + penalty
        before[k + 1] = begins[winner]
        kept = 0
        for c in range(alive):
            patient = k - begins[c] < PATIENCE or cost[c] <= least + 0.5 * penalty
            if c == winner or (cost[c] <= least + penalty and patient):
                begins[kept], cost[kept], weight[kept] = begins[c], cost[c], weight[c]
                x[kept], y[kept] = x[c], y[c]
                kept += 1
        alive = kept
    return before


@compiled
def _longer(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.concatenate((values, np.empty_like(values)))


@compiled
def _longer_int(values: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate((values, np.empty_like(values)))
