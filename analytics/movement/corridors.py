"""Corridors: the ways that repeated trips take from one place to another, and where a trip leaves them.

Trips are compared by the modified Hausdorff distance (Dubuisson and Jain 1994): the mean distance of one's
points from the other's line, whichever way round is greater. Speed, pauses and the pace of fixes do not
matter. Trips that are alike are one corridor (leaders: Hartigan 1975); its middle is the trip that is nearest
to all others, its half width what nearly all of their points keep within.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.movement.plane import Plane
from analytics.movement.polyline import away, evenly
from analytics.track import Track


@dataclass(frozen=True, slots=True)
class CorridorParameters:
    """Metres and counts."""

    trips: int = 3
    """Fewer trips alike make no corridor."""
    alike_m: float = 150.0
    """Trips further apart than this, on the mean, take different ways."""
    spacing_m: float = 50.0
    """Lines are compared at points so far apart."""
    share: float = 0.99
    """Of the points of its trips a corridor holds so many."""
    least_m: float = 50.0
    """No corridor has a smaller half width."""
    outside: int = 3
    """So many fixes in a row outside show that a trip has left it: fewer may be noise."""


@dataclass(frozen=True, slots=True, eq=False)
class Corridor:
    """One way from a place to another.

    Attributes:
        plane: in which its line lies.
        line: its middle, metres on the plane, shape (n, 2), from the beginning to the end.
        half_width: metres.
        trips: which of the trips given took it, rising.
    """

    plane: Plane
    line: NDArray[np.float64]
    half_width: float
    trips: tuple[int, ...]

    def off(self, track: Track) -> NDArray[np.float64]:
        """How far each fix lies from its middle, metres, shape (len(track),)."""
        points = np.column_stack(self.plane.metres(track.lons, track.lats))
        return away(points, self.line)


def corridors(
    trips: Sequence[Track], parameters: CorridorParameters = CorridorParameters()
) -> list[Corridor]:
    """The corridors of some trips from one place to another, the most travelled first.

    Args:
        trips: each from its beginning to its end, all of them before the moment that is asked about.
        parameters: the thresholds.
    """
    moving = [k for k, trip in enumerate(trips) if len(trip) > 1]
    if not moving:
        return []
    plane = Plane.amid(
        np.concatenate([trips[k].lons for k in moving]), np.concatenate([trips[k].lats for k in moving])
    )
    lines = {k: _line(plane, trips[k], parameters.spacing_m) for k in moving}
    groups: list[list[int]] = []
    for k in moving:
        apart = [(_apart(lines[k], lines[group[0]]), at) for at, group in enumerate(groups)]
        nearest = min(apart, default=(np.inf, -1))
        if nearest[0] <= parameters.alike_m:
            groups[nearest[1]].append(k)
        else:
            groups.append([k])
    found = [_corridor(plane, lines, group, parameters) for group in groups if len(group) >= parameters.trips]
    return sorted(found, key=lambda each: (-len(each.trips), each.trips))


def left(trip: Track, ways: Sequence[Corridor], parameters: CorridorParameters = CorridorParameters()) -> int:
    """The index of the fix by which a trip is shown to have left all corridors; -1 while it has not.

    A trip is in a corridor until so many fixes in a row lie outside; what comes later does not matter.
    """
    if not ways or not len(trip):
        return -1
    shown = []
    for way in ways:
        outside = way.off(trip) > way.half_width
        runs = np.convolve(outside, np.ones(parameters.outside, np.int64))[: len(trip)] == parameters.outside
        if not runs.any():
            return -1
        shown.append(int(np.argmax(runs)))
    return max(shown)


def _corridor(
    plane: Plane, lines: dict[int, NDArray[np.float64]], group: list[int], parameters: CorridorParameters
) -> Corridor:
    apart = np.array([[_apart(lines[a], lines[b]) for b in group] for a in group])
    middle = lines[group[int(apart.sum(axis=1).argmin())]]
    off = np.concatenate([away(lines[k], middle) for k in group])
    half = max(float(np.quantile(off, parameters.share)), parameters.least_m)
    return Corridor(plane, middle, half, tuple(group))


def _line(plane: Plane, trip: Track, spacing: float) -> NDArray[np.float64]:
    """A trip as points that are evenly spaced along it, metres, shape (n, 2)."""
    return evenly(np.column_stack(plane.metres(trip.lons, trip.lats)), spacing)


def _apart(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """The modified Hausdorff distance of two lines, metres."""
    return float(max(away(one, other).mean(), away(other, one).mean()))
