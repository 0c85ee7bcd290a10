"""Stays: a subject within a small circle for some minutes.

Fixes are read in order, as in Li et al. (2008), "Mining user similarity based on location history", but
against the mean of the stay so far instead of its first fix, which noise would put off. All that is
decided after the first fix of a stay depends on that fix and later ones only, so a run that begins at the
open stay gives the same as one from the beginning.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from analytics.geometry import METRES_A_DEGREE, compiled, distance
from analytics.parameters import Parameters
from analytics.track import Track

NOT_YET: Final = 2**62
"""In place of a time that has not come."""
STAY: Final = np.dtype(
    [
        ("start", np.int64),  # epoch ms of its first fix
        ("end", np.int64),  # epoch ms of its last fix
        ("closed", np.int64),  # epoch ms of the fix that showed that it was over; NOT_YET while open
        ("settled", np.int64),  # epoch ms of the last fix that was asked for all this
        ("first", np.int64),  # index of its first fix in the track
        ("last", np.int64),  # index of its last fix
        ("next", np.int64),  # index of the first fix after it
        ("fixes", np.int64),
        ("silent", np.int64),  # ms inside silences
        ("lon", np.float64),
        ("lat", np.float64),
        ("radius", np.float64),  # metres
    ]
)
"""One row a stay."""


def stays(track: Track, indices: NDArray[np.int64], until: int, parameters: Parameters) -> NDArray[np.void]:
    """The stays among some of a track's fixes, those that are over and the one that goes on.

    A single fix outside the circle that is followed by one inside does not end a stay. A silence that
    begins and ends within the circle belongs to it, up to `longest_inferred_s`; a longer one ends it at
    the last fix before, and is noticed without another fix, by `until`.

    Args:
        track: the fixes before `until`, shape (n,).
        indices: which fixes to read, as `clean.kept` gives them: from the first fix on, or from the first
            after a stay that is over.
        until: epoch milliseconds up to which everything is known.
        parameters: circle, dwell and silences.

    Returns:
        Rows of STAY in time order. The last may be open (`closed` is NOT_YET), and may then be shorter
        than the dwell: a candidate.
    """
    if not len(indices):
        return np.empty(0, STAY)
    part = track.take(indices)
    found, spots = _find(
        part.times,
        part.lons,
        part.lats,
        until,
        parameters.stay_radius_m,
        int(parameters.stay_dwell_s * 1000),
        int(parameters.silence_s * 1000),
        int(parameters.longest_inferred_s * 1000),
    )
    return _rows(found, spots, track, indices)


def dwelt(rows: NDArray[np.void], parameters: Parameters) -> NDArray[np.bool_]:
    """Which rows are as long as a stay must be; shape (n,)."""
    return np.asarray(rows["end"] - rows["start"] >= int(parameters.stay_dwell_s * 1000))


def _rows(
    found: NDArray[np.int64], spots: NDArray[np.float64], track: Track, indices: NDArray[np.int64]
) -> NDArray[np.void]:
    rows = np.empty(len(found), STAY)
    first, last, over, witness = (found[:, column] for column in range(4))
    rows["first"], rows["last"] = indices[first], indices[last]
    rows["start"], rows["end"] = track.times[rows["first"]], track.times[rows["last"]]
    rows["next"] = np.where(over < len(indices), indices[np.minimum(over, len(indices) - 1)], len(track))
    rows["closed"] = found[:, 6]
    # Whether a fix is a jump is decided by the one after it, so that one was asked, too.
    asked = np.where(witness < len(indices), indices[np.minimum(witness, len(indices) - 1)] + 1, len(track))
    beyond = asked >= len(track)
    rows["settled"] = np.where(beyond, NOT_YET, track.times[np.minimum(asked, len(track) - 1)])
    rows["fixes"], rows["silent"] = found[:, 4], found[:, 5]
    rows["lon"], rows["lat"], rows["radius"] = spots[:, 0], spots[:, 1], spots[:, 2]
    return rows


@compiled
def _find(
    times: NDArray[np.int64],
    lons: NDArray[np.float64],
    lats: NDArray[np.float64],
    until: int,
    radius: float,
    dwell: int,
    silence: int,
    longest: int,
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Columns: first, last, first after, last asked, fixes, silent ms, closed; and lon, lat, radius."""
    count = times.size
    found = np.empty((count // 2 + 2, 7), np.int64)
    spots = np.empty((count // 2 + 2, 3), np.float64)
    size = 0
    i = 0
    while i < count:
        last, witness, members, silent, closed, lon, lat = _grow(
            times, lons, lats, i, until, radius, dwell, silence, longest
        )
        if closed != NOT_YET and times[last] - times[i] < dwell:
            i += 1
            continue
        found[size, 0], found[size, 1], found[size, 2], found[size, 3] = i, last, last + 1, witness
        found[size, 4], found[size, 5], found[size, 6] = members, silent, closed
        spots[size, 0] = lon - 360.0 * round(lon / 360.0)
        spots[size, 1], spots[size, 2] = lat, _reach(lons, lats, i, last, lon, lat, radius)
        size += 1
        i = last + 1 if closed != NOT_YET else count
    return found[:size], spots[:size]


@compiled
def _grow(
    times: NDArray[np.int64],
    lons: NDArray[np.float64],
    lats: NDArray[np.float64],
    first: int,
    until: int,
    radius: float,
    dwell: int,
    silence: int,
    longest: int,
) -> tuple[int, int, int, int, int, float, float]:
    """Last fix inside, last fix asked, fixes, silent ms, when it was shown to be over, lon, lat."""
    count = times.size
    lon, lat = lons[first], lats[first]
    last, members, silent = first, 1, 0
    j = first + 1
    while j < count and times[j] - times[last] <= longest:
        if _within(lon, lat, lons[j], lats[j], radius):
            pause = times[j] - times[last]
            silent += pause if pause > silence else 0
            members += 1
            turn = lons[j] - lon
            lon += (turn - 360.0 * round(turn / 360.0)) / members
            lat += (lats[j] - lat) / members
            last = j
        elif times[last] - times[first] < dwell:
            return last, j, members, silent, times[j], lon, lat
        elif j + 1 < count and not (
            times[j + 1] - times[last] <= silence and _within(lon, lat, lons[j + 1], lats[j + 1], radius)
        ):
            return last, j + 1, members, silent, min(times[j + 1], times[last] + longest + 1), lon, lat
        j += 1
    over = times[last] + longest + 1
    if j < count or until >= over:
        return last, j, members, silent, over, lon, lat
    return last, count, members, silent, NOT_YET, lon, lat


@compiled
def _reach(
    lons: NDArray[np.float64],
    lats: NDArray[np.float64],
    first: int,
    last: int,
    lon: float,
    lat: float,
    radius: float,
) -> float:
    """The greatest distance from the centre among the fixes inside."""
    reach = 0.0
    for k in range(first, last + 1):
        away = distance(lon, lat, lons[k], lats[k])
        if away <= radius:
            reach = max(reach, away)
    return reach


@compiled
def _within(lon: float, lat: float, lon_b: float, lat_b: float, radius: float) -> bool:
    # Latitude alone rules most moving fixes out, without a cosine.
    if abs(lat_b - lat) * METRES_A_DEGREE > radius:
        return False
    return distance(lon, lat, lon_b, lat_b) <= radius
