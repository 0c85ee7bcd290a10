"""Modes of movement: how a subject went, by how fast, where its fixes are close enough in time to tell.

After Zheng, Li, Chen, Xie and Ma (2008), "Understanding mobility based on GPS data": a trip is cut where its
speed changes, and each part is called by its speed; here the cuts are change points of the logarithm of speed
(`change_points`), and the speeds those that people can reach on foot and by bicycle. Nothing is known of
roads, so who creeps along in a car goes on foot: what is told is how it moved, not what it was in.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analytics.movement.change_points import change_points
from analytics.movement.noise import NORMAL_MEDIAN
from analytics.movement.plane import Plane
from analytics.track import Track

LEAST_SCATTER: Final = 0.25
"""Of the logarithm of speed: who keeps to one speed changes it by a quarter."""


class Mode(IntEnum):
    """How it moved."""

    STILL = 0
    ON_FOOT = 1
    CYCLING = 2
    DRIVING = 3
    FAST = 4
    """As trains and aircraft."""
    UNKNOWN = 5
    """Its fixes are too far apart in time to tell."""


@dataclass(frozen=True, slots=True)
class ModeParameters:
    """Metres a second and seconds."""

    still: float = 0.4
    """Slower is standing still."""
    on_foot: float = 2.2
    """Nobody walks faster (8 km/h)."""
    cycling: float = 7.5
    """Few ride faster (27 km/h)."""
    driving: float = 45.0
    """Roads go no faster (162 km/h)."""
    window_s: float = 30.0
    """Speed is taken over so long at least, for noise between two close fixes looks like speed."""
    pause_s: float = 180.0
    """Over a longer pause nobody knows how it went."""
    penalty: float = 15.0
    """What a change of speed must gain."""
    least_s: float = 60.0
    """A shorter part is told as what was before it."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Parts of a track in time order, arrays of shape (n,).

    Attributes:
        starts: epoch milliseconds.
        ends: epoch milliseconds; that at which the next begins.
        modes: numbers of Mode.
        speeds: median metres a second.
    """

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    modes: NDArray[np.int64]
    speeds: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.starts)


def modes(track: Track, parameters: ModeParameters = ModeParameters()) -> Parts:
    """How a subject moved, from its first fix to its last; what is concluded needs no later fix.

    Args:
        track: the fixes of a trip, or of more.
        parameters: the thresholds.
    """
    times = _spaced(track.times, int(parameters.window_s * 1000))
    if len(times) < 2:
        none = np.empty(0, np.int64)
        return Parts(none, none, none, np.empty(0))
    at, lons, lats = track.times[times], track.lons[times], track.lats[times]
    east, north = Plane.amid(lons, lats).metres(lons, lats)
    seconds = np.diff(at) / 1000.0
    speeds = np.hypot(np.diff(east), np.diff(north)) / seconds
    unknown = seconds > parameters.pause_s
    level = np.log(np.maximum(speeds, parameters.still))
    begins = np.union1d(_changes(level, parameters.penalty), np.flatnonzero(np.diff(unknown)) + 1)
    medians = np.array([np.median(part) for part in np.split(speeds, begins[1:])])
    limits = [parameters.still, parameters.on_foot, parameters.cycling, parameters.driving]
    found = np.where(unknown[begins], int(Mode.UNKNOWN), np.searchsorted(limits, medians, "right"))
    return _joined(at, begins, found, speeds, int(parameters.least_s * 1000))


def _spaced(times: NDArray[np.int64], least: int) -> NDArray[np.int64]:
    """Indices of fixes that are so far apart in time at least, the first among them."""
    found, before = [], -(2**62)
    for k, time in enumerate(times.tolist()):
        if time - before >= least:
            found.append(k)
            before = time
    return np.array(found, np.int64)


def _changes(level: NDArray[np.float64], penalty: float) -> NDArray[np.int64]:
    scatter = np.median(np.abs(np.diff(level))) / (NORMAL_MEDIAN * np.sqrt(2.0)) if len(level) > 1 else 1.0
    weights = np.full(len(level), max(float(scatter), LEAST_SCATTER) ** -2)
    return change_points(level, np.zeros(len(level)), weights, penalty)


def _joined(
    at: NDArray[np.int64],
    begins: NDArray[np.int64],
    found: NDArray[np.int64],
    speeds: NDArray[np.float64],
    least: int,
) -> Parts:
    """Parts of one mode in a row as one; short ones with what was before them."""
    ends = np.append(begins[1:], len(speeds))
    told, firsts = [int(found[0])], [int(begins[0])]
    for begin, end, mode in zip(begins[1:].tolist(), ends[1:].tolist(), found[1:].tolist(), strict=True):
        if mode != told[-1] and at[end] - at[begin] >= least:
            told.append(mode)
            firsts.append(begin)
    lasts = [*firsts[1:], len(speeds)]
    middle = np.array([np.median(speeds[a:b]) for a, b in zip(firsts, lasts, strict=True)])
    return Parts(at[firsts], at[lasts], np.array(told, np.int64), middle)
