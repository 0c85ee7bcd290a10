"""How far a subject's fixes scatter about where it is, by the fixes, and by their accuracy where given."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

NORMAL_MEDIAN: Final = 0.6745
"""The median of the absolute value of a standard normal variable."""
RADIUS_68: Final = 1.51
"""The radius, in standard deviations of an axis, that holds 68 % of fixes: phones give it as accuracy."""


def noise(
    east: NDArray[np.float64],
    north: NDArray[np.float64],
    floor: float,
    most: float,
    accuracy: NDArray[np.float64] | None = None,
) -> NDArray[np.float64]:
    """The standard deviation of each fix on one axis, metres, shape (n,).

    The median of the steps from fix to fix, as in Donoho and Johnstone (1994), "Ideal spatial adaptation by
    wavelet shrinkage", or that of their changes, whichever is less: right as long as most steps are made
    standing still, or going on as before, whatever the others are. Accuracy says which fixes scatter more
    than others, and is believed as far as the steps bear it out.

    Args:
        east: metres, shape (n,).
        north: metres, shape (n,).
        floor: no less than this.
        most: no more than this, unless a fix's own accuracy says so.
        accuracy: the radius that holds 68 % of such fixes, metres, shape (n,); NaN where it is unknown.
    """
    if accuracy is None or not np.isfinite(accuracy).any():
        return np.full(len(east), np.clip(_of_steps(east, north, np.ones(len(east))), floor, most))
    given = np.where(np.isfinite(accuracy), accuracy, np.nanmedian(accuracy)) / RADIUS_68
    given = np.maximum(given, floor)
    usual = float(np.median(given))
    scale = float(np.clip(_of_steps(east, north, given), floor / usual, max(most / usual, 1.0)))
    return np.maximum(given * scale, floor)


def _of_steps(east: NDArray[np.float64], north: NDArray[np.float64], scatter: NDArray[np.float64]) -> float:
    """By how much the steps surpass a scatter of shape (n,), as a factor."""
    if len(east) < 2:
        return 0.0
    of_step = np.hypot(scatter[1:], scatter[:-1])
    steps = np.abs(np.concatenate((np.diff(east) / of_step, np.diff(north) / of_step)))
    if len(east) < 3:
        return float(np.median(steps)) / NORMAL_MEDIAN
    # Who goes on as before makes no change of step, however fast.
    of_bend = np.sqrt(scatter[2:] ** 2 + 4.0 * scatter[1:-1] ** 2 + scatter[:-2] ** 2)
    bends = np.abs(np.concatenate((np.diff(east, 2) / of_bend, np.diff(north, 2) / of_bend)))
    return min(float(np.median(steps)), float(np.median(bends))) / NORMAL_MEDIAN
