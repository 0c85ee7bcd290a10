"""Whether the last fix of a stay is one of leaving, learned from all stays.

A device that reports every few minutes often reports once while its subject walks out of the door: a few
metres off, within the noise. Stays, and so meetings, would seem one report longer than they were, and two
who just missed each other would seem to meet. One such fix cannot be told; over many stays, the squared
distances of the last fixes from their stay are compared with those of inner ones, in units of the noise
(Welch 1947, "The generalization of 'Student's' problem"), and if they lie further off, last fixes are taken
off. Where change points have told the fix of leaving apart already, the next fix after the stay is still
near, and nothing is taken off.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analytics.geometry import METRES_A_DEGREE
from analytics.movement.stays import Stays
from analytics.relations.parameters import TogetherParameters
from analytics.track import Track

FEWEST_FIXES: Final = 5
"""Of shorter stays too little is known to ask where their middle is."""
FEWEST_STAYS: Final = 12


def until_leaving(
    tracks: Sequence[Track], found: Sequence[Stays], parameters: TogetherParameters
) -> NDArray[np.int64]:
    """When each stay ended, without the fix of leaving; epoch milliseconds, shape (all stays,).

    Args:
        tracks: of the subjects.
        found: their stays.
        parameters: the thresholds.
    """
    parts = [_of_one(track, stays, parameters) for track, stays in zip(tracks, found, strict=True)]
    if not parts:
        return np.empty(0, np.int64)
    ends, earlier, last, inner = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    asked = ~np.isnan(last)
    if not _further(last[asked], inner[asked], parameters.leaving):
        return ends.astype(np.int64)
    return np.where(np.isnan(last) & np.isnan(inner), ends, earlier).astype(np.int64)


def _of_one(
    track: Track, stays: Stays, parameters: TogetherParameters
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Ends, the ends a fix earlier, squared distances of last and inner fixes over their variance.

    NaN stands for both where leaving is told apart already, and for the last alone where the stay is short.
    """
    firsts, ends, noise = stays.firsts, stays.lasts, max(stays.noise, 1e-3)
    counts = np.maximum(stays.fixes, 2)
    spread = counts / ((counts - 1) * 2.0 * noise * noise)
    last = _squared(track, stays, ends) * spread
    inner = _squared(track, stays, np.minimum(firsts + 1, ends)) * spread
    after = np.minimum(ends + 1, len(track) - 1)
    reach = parameters.standing_m + parameters.errors * noise
    told = (after > ends) & (_squared(track, stays, after) <= reach * reach)
    open_still = after == ends
    last[(stays.fixes < FEWEST_FIXES) | told | open_still] = np.nan
    inner[told | open_still] = np.nan
    step = track.times[ends] - track.times[np.maximum(ends - 1, firsts)]
    return stays.ends, stays.ends - step, last, inner


def _squared(track: Track, stays: Stays, at: NDArray[np.int64]) -> NDArray[np.float64]:
    """Square metres from the middle of each stay to a fix."""
    turns = (track.lons[at] - stays.lons + 180.0) % 360.0 - 180.0
    east = turns * np.cos(np.radians(stays.lats))
    north = track.lats[at] - stays.lats
    return np.asarray((east * east + north * north) * METRES_A_DEGREE**2, np.float64)


def _further(last: NDArray[np.float64], inner: NDArray[np.float64], least: float) -> bool:
    """Whether the mean of the one exceeds that of the other by more than chance would have it."""
    if len(last) < FEWEST_STAYS:
        return False
    error = np.sqrt((last.var() + inner.var()) / len(last))
    return bool(last.mean() - inner.mean() > least * error)
