"""Clean positions made worse by known amounts: noise, fixes dropped, outliers; the same for the same seed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analytics.geometry import METRES_A_DEGREE
from analytics.track import Track

OUTLIER_M: Final = 500.0


@dataclass(frozen=True, slots=True)
class Condition:
    """How much worse positions are made.

    Attributes:
        name: such as `noise15_half`.
        noise_m: standard deviation of Gaussian noise on each axis, metres.
        dropped: share of the fixes that are left out, each on its own.
        outliers: share of the fixes that are moved by OUTLIER_M in a direction drawn at random.
    """

    name: str
    noise_m: float = 0.0
    dropped: float = 0.0
    outliers: float = 0.0


CONDITIONS: Final = (
    Condition("clean"),
    Condition("noise15", noise_m=15.0),
    Condition("noise15_half", noise_m=15.0, dropped=0.5),
    Condition("noise40", noise_m=40.0),
    Condition("noise15_outliers", noise_m=15.0, outliers=0.01),
)


def degraded(track: Track, condition: Condition, seed: tuple[int, ...]) -> Track:
    """A track as it would be under a condition; the same for the same seed.

    Args:
        track: the clean fixes.
        condition: what is done to them.
        seed: such as a number for the run and one for the subject.
    """
    draw = np.random.default_rng(seed)
    count = len(track)
    east, north = draw.normal(0.0, 1.0, (2, count)) * condition.noise_m
    away = np.where(draw.random(count) < condition.outliers, OUTLIER_M, 0.0)
    turn = draw.uniform(0.0, 2.0 * np.pi, count)
    kept = draw.random(count) >= condition.dropped
    moved = _moved(track, east + away * np.cos(turn), north + away * np.sin(turn))
    return moved.take(np.flatnonzero(kept))


def _moved(track: Track, east: NDArray[np.float64], north: NDArray[np.float64]) -> Track:
    """A track whose fixes are moved by metres, arrays of shape (n,)."""
    lons = track.lons + east / (METRES_A_DEGREE * np.cos(np.radians(track.lats)))
    return Track(track.times, lons, track.lats + north / METRES_A_DEGREE, track.known)
