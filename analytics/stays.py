"""Stays: a subject within a small circle for some minutes.

Fixes are read in order, as in Li et al. (2008), "Mining user similarity based on location history", but
against the mean of the stay so far instead of its first fix, which noise would put off. All that is
decided after the first fix of a stay depends on that fix and later ones only, so a run that begins at the
open stay gives the same as one from the beginning.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from analytics.geometry import METRES_A_DEGREE, compiled, distance

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
"""One row a stay. All columns have eight bytes: compiled code sees them as two views of int64 and float64."""
WIDTH: Final = len(STAY.names or ())
START, END, CLOSED, SETTLED, FIRST, LAST, NEXT, FIXES, SILENT, LON, LAT, RADIUS = range(WIDTH)


class StayRow(NamedTuple):
    """One row of STAY as Python's numbers."""

    start: int
    end: int
    closed: int
    settled: int
    first: int
    last: int
    next: int
    fixes: int
    silent: int
    lon: float
    lat: float
    radius: float


def stay_rows(rows: NDArray[np.void]) -> list[StayRow]:
    """Rows of STAY one by one: for a few of them, numpy's own fields take several times as long."""
    return list(map(StayRow._make, rows.tolist()))


@compiled
def stays(
    times: NDArray[np.int64],
    lons: NDArray[np.float64],
    lats: NDArray[np.float64],
    indices: NDArray[np.int64],
    until: int,
    radius: float,
    dwell: int,
    silence: int,
    longest: int,
) -> NDArray[np.int64]:
    """The stays among some of a track's fixes, those that are over and the one that goes on.

    A single fix outside the circle that is followed by one inside does not end a stay. A silence that
    begins and ends within the circle belongs to it, up to `longest`; a longer one ends it at the last fix
    before, and is noticed without another fix, by `until`.

    Args:
        times: epoch milliseconds of the fixes before `until`, shape (n,).
        lons: degrees east, shape (n,).
        lats: degrees north, shape (n,).
        indices: which fixes to read, as `clean.kept` gives them: from the first fix on, or from the first
            after a stay that is over.
        until: epoch milliseconds up to which everything is known.
        radius: of the circle, metres.
        dwell: milliseconds that a stay takes at least.
        silence: milliseconds; a longer pause is a silence.
        longest: milliseconds; a longer silence ends a stay.

    Returns:
        Rows of STAY in time order, as int64 of shape (m, WIDTH). The last may be open (`closed` is NOT_YET),
        and may then be shorter than the dwell: a candidate.
    """
    t, x, y = times[indices], lons[indices], lats[indices]
    count = t.size
    found = np.empty((count // 2 + 2, WIDTH), np.int64)
    spots = found.view(np.float64)
    size = 0
    i = 0
    while i < count:
        last, witness, members, silent, closed, lon, lat = _grow(
            t, x, y, i, until, radius, dwell, silence, longest
        )
        if closed != NOT_YET and t[last] - t[i] < dwell:
            i += 1
            continue
        row = found[size]
        row[START], row[END], row[CLOSED] = t[i], t[last], closed
        # Whether a fix is a jump is decided by the one after it, so that one was asked, too.
        asked = indices[witness] + 1 if witness < count else times.size
        row[SETTLED] = times[asked] if asked < times.size else NOT_YET
        row[FIRST], row[LAST] = indices[i], indices[last]
        row[NEXT] = indices[last + 1] if last + 1 < count else times.size
        row[FIXES], row[SILENT] = members, silent
        spot = spots[size]
        spot[LON], spot[LAT] = lon - 360.0 * round(lon / 360.0), lat
        spot[RADIUS] = _reach(x, y, i, last, lon, lat, radius)
        size += 1
        i = last + 1 if closed != NOT_YET else count
    return found[:size]


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
