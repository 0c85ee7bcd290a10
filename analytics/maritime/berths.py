"""Waters of a harbour: not miles from the shore count there, but how far any known landing or port is."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from analytics.geometry import METRES_A_DEGREE
from analytics.maritime.loitering import Loitering


class Berths:
    """Knows landings and ports, and calls offshore what is away from all of them."""

    def __init__(self, spots: NDArray[np.float64]) -> None:
        """Take their positions.

        Args:
            spots: longitude and latitude in degrees, shape (p, 2).
        """
        self._spots = spots

    def offshore(self, lon: float, lat: float, metres: float) -> bool:
        """Whether a position in degrees is at least so far from every one of them."""
        turn = (self._spots[:, 0] - lon + 180.0) % 360.0 - 180.0
        x = turn * np.cos(np.radians(0.5 * (self._spots[:, 1] + lat)))
        away = METRES_A_DEGREE * np.hypot(x, self._spots[:, 1] - lat)
        return bool((away >= metres).all())


HARBOUR_HOURS: Final = 2
HARBOUR_AWAY_M: Final = 500.0


def harbour_loitering(spots: NDArray[np.float64]) -> Loitering:
    """Loitering by the harbour profile: two slow hours on end, half a kilometre from every known berth.

    Args:
        spots: longitude and latitude of the berths in degrees, shape (p, 2).
    """
    return Loitering(hours=HARBOUR_HOURS, shore_m=HARBOUR_AWAY_M, waters=Berths(spots))
