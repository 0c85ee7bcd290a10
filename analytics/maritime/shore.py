"""How far out a position is, for rules that hold offshore only.

Whoever has a raster or a service of distances gives its own `Waters`. The one that comes with Diurnal asks
the zones of time that places are named by anyway (timezone-boundary-builder, by way of timezonefinder): on
land they follow the borders of states, which at sea run 12 nautical miles off the coast. A position is so
far off shore, and no nearer, where the sea's own zones hold all about it. Where a state claims less than 12
miles the answer errs by the difference; behind islands that have no zone of their own it is right only
about the land that has one.
"""

from __future__ import annotations

import math
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final, Protocol

from analytics.geometry import METRES_A_DEGREE

if TYPE_CHECKING:
    from timezonefinder import TimezoneFinder

NAUTICAL_MILE_M: Final = 1852.0
TERRITORIAL_M: Final = 12 * NAUTICAL_MILE_M
"""The zones of states reach so far from their coasts."""
_RAYS: Final = 16
_DECIMALS: Final = 2
"""Asked to about a kilometre, so that a vessel that hardly moves is asked about once."""


class Waters(Protocol):
    """Knows how far from shore a position is."""

    def offshore(self, lon: float, lat: float, metres: float) -> bool:
        """Whether a position in degrees is at least so far from shore."""


class Zones:
    """By the zones of time."""

    def offshore(self, lon: float, lat: float, metres: float) -> bool:
        """Whether a position in degrees is at least so far from shore, asked to the kilometre."""
        return _offshore(round(lon, _DECIMALS), round(lat, _DECIMALS), metres)


@lru_cache(maxsize=65_536)
def _offshore(lon: float, lat: float, metres: float) -> bool:
    further = max(metres - TERRITORIAL_M, 0.0)
    rings = (0.0, 0.5 * further, further) if further else (0.0,)
    for ring in rings:
        for ray in range(_RAYS if ring else 1):
            turn = 2 * math.pi * ray / _RAYS
            y = max(min(lat + ring * math.cos(turn) / METRES_A_DEGREE, 90.0), -90.0)
            width = METRES_A_DEGREE * max(math.cos(math.radians(lat)), 1e-6)
            x = (lon + ring * math.sin(turn) / width + 180.0) % 360.0 - 180.0
            if _finder().timezone_at_land(lng=x, lat=y) is not None:
                return False
    return True


@cache
def _finder() -> TimezoneFinder:
    # Loading its polygons takes a second or more: only when a slow run is long enough to matter.
    from timezonefinder import TimezoneFinder

    return TimezoneFinder(in_memory=True)
