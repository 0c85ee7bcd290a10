"""How far a subject's fixes scatter about where it is, from the fixes alone."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

NORMAL_MEDIAN: Final = 0.6745
"""The median of the absolute value of a standard normal variable."""
NORMAL_FLOOR: Final = 1.0


def noise(
    east: NDArray[np.float64], north: NDArray[np.float64], floor: float = NORMAL_FLOOR, most: float = 100.0
) -> float:
    """The standard deviation of a fix on one axis, metres.

    The median of the steps from fix to fix, as in Donoho and Johnstone (1994), "Ideal spatial adaptation by
    wavelet shrinkage": right as long as most steps are made standing still, whatever the others are.

    Args:
        east: metres, shape (n,).
        north: metres, shape (n,).
        floor: no less than this.
        most: no more than this: who never stands still has no scatter to be seen.
    """
    if len(east) < 2:
        return floor
    steps = np.abs(np.concatenate((np.diff(east), np.diff(north))))
    return float(np.clip(np.median(steps) / (NORMAL_MEDIAN * np.sqrt(2.0)), floor, most))
