"""A subject's fixes in metres on the plane that touches the globe amid them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.geometry import METRES_A_DEGREE


@dataclass(frozen=True, slots=True)
class Plane:
    """The plane about a position, in degrees; x runs east and y north, in metres."""

    lon: float
    lat: float

    @classmethod
    def amid(cls, lons: NDArray[np.float64], lats: NDArray[np.float64]) -> Plane:
        """The plane amid some fixes, shape (n,): medians, which a few far fixes do not move."""
        if not len(lons):
            return cls(0.0, 0.0)
        # Longitudes are read from the first fix on, so that the antimeridian may lie among them.
        turns = np.median((lons - lons[0] + 180.0) % 360.0) - 180.0
        return cls(float(lons[0] + turns), float(np.median(lats)))

    def metres(
        self, lons: NDArray[np.float64], lats: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """East and north, of degrees of shape (n,)."""
        turns = (lons - self.lon + 180.0) % 360.0 - 180.0
        return turns * self._a_degree, (lats - self.lat) * METRES_A_DEGREE

    def degrees(
        self, east: NDArray[np.float64], north: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Longitudes and latitudes, of metres of shape (n,)."""
        lons = (self.lon + east / self._a_degree + 180.0) % 360.0 - 180.0
        return lons, self.lat + north / METRES_A_DEGREE

    @property
    def _a_degree(self) -> float:
        return METRES_A_DEGREE * max(float(np.cos(np.radians(self.lat))), 1e-6)
