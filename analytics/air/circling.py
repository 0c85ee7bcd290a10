"""Circling and holding: an aircraft turns round and round over one spot.

Its course is followed from fix to fix, and the turns, left or right, are added up: within a quarter of an
hour a circling aircraft turns two full rounds one way, and stays close (Olive et al., 2020, "Detecting
events in aircraft trajectories: rule-based and data-driven approaches", find holding likewise). Circle or
racetrack is told by axial statistics (Mardia and Jupp, 2000, "Directional statistics", 9.1): courses
doubled point one way if the aircraft flies to and fro along two legs, and cancel out on a circle.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analytics.geometry import METRES_A_DEGREE, compiled

ORBIT: Final = np.dtype(
    [
        ("start", np.int64),  # epoch ms of its first fix
        ("end", np.int64),  # epoch ms of its last fix
        ("fixes", np.int64),
        ("turns", np.float64),  # full rounds; to the right above zero, to the left below
        ("lon", np.float64),  # of the mean of its fixes, degrees
        ("lat", np.float64),
        ("radius", np.float64),  # metres from there within which nine in ten fixes lie
        ("axial", np.float64),  # 0 on a circle, towards 1 along two legs
    ]
)
"""One row a time of turning round."""
_TURNING: Final = 1.0
"""Degrees from fix to fix; less is straight on."""


@dataclass(frozen=True, slots=True)
class Circling:
    """What turning round and round is."""

    window_ms: int = 900_000
    """Turns are added up over so long."""
    turns: float = 2.0
    """So many full rounds one way within that time."""
    radius_m: float = 15_000.0
    """Nine fixes in ten within so much of their mean."""
    pause_ms: int = 90_000
    """A longer pause tells no turn: half a round may be lost in it."""
    step_m: float = 60.0
    """A shorter step tells no course."""
    racetrack: float = 0.35
    """From so much on the axial mean tells legs: a holding pattern."""


def orbits(
    times: NDArray[np.int64],
    lons: NDArray[np.float64],
    lats: NDArray[np.float64],
    circling: Circling = Circling(),
) -> NDArray[np.void]:
    """When one aircraft turned round and round.

    Args:
        times: epoch milliseconds of its fixes, strictly rising, shape (n,).
        lons: degrees east, shape (n,).
        lats: degrees north, shape (n,).
        circling: what it is.

    Returns:
        Rows of ORBIT in time order.
    """
    turned, course = _turned(times, lons, lats, int(circling.pause_ms), float(circling.step_m))
    marked = _marked(times, turned, int(circling.window_ms), int(circling.pause_ms), circling.turns * 360.0)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], marked.astype(np.int8), [0]))))
    rows = []
    for first, stop in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        x, y = lons[first:stop], lats[first:stop]
        lon, lat = float(x.mean()), float(y.mean())
        east = (x - lon) * np.cos(np.radians(lat)) * METRES_A_DEGREE
        radius = float(np.quantile(np.hypot(east, (y - lat) * METRES_A_DEGREE), 0.9))
        if radius <= circling.radius_m:
            axial = abs(np.exp(2j * np.radians(course[first:stop])).mean())
            rounds = (turned[stop - 1] - turned[first]) / 360.0
            rows.append((times[first], times[stop - 1], stop - first, rounds, lon, lat, radius, float(axial)))
    return np.array(rows, ORBIT)


def holds(rows: NDArray[np.void], circling: Circling = Circling()) -> NDArray[np.bool_]:
    """Which rows of ORBIT are holding patterns, flown along two legs, and not circles; shape (m,)."""
    return np.asarray(rows["axial"] >= circling.racetrack)


@compiled
def _turned(
    times: NDArray[np.int64], lons: NDArray[np.float64], lats: NDArray[np.float64], pause: int, least: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Degrees turned since the first fix, right above zero, and the course at each; shape (n,)."""
    turned, courses = np.zeros(times.size), np.zeros(times.size)
    at = 0
    course = np.nan
    for k in range(1, times.size):
        turned[k], courses[k] = turned[k - 1], courses[k - 1]
        x = (lons[k] - lons[at]) * np.cos(np.radians(lats[k])) * METRES_A_DEGREE
        y = (lats[k] - lats[at]) * METRES_A_DEGREE
        if x * x + y * y < least * least:
            continue
        now = np.degrees(np.arctan2(x, y))
        if times[k] - times[at] <= pause and not np.isnan(course):
            turn = now - course
            turned[k] += turn - 360.0 * round(turn / 360.0)
        course = now if times[k] - times[at] <= pause else np.nan
        courses[k] = now
        at = k
    return turned, courses


@compiled
def _marked(
    times: NDArray[np.int64], turned: NDArray[np.float64], window: int, pause: int, needed: float
) -> NDArray[np.bool_]:
    """The fixes that lie in some window within which so many degrees are turned one way; shape (n,)."""
    marked = np.zeros(times.size, np.bool_)
    first = 0
    for k in range(times.size):
        if k and times[k] - times[k - 1] > pause:
            first = k
        while times[k] - times[first] > window:
            first += 1
        # The way straight on after the last turn belongs to no round.
        if k == 0 or abs(turned[k] - turned[k - 1]) < _TURNING:
            continue
        begin = k
        while begin > first and abs(turned[k] - turned[begin]) < needed:
            begin -= 1
        if abs(turned[k] - turned[begin]) >= needed:
            marked[begin : k + 1] = True
    return marked
