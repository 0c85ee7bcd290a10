"""Sets aside single fixes that lie far off both their neighbours, which agree with each other.

A fix that is 500 m off for five minutes could have been reached on foot, so `analytics.clean`, which asks for
impossible speeds, keeps it; one per cent of them bring the F1 of stays from .99 to .75. A visit elsewhere of
which half is missing looks alike: so only where no fix is missing on either side. Hampel's filter (1974,
"The influence curve and its role in robust estimation") with a window of three.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analytics.geometry import compiled


@compiled
def trusted(
    times: NDArray[np.int64],
    east: NDArray[np.float64],
    north: NDArray[np.float64],
    scatter: NDArray[np.float64],
    outlier: float,
    step: int,
) -> NDArray[np.int64]:
    """The rising indices of the fixes that are not outliers.

    Args:
        times: epoch milliseconds, shape (n,).
        east: metres, shape (n,).
        north: metres, shape (n,).
        scatter: each fix's standard deviation on one axis, metres, shape (n,).
        outlier: in standard deviations of a step.
        step: milliseconds between fixes where none is missing.
    """
    count = times.size
    kept = np.empty(count, np.int64)
    size = 0
    near = step + step // 2
    for k in range(count):
        if size and k + 1 < count:
            a, b = kept[size - 1], k + 1
            if (
                a == k - 1
                and times[k] - times[a] <= near
                and times[b] - times[k] <= near
                and _apart(east, north, scatter, a, k) > outlier
                and _apart(east, north, scatter, k, b) > outlier
                and _apart(east, north, scatter, a, b) < 0.75 * outlier
            ):
                continue
        kept[size] = k
        size += 1
    return kept[:size]


@compiled
def _apart(
    east: NDArray[np.float64], north: NDArray[np.float64], scatter: NDArray[np.float64], a: int, b: int
) -> float:
    """How far two fixes are apart, in standard deviations of a step between them."""
    x, y = east[a] - east[b], north[a] - north[b]
    return float(np.sqrt((x * x + y * y) / (scatter[a] * scatter[a] + scatter[b] * scatter[b])))
