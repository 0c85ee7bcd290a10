"""A route that is impossible in the time: one plate, read at two cameras too far apart.

Two reads of a plate at two cameras need the way between them: the straight line at the least, or, where
many vehicles have driven it, the fastest that was driven. A read that came sooner is a cloned plate, a
misread one, or a camera whose clock is wrong: if other plates are early between the same cameras too, it is
the clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analytics.geometry import distance

LEG: Final = np.dtype(
    [
        ("row", np.int64),  # of the read that came too soon
        ("before", np.int64),  # of the read before
        ("seconds", np.float64),  # between them
        ("needed", np.float64),  # seconds at the least
        ("speed", np.float64),  # m/s along the straight line
        ("clock", np.bool_),  # others are as early between these cameras: a clock is wrong
    ]
)
"""One row a leg that cannot have been driven."""


@dataclass(frozen=True, slots=True)
class Routes:
    """What can be driven."""

    max_speed: float = 70.0
    """m/s along the straight line: 250 km/h."""
    share: float = 0.5
    """So much of the fastest time that others took is needed all the same."""
    known: int = 20
    """After fewer drives by others between two cameras, the line alone counts."""
    slack_s: float = 30.0
    """Clocks of two cameras may differ by so much."""
    early: float = 0.05
    """Where more than this share of all the drives is impossible, a clock is wrong."""


def impossible_legs(
    vehicles: NDArray[np.int64],
    times: NDArray[np.int64],
    cameras: NDArray[np.int64],
    spots: NDArray[np.float64],
    routes: Routes = Routes(),
) -> NDArray[np.void]:
    """The legs from read to read that no vehicle can have driven, each by what was driven before it.

    Args:
        vehicles: a code for each read's plate, shape (n,).
        times: epoch milliseconds, rising over all reads, shape (n,).
        cameras: number of each read's camera, shape (n,).
        spots: longitude and latitude of the cameras, shape (c, 2).
        routes: what can be driven.

    Returns:
        Rows of LEG in time order.
    """
    latest: dict[int, int] = {}
    driven: dict[tuple[int, int], list[float]] = {}
    failed: dict[tuple[int, int], int] = {}
    found = []
    for row, (vehicle, time, camera) in enumerate(
        zip(vehicles.tolist(), times.tolist(), cameras.tolist(), strict=True)
    ):
        before = latest.get(vehicle)
        latest[vehicle] = row
        if before is None or cameras[before] == camera:
            continue
        pair, seconds = (int(cameras[before]), camera), (time - int(times[before])) / 1000
        metres = distance(*spots[pair[0]], *spots[pair[1]])
        times_driven = driven.setdefault(pair, [])
        needed = metres / routes.max_speed
        if len(times_driven) >= routes.known:
            needed = max(needed, routes.share * min(times_driven))
        if seconds + routes.slack_s < needed:
            failed[pair] = failed.get(pair, 0) + 1
            clock = failed[pair] > max(routes.early * (len(times_driven) + failed[pair]), 1.0)
            found.append((row, before, seconds, needed, metres / max(seconds, 1.0), clock))
        else:
            times_driven.append(seconds)
    return np.array(found, LEG)
