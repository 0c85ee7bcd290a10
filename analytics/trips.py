"""Trips: from one stay to the next."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from analytics.geometry import hops
from analytics.track import Track

TRIP: Final = np.dtype(
    [
        ("distance", np.float64),  # metres over ground, fix by fix
        ("max_speed", np.float64),  # m/s between two fixes
        ("fixes", np.int64),  # fixes strictly between the two stays
    ]
)
"""One row between a stay and the next; where and when it began and ended stand on those."""


def trips(part: Track, last: NDArray[np.int64], first: NDArray[np.int64]) -> NDArray[np.void]:
    """Measure the ways between stays.

    Args:
        part: cleaned fixes in time order, shape (n,).
        last: epoch milliseconds of the last fix of each stay but the final one, shape (m,).
        first: epoch milliseconds of the first fix of each stay but the first one, shape (m,).

    Returns:
        Rows of TRIP, shape (m,).
    """
    rows = np.empty(len(last), TRIP)
    if not len(last):
        return rows
    begin, end = part.times.searchsorted(last), part.times.searchsorted(first)
    metres = hops(part.lons, part.lats)
    speeds = metres / ((part.times[1:] - part.times[:-1]) * 0.001)
    # Every way has a hop at least; the odd slots are the hops within the stays between them.
    bounds = np.stack((begin, end), axis=1).ravel()
    bounds = np.minimum(bounds, len(metres) - 1)
    rows["distance"] = np.add.reduceat(metres, bounds)[::2]
    rows["max_speed"] = np.maximum.reduceat(speeds, bounds)[::2]
    rows["fixes"] = end - begin - 1
    return rows
