"""Stays between change points, for subjects whose fixes are sparse beside their moves, as people's are.

Beside the circle of `analytics.stays`, which ships on the stream need: no radius is given here, for the noise
of the fixes says what is near.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.movement.change_points import change_points
from analytics.movement.noise import noise
from analytics.movement.parameters import PEOPLE, MovementParameters
from analytics.movement.plane import Plane
from analytics.track import Track


@dataclass(frozen=True, slots=True)
class Stays:
    """Stays of one subject in time order, arrays of shape (n,).

    Attributes:
        starts: epoch milliseconds.
        ends: epoch milliseconds.
        lons: degrees east, of the mean of its fixes.
        lats: degrees north.
        fixes: how many.
    """

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    lons: NDArray[np.float64]
    lats: NDArray[np.float64]
    fixes: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.starts)


def stays(track: Track, parameters: MovementParameters = PEOPLE) -> Stays:
    """The stays of a track. What it concludes up to a moment depends on the fixes given, all before it."""
    plane = Plane.amid(track.lons, track.lats)
    east, north = plane.metres(track.lons, track.lats)
    scatter = noise(east, north, parameters.noise_floor_m, parameters.noise_most_m)
    begins = change_points(east, north, np.full(len(track), scatter**-2), parameters.penalty)
    lasts = np.append(begins[1:], len(track))[: len(begins)] - 1
    starts, ends = track.times[begins], track.times[lasts]
    long = ends - starts >= parameters.dwell_s * 1000.0
    begins, lasts, fixes = begins[long], lasts[long], (lasts - begins + 1)[long]
    lons, lats = plane.degrees(_means(east, begins, lasts), _means(north, begins, lasts))
    return Stays(starts[long], ends[long], lons, lats, fixes)


def _means(
    values: NDArray[np.float64], firsts: NDArray[np.int64], lasts: NDArray[np.int64]
) -> NDArray[np.float64]:
    """The mean of each run of values, shape (m,)."""
    sums = np.concatenate(([0.0], np.cumsum(values)))
    return np.asarray((sums[lasts + 1] - sums[firsts]) / (lasts - firsts + 1), np.float64)
