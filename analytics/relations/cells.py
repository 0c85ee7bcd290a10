"""Which things lie near each other, without comparing all: cubes through which the globe's surface runs.

Cells in three dimensions need no care at the poles and the antimeridian (fixed-radius near neighbours by
cells, as in Bentley and Friedman 1979, "Data structures for range searching"). Each cube looks at itself and
at half of its 26 neighbours, so that each pair comes once.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from analytics.geometry import METRES_A_DEGREE, compiled

RADIUS_M: Final = METRES_A_DEGREE * 180.0 / np.pi
BITS: Final = 21
FORWARD: Final = np.array(
    [
        (x << (2 * BITS)) + (y << BITS) + z
        for x in (-1, 0, 1)
        for y in (-1, 0, 1)
        for z in (-1, 0, 1)
        if (x, y, z) >= (0, 0, 0)
    ],
    np.int64,
)
"""What is to be added to a cell's number for its own and for those after it."""


def points(lons: NDArray[np.float64], lats: NDArray[np.float64]) -> NDArray[np.float64]:
    """Positions on the sphere, metres from the Earth's middle, shape (n, 3)."""
    x, y = np.radians(lons), np.radians(lats)
    flat = np.cos(y)
    return np.column_stack((flat * np.cos(x), flat * np.sin(x), np.sin(y))) * RADIUS_M


def cells(spots: NDArray[np.float64], side: float) -> NDArray[np.int64]:
    """The number of the cube in which each point of shape (n, 3) lies.

    Args:
        spots: as `points` gives them.
        side: of a cube, metres; the reach of what is near. At least 6.1 m, so that the numbers suffice.
    """
    size = max(side, 2.0 * RADIUS_M / (2**BITS - 4))
    steps = np.floor((spots + RADIUS_M) / size).astype(np.int64) + 1
    return np.asarray((steps[:, 0] << (2 * BITS)) + (steps[:, 1] << BITS) + steps[:, 2], np.int64)


@compiled
def overlapping(
    keys: NDArray[np.int64],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    forward: NDArray[np.int64],
    least: int,
) -> NDArray[np.int64]:
    """Pairs of intervals in the same or neighbouring cells that share at least so much time.

    Args:
        keys: the cell of each interval, in rising order, those of a cell by their start; shape (n,).
        starts: epoch milliseconds.
        ends: epoch milliseconds.
        forward: `FORWARD`.
        least: milliseconds that a pair shares at least.

    Returns:
        Indices, shape (m, 2).
    """
    count = keys.size
    found = np.empty((max(16, count), 2), np.int64)
    size = 0
    begin = 0
    going_a = np.empty(count, np.int64)
    going_b = np.empty(count, np.int64)
    while begin < count:
        end = begin
        while end < count and keys[end] == keys[begin]:
            end += 1
        for step in forward:
            if step == 0:
                found, size = _sweep(starts, ends, begin, end, end, end, least, going_a, going_b, found, size)
                continue
            other = np.searchsorted(keys, keys[begin] + step)
            if other == count or keys[other] != keys[begin] + step:
                continue
            stop = other
            while stop < count and keys[stop] == keys[other]:
                stop += 1
            found, size = _sweep(starts, ends, begin, end, other, stop, least, going_a, going_b, found, size)
        begin = end
    return found[:size]


@compiled
def _sweep(
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    a: int,
    a_stop: int,
    b: int,
    b_stop: int,
    least: int,
    going_a: NDArray[np.int64],
    going_b: NDArray[np.int64],
    found: NDArray[np.int64],
    size: int,
) -> tuple[NDArray[np.int64], int]:
    """Through the intervals of two cells, or of one where the second has none, in order of time."""
    alone = b == b_stop
    count_a, count_b = 0, 0
    while a < a_stop or b < b_stop:
        first = b == b_stop or (a < a_stop and starts[a] <= starts[b])
        now = a if first else b
        against, count = (going_a, count_a) if alone or not first else (going_b, count_b)
        kept = 0
        for k in range(count):
            one = against[k]
            if ends[one] - starts[now] < least:
                continue
            against[kept] = one
            kept += 1
            if min(ends[one], ends[now]) - starts[now] >= least:
                if size == len(found):
                    found = np.concatenate((found, np.empty_like(found)))
                found[size, 0], found[size, 1] = one, now
                size += 1
        if alone or not first:
            count_a = kept
        else:
            count_b = kept
        if first:
            going_a[count_a] = now
            count_a += 1
            a += 1
        else:
            going_b[count_b] = now
            count_b += 1
            b += 1
    return found, size
