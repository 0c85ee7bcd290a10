"""Gaps: a subject fell silent in one place and was heard again in another."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from analytics.geometry import compiled, distance

GAP: Final = np.dtype(
    [
        ("start", np.int64),  # epoch ms of the last fix before
        ("end", np.int64),  # epoch ms of the first fix after
        ("start_lon", np.float64),
        ("start_lat", np.float64),
        ("end_lon", np.float64),
        ("end_lat", np.float64),
        ("distance", np.float64),  # metres
    ]
)
"""One row a gap."""
WIDTH: Final = len(GAP.names or ())


@compiled
def gaps(
    times: NDArray[np.int64],
    lons: NDArray[np.float64],
    lats: NDArray[np.float64],
    path: NDArray[np.int64],
    silence: int,
    least: float,
) -> NDArray[np.int64]:
    """The silences that end further than `least` metres from where they began.

    Args:
        times: epoch milliseconds of a track's fixes, shape (n,).
        lons: degrees east, shape (n,).
        lats: degrees north, shape (n,).
        path: rising indices of the fixes that count.
        silence: milliseconds; a longer pause is a silence.
        least: metres.

    Returns:
        Rows of GAP in time order, as int64 of shape (m, WIDTH).
    """
    count = 0
    for k in range(1, path.size):
        count += times[path[k]] - times[path[k - 1]] > silence
    found = np.empty((count, WIDTH), np.int64)
    spots = found.view(np.float64)
    size = 0
    for k in range(1, path.size):
        a, b = path[k - 1], path[k]
        if times[b] - times[a] <= silence:
            continue
        metres = distance(lons[a], lats[a], lons[b], lats[b])
        if metres > least:
            found[size, 0], found[size, 1] = times[a], times[b]
            spots[size, 2], spots[size, 3] = lons[a], lats[a]
            spots[size, 4], spots[size, 5] = lons[b], lats[b]
            spots[size, 6] = metres
            size += 1
    return found[:size]
