"""Port visits: in, stopped, under way again, out.

The definition is Global Fishing Watch's: a visit begins with the entry within 3 km of a port or anchorage; it
is one only if the vessel stops, under 0.2 knots, until it makes more than 0.5 knots; it ends with the exit
beyond 4 km. The pairs of thresholds lie apart so that who lies on the line does not come and go.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analytics.geometry import METRES_A_DEGREE, compiled, distance

KNOT: Final = 1852.0 / 3600.0
VISIT: Final = np.dtype(
    [
        ("port", np.int64),  # number of the port at which it stopped first, or else entered
        ("entry", np.int64),  # epoch ms of the first fix within reach
        ("stop", np.int64),  # epoch ms of the first stop; NEVER where it did not stop
        ("leave", np.int64),  # epoch ms at which it got under way from the last stop; NEVER if not yet
        ("exit", np.int64),  # epoch ms of the first fix beyond; NEVER if not yet
        ("stops", np.int64),
    ]
)
"""One row a visit; all columns have eight bytes."""
WIDTH: Final = len(VISIT.names or ())
NEVER: Final = -1


@dataclass(frozen=True, slots=True)
class PortVisits:
    """What a visit is."""

    entry_m: float = 3000.0
    """In within so much of a port."""
    exit_m: float = 4000.0
    """Out beyond so much of it."""
    stop: float = 0.2 * KNOT
    """m/s; stopped below."""
    leave: float = 0.5 * KNOT
    """m/s; under way above."""


def port_visits(
    times: NDArray[np.int64],
    lons: NDArray[np.float64],
    lats: NDArray[np.float64],
    ports: NDArray[np.float64],
    speeds: NDArray[np.float64] | None = None,
    visits: PortVisits = PortVisits(),
) -> NDArray[np.void]:
    """The visits of one vessel, in time order, those without a stop left out.

    Args:
        times: epoch milliseconds, strictly rising, shape (n,).
        lons: degrees east, shape (n,).
        lats: degrees north, shape (n,).
        ports: longitude and latitude of ports and anchorages, shape (p, 2).
        speeds: m/s as the vessel tells; where it does not (None, NaN), over ground since the fix before.
        visits: what a visit is.

    Returns:
        Rows of VISIT.
    """
    told = np.full(len(times), np.nan) if speeds is None else speeds
    near, away = nearest(lons, lats, ports, visits.exit_m)
    found = _visits(
        times,
        _over_ground(times, lons, lats, told),
        near,
        away,
        visits.entry_m,
        visits.exit_m,
        visits.stop,
        visits.leave,
    )
    return found.view(VISIT)[:, 0]


def nearest(
    lons: NDArray[np.float64], lats: NDArray[np.float64], ports: NDArray[np.float64], reach: float
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The nearest port of each position and metres to it: -1 and infinity where none is within reach."""
    order = np.argsort(ports[:, 1], kind="stable")
    near, away = _nearest(lons, lats, ports[order, 0], ports[order, 1], float(reach))
    return np.where(near >= 0, order[near], -1), away


@compiled
def _nearest(
    lons: NDArray[np.float64],
    lats: NDArray[np.float64],
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    reach: float,
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Among ports by rising latitude, only those of the same latitudes are looked at."""
    near, away = np.full(lons.size, -1, np.int64), np.full(lons.size, np.inf)
    band = reach / METRES_A_DEGREE
    for k in range(lons.size):
        at = np.searchsorted(y, lats[k] - band)
        while at < y.size and y[at] <= lats[k] + band:
            metres = distance(lons[k], lats[k], x[at], y[at])
            if metres <= reach and metres < away[k]:
                near[k], away[k] = at, metres
            at += 1
    return near, away


@compiled
def _over_ground(
    times: NDArray[np.int64],
    lons: NDArray[np.float64],
    lats: NDArray[np.float64],
    told: NDArray[np.float64],
) -> NDArray[np.float64]:
    """The speeds told, and where none was, the speed over ground since the fix before; shape (n,)."""
    speeds = told.copy()
    for k in range(times.size):
        if np.isnan(told[k]):
            pause = (times[k] - times[k - 1]) * 0.001 if k else 0.0
            speeds[k] = distance(lons[k - 1], lats[k - 1], lons[k], lats[k]) / pause if pause > 0 else np.inf
    return speeds


@compiled
def _visits(
    times: NDArray[np.int64],
    speeds: NDArray[np.float64],
    near: NDArray[np.int64],
    away: NDArray[np.float64],
    entry: float,
    leaving: float,
    slow: float,
    fast: float,
) -> NDArray[np.int64]:
    found = np.empty((times.size + 1, WIDTH), np.int64)
    size, inside, stopped = 0, False, False
    for k in range(times.size):
        speed = speeds[k]
        if not inside and away[k] <= entry:
            inside, stopped = True, False
            found[size, 0], found[size, 1], found[size, 5] = near[k], times[k], 0
            found[size, 2] = found[size, 3] = found[size, 4] = NEVER
        if not inside:
            continue
        if away[k] > leaving:
            if stopped:
                found[size, 3] = times[k]
            found[size, 4] = times[k]
            inside = False
            size += found[size, 5] > 0
        elif stopped and speed > fast:
            stopped, found[size, 3] = False, times[k]
        elif not stopped and speed < slow:
            if found[size, 5] == 0:
                found[size, 0], found[size, 2] = near[k], times[k]
            stopped, found[size, 3] = True, NEVER
            found[size, 5] += 1
    if inside and found[size, 5] > 0:
        size += 1
    return found[:size]
