"""Sets aside single fixes that no ship could have made, before they split stays or found places.

One per cent of outliers of 500 m brings the F1 of stay detection from .997 to .75 when they stay in.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analytics.geometry import METRES_A_DEGREE, compiled, distance


@compiled
def kept(
    times: NDArray[np.int64],
    lons: NDArray[np.float64],
    lats: NDArray[np.float64],
    start: int,
    max_speed: float,
) -> NDArray[np.int64]:
    """The indices, from `start` on, of the fixes that are not impossible jumps.

    A fix is set aside if it cannot be reached from the last one kept, nor the next one from it, while
    that next one can be reached from the last one kept. Two that jump together stay: the transponder may
    really have moved, or two share an identity. A jump that is the last fix so far waits for the next
    one. The fix at `start` must be one that is kept; nothing before it matters, so a run from there gives
    the same as a run from the beginning.

    Args:
        times: epoch milliseconds of fixes in time order, shape (n,).
        lons: degrees east, shape (n,).
        lats: degrees north, shape (n,).
        start: index of a fix that is kept.
        max_speed: m/s.

    Returns:
        Rising indices into the track, the first of them `start`; empty for no fixes.
    """
    count = times.size
    indices = np.empty(max(count - start, 0), np.int64)
    if start >= count:
        return indices
    indices[0] = start
    size = 1
    at = start
    for k in range(start + 1, count):
        if _jumps(times, lons, lats, at, k, max_speed) and (
            k + 1 == count
            or (
                _jumps(times, lons, lats, k, k + 1, max_speed)
                and not _jumps(times, lons, lats, at, k + 1, max_speed)
            )
        ):
            continue
        indices[size] = k
        size += 1
        at = k
    return indices[:size]


@compiled
def _jumps(
    times: NDArray[np.int64],
    lons: NDArray[np.float64],
    lats: NDArray[np.float64],
    a: int,
    b: int,
    max_speed: float,
) -> bool:
    limit = float(max_speed * (times[b] - times[a]) * 0.001)
    # An upper bound on the distance first: almost every pair passes it, without a cosine.
    bound = METRES_A_DEGREE * (abs(lons[b] - lons[a]) + abs(lats[b] - lats[a]))
    return bool(bound > limit and distance(lons[a], lats[a], lons[b], lats[b]) > limit)
