"""Trips: from one stay to the next."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from analytics.geometry import compiled, distance
from analytics.stays import FIRST, LAST

TRIP: Final = np.dtype(
    [
        ("distance", np.float64),  # metres over ground, fix by fix
        ("max_speed", np.float64),  # m/s between two fixes
        ("fixes", np.int64),  # fixes strictly between the two stays
    ]
)
"""One row between a stay and the next; where and when it began and ended stand on those."""
WIDTH: Final = len(TRIP.names or ())


@compiled
def trips(
    times: NDArray[np.int64],
    lons: NDArray[np.float64],
    lats: NDArray[np.float64],
    path: NDArray[np.int64],
    linked: bool,
    stays: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Measure the ways between stays.

    Args:
        times: epoch milliseconds of a track's fixes, shape (n,).
        lons: degrees east, shape (n,).
        lats: degrees north, shape (n,).
        path: rising indices of the fixes that count.
        linked: whether the first of the path is the last fix of a stay.
        stays: rows of STAY along the path, after that one, shape (m, stays.WIDTH).

    Returns:
        Rows of TRIP as int64, one less than there are stays, shape (…, WIDTH).
    """
    ways = np.empty((max(len(stays) - (not linked), 0), WIDTH), np.int64)
    spans = ways.view(np.float64)
    at = size = 0
    for k in range(len(stays)):
        metres, fastest, begin = 0.0, 0.0, at
        while path[at] < stays[k, FIRST]:
            a, b = path[at], path[at + 1]
            hop = distance(lons[a], lats[a], lons[b], lats[b])
            metres += hop
            fastest = max(fastest, hop / ((times[b] - times[a]) * 0.001))
            at += 1
        if linked or k:
            spans[size, 0], spans[size, 1], ways[size, 2] = metres, fastest, at - begin - 1
            size += 1
        while path[at] < stays[k, LAST]:
            at += 1
    return ways
