"""Distances and directions on the ground, in the plane that touches it: right to 0.3 % within 100 km."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final, TypeVar, cast

import numba

METRES_A_DEGREE: Final = 111_195.0
"""Along a meridian of the sphere with the Earth's mean radius, 6,371 km."""
COMPASS: Final = ("N", "NE", "E", "SE", "S", "SW", "W", "NW")

_F = TypeVar("_F", bound=Callable[..., object])


def compiled(function: _F) -> _F:
    """Compile to machine code at the first call, kept on disk for the next process."""
    return cast("_F", numba.njit(cache=True)(function))


@compiled
def distance(lon_a: float, lat_a: float, lon_b: float, lat_b: float) -> float:
    """Metres between two positions given in degrees; the short way over the antimeridian."""
    turn = abs(lon_b - lon_a)
    turn = min(turn, 360.0 - turn)
    x = turn * math.cos(math.radians(0.5 * (lat_a + lat_b)))
    y = lat_b - lat_a
    return METRES_A_DEGREE * math.sqrt(x * x + y * y)


def bearing(lon_a: float, lat_a: float, lon_b: float, lat_b: float) -> float:
    """Degrees from true north, 0 up to 360, in which B lies from A."""
    turn = (lon_b - lon_a + 180.0) % 360.0 - 180.0
    x = turn * math.cos(math.radians(0.5 * (lat_a + lat_b)))
    return math.degrees(math.atan2(x, lat_b - lat_a)) % 360.0


def compass(degrees: float) -> str:
    """The nearest of the eight winds, such as NE."""
    return COMPASS[round(degrees / 45.0) % 8]
