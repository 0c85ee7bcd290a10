"""Stays between change points, for subjects whose fixes are sparse beside their moves, as people's are.

Beside the circle of `analytics.stays`, which ships on the stream need: no radius is given here, for the noise
of the fixes says what is near. Outliers are set aside, change points cut the track into segments, segments at
one spot are one visit, and where fixes are missing, the usual dwell times say when it began and ended.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from analytics.clean import kept
from analytics.movement.atoms import atoms_of, step_of
from analytics.movement.chain import Atoms, Habits, likeliest
from analytics.movement.change_points import change_points
from analytics.movement.habits import learned
from analytics.movement.noise import noise
from analytics.movement.outliers import trusted
from analytics.movement.parameters import PEOPLE, MovementParameters
from analytics.movement.plane import Plane
from analytics.movement.spots import MOST, spots
from analytics.track import Track


@dataclass(frozen=True, slots=True)
class Stays:
    """Stays of one subject in time order, arrays of shape (n,).

    Attributes:
        starts: epoch milliseconds; before the first fix where fixes are missing there.
        ends: epoch milliseconds; after the last fix, likewise.
        firsts: index of the first fix in the track.
        lasts: index of the last fix.
        lons: degrees east, of the mean of its fixes.
        lats: degrees north.
        fixes: how many, without those set aside.
        long: whether each outlasts the dwell.
        kept: indices of the track's fixes that were not set aside, shape (fixes,).
        noise: the standard deviation of a fix on one axis, metres, of the whole track.
    """

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    firsts: NDArray[np.int64]
    lasts: NDArray[np.int64]
    lons: NDArray[np.float64]
    lats: NDArray[np.float64]
    fixes: NDArray[np.int64]
    long: NDArray[np.bool_]
    kept: NDArray[np.int64]
    noise: float = 0.0

    @classmethod
    def none(cls) -> Self:
        """No stays."""
        whole, real = np.empty(0, np.int64), np.empty(0, np.float64)
        return cls(whole, whole, whole, whole, real, real, whole, np.empty(0, np.bool_), whole)

    def __len__(self) -> int:
        return len(self.starts)

    def where(self, chosen: NDArray[np.bool_]) -> Stays:
        """Those chosen."""
        return Stays(
            self.starts[chosen],
            self.ends[chosen],
            self.firsts[chosen],
            self.lasts[chosen],
            self.lons[chosen],
            self.lats[chosen],
            self.fixes[chosen],
            self.long[chosen],
            self.kept,
            self.noise,
        )


def stays(
    track: Track, parameters: MovementParameters = PEOPLE, accuracy: NDArray[np.float64] | None = None
) -> Stays:
    """The stays of a track.

    What it concludes up to a moment depends on the fixes given alone: give those before the moment.

    Args:
        track: the fixes.
        parameters: the thresholds.
        accuracy: of each fix, the radius in metres that holds 68 % of such, shape (n,); NaN where unknown.
    """
    found = visits(track, parameters, accuracy)
    return found.where(found.long)


def visits(
    track: Track, parameters: MovementParameters = PEOPLE, accuracy: NDArray[np.float64] | None = None
) -> Stays:
    """Stays, and visits that are too short to be any: they have all fixes but those set aside."""
    if not len(track):
        return Stays.none()
    plane = Plane.amid(track.lons, track.lats)
    east, north = plane.metres(track.lons, track.lats)
    scatter = noise(east, north, parameters.noise_floor_m, parameters.noise_most_m, accuracy)
    step = step_of(track.times, parameters.dwell_s * 1000.0)
    chosen = _cleaned(track, east, north, scatter, step, parameters)
    times, east, north, weights = track.times[chosen], east[chosen], north[chosen], scatter[chosen] ** -2
    occasions = max(len(times) / parameters.penalty_fixes, 1.0)
    begins = change_points(east, north, weights, parameters.penalty + 2.0 * math.log(occasions))
    atoms, firsts = _atoms(times, east, north, weights, begins, step, parameters)
    found = likeliest(atoms, _habits(atoms, parameters))
    a, b = firsts[found[:, 0]], np.append(firsts[1:], len(times))[found[:, 2]] - 1
    starts, ends = times[a] - found[:, 1] * step, times[b] + found[:, 3] * step
    usual = float(np.median(scatter))
    long = ends - starts >= parameters.dwell_s * 1000.0 + (step if _hides_leaving(usual, parameters) else 0)
    lons, lats = plane.degrees(_means(east, weights, a, b), _means(north, weights, a, b))
    return Stays(starts, ends, chosen[a], chosen[b], lons, lats, b - a + 1, long, chosen, usual)


def _cleaned(
    track: Track,
    east: NDArray[np.float64],
    north: NDArray[np.float64],
    scatter: NDArray[np.float64],
    step: int,
    parameters: MovementParameters,
) -> NDArray[np.int64]:
    """The rising indices of the fixes that are neither impossible jumps nor outliers."""
    possible = kept(track.times, track.lons, track.lats, 0, parameters.max_speed)
    clean = trusted(
        track.times[possible], east[possible], north[possible], scatter[possible], parameters.outlier, step
    )
    return possible[clean]


def _atoms(
    times: NDArray[np.int64],
    east: NDArray[np.float64],
    north: NDArray[np.float64],
    weights: NDArray[np.float64],
    begins: NDArray[np.int64],
    step: int,
    parameters: MovementParameters,
) -> tuple[Atoms, NDArray[np.int64]]:
    """The track as atoms at the spots of its segments."""
    lasts = np.append(begins[1:], len(times)) - 1
    x, y = _means(east, weights, begins, lasts), _means(north, weights, begins, lasts)
    weight = np.add.reduceat(weights, begins)
    reach = parameters.spot * np.sqrt(1.0 / weight + parameters.spot_share / np.median(weights))
    of, size = spots(x, y, reach, np.argsort(begins - lasts, kind="stable"))
    atoms, firsts = atoms_of(times, begins, of, step, parameters)
    if size <= MOST:
        return atoms, firsts
    # Elsewhere is no spot: segments there are visits of their own.
    segment = np.searchsorted(begins, firsts, "right")
    elsewhere = (atoms.spot[1:] == MOST) & (np.diff(segment) > 0)
    return atoms._replace(run=atoms.run + np.concatenate(([0], np.cumsum(elsewhere)))), firsts


def _habits(atoms: Atoms, parameters: MovementParameters) -> Habits:
    """What is learned where something is missing; else there is nothing to decide."""
    size = int(atoms.spot.max()) + 1
    rounds = parameters.rounds if atoms.gaps.any() else 0
    habits = learned(atoms, size, replace(parameters, rounds=rounds))
    return habits._replace(away=habits.away * parameters.hidden).logarithms()


def _hides_leaving(scatter: float, parameters: MovementParameters) -> bool:
    """Whether the fix made on leaving looks as if made before."""
    return scatter * math.sqrt(parameters.penalty) > parameters.leaving_m


def _means(
    values: NDArray[np.float64],
    weights: NDArray[np.float64],
    firsts: NDArray[np.int64],
    lasts: NDArray[np.int64],
) -> NDArray[np.float64]:
    """The weighted mean of each run of values, shape (m,)."""
    sums = np.concatenate(([0.0], np.cumsum(values * weights)))
    whole = np.concatenate(([0.0], np.cumsum(weights)))
    return np.asarray((sums[lasts + 1] - sums[firsts]) / (whole[lasts + 1] - whole[firsts]), np.float64)
