"""Jumps: steps from one fix to the next that nothing of its kind could have made.

A jump is a fact about two fixes in a row, as they came and before any cleaning, so a fix that comes late
changes the two steps beside it and no other. The slack forgives clocks and positions that err: without it
two fixes a tenth of a second apart would look fast. Implied speed is the field's first test of AIS and ADS-B
positions (Katsilieris et al., 2013, "Detection of malicious AIS position spoofing").
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analytics.geometry import METRES_A_DEGREE, compiled, distance

JUMP: Final = np.dtype(
    [
        ("start", np.int64),  # epoch ms of the fix before
        ("end", np.int64),  # epoch ms of the fix after
        ("steps", np.int64),  # steps of the track before this one
        ("start_lon", np.float64),
        ("start_lat", np.float64),
        ("end_lon", np.float64),
        ("end_lat", np.float64),
        ("distance", np.float64),  # metres
    ]
)
"""One row a jump; all columns have eight bytes."""
WIDTH: Final = len(JUMP.names or ())
START, END, STEPS, START_LON, START_LAT, END_LON, END_LAT, DISTANCE = range(WIDTH)


@dataclass(frozen=True, slots=True)
class Reach:
    """How far something gets in a time: metres and metres a second."""

    max_speed: float = 50.0
    """Nothing of the kind moves faster: 97 knots for a vessel."""
    slack_m: float = 500.0
    """Further than this beyond what that allows is a jump."""


SHIP: Final = Reach()
AIRCRAFT: Final = Reach(max_speed=700.0, slack_m=5000.0)
"""Mach 2.4 at height; the fastest airliner makes 300 m/s over ground."""


@compiled
def jumps(
    times: NDArray[np.int64],
    lons: NDArray[np.float64],
    lats: NDArray[np.float64],
    first: int,
    max_speed: float,
    slack: float,
) -> NDArray[np.int64]:
    """The jumps of a track among the steps that begin at its fix `first` or later.

    Args:
        times: epoch milliseconds of a track's fixes, shape (n,).
        lons: degrees east, shape (n,).
        lats: degrees north, shape (n,).
        first: index of a fix.
        max_speed: m/s.
        slack: metres.

    Returns:
        Rows of JUMP in time order, as int64 of shape (m, WIDTH).
    """
    count = 0
    for k in range(first, times.size - 1):
        count += _far(times, lons, lats, k, max_speed, slack)
    found = np.empty((count, WIDTH), np.int64)
    if count == 0:
        return found
    spots = found.view(np.float64)
    size = 0
    for k in range(first, times.size - 1):
        if _far(times, lons, lats, k, max_speed, slack):
            found[size, START], found[size, END], found[size, STEPS] = times[k], times[k + 1], k
            spots[size, START_LON], spots[size, START_LAT] = lons[k], lats[k]
            spots[size, END_LON], spots[size, END_LAT] = lons[k + 1], lats[k + 1]
            spots[size, DISTANCE] = distance(lons[k], lats[k], lons[k + 1], lats[k + 1])
            size += 1
    return found


@compiled
def _far(
    times: NDArray[np.int64],
    lons: NDArray[np.float64],
    lats: NDArray[np.float64],
    k: int,
    max_speed: float,
    slack: float,
) -> bool:
    limit = slack + float(max_speed * (times[k + 1] - times[k]) * 0.001)
    # An upper bound on the distance first: almost every step passes it, without a cosine.
    bound = METRES_A_DEGREE * (abs(lons[k + 1] - lons[k]) + abs(lats[k + 1] - lats[k]))
    return bool(bound > limit and distance(lons[k], lats[k], lons[k + 1], lats[k + 1]) > limit)
