"""Stays by change points as rows of `analytics.stays`, so that all that follows from stays follows alike."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from analytics import stays as circle
from analytics.gaps import gaps
from analytics.geometry import compiled, distance
from analytics.movement.parameters import MovementParameters
from analytics.movement.stays import Stays, visits
from analytics.stays import NOT_YET
from analytics.track import Track
from analytics.trips import trips

Rows = tuple[NDArray[np.int64], int, NDArray[np.int64], NDArray[np.int64]]
_MS: Final = 1000.0


def rows(track: Track, until: int, movement: MovementParameters, silence_s: float, gap_m: float) -> Rows:
    """Stays, trips and gaps of a track, all of which a later fix may change.

    Args:
        track: all fixes before `until`.
        until: epoch milliseconds up to which everything is known.
        movement: the thresholds of stays.
        silence_s: a longer pause is a silence.
        gap_m: a silence that ends further off is a gap.

    Returns:
        Rows of STAY, the last of which may be a candidate; how many of them are stays; rows of TRIP and GAP.
    """
    found = visits(track, movement)
    over = int(movement.longest_silence_s * _MS) + 1
    going_on = bool(len(found)) and until < int(found.ends[-1]) + over
    # Whoever came to where it is only just now may be there still.
    chosen = found.long.copy()
    chosen[-1:] |= going_on
    stays = found.where(chosen)
    table = _table(track, stays, until, silence_s, over)
    count = len(table) - (going_on and not found.long[-1])
    ways = trips(track.times, track.lons, track.lats, found.kept, False, table[:count])
    silences = gaps(track.times, track.lons, track.lats, found.kept, int(silence_s * _MS), float(gap_m))
    return table, count, ways, silences


def _table(track: Track, stays: Stays, until: int, silence_s: float, over: int) -> NDArray[np.int64]:
    """Rows of STAY."""
    table = np.empty((len(stays), circle.WIDTH), np.int64)
    spots = table.view(np.float64)
    after = np.searchsorted(stays.kept, stays.lasts) + 1
    following = np.append(stays.kept, len(track))[after]
    shown = np.append(track.times, NOT_YET)[following]
    closed = np.minimum(shown, stays.ends + over)
    table[:, circle.START], table[:, circle.END] = stays.starts, stays.ends
    table[:, circle.CLOSED] = np.where(closed <= until, closed, NOT_YET)
    table[:, circle.SETTLED] = NOT_YET
    table[:, circle.FIRST], table[:, circle.LAST], table[:, circle.NEXT] = (
        stays.firsts,
        stays.lasts,
        following,
    )
    table[:, circle.FIXES] = stays.fixes
    spots[:, circle.LON], spots[:, circle.LAT] = stays.lons, stays.lats
    _measure(track.times, track.lons, track.lats, stays.kept, table, int(silence_s * _MS))
    return table


@compiled
def _measure(
    times: NDArray[np.int64],
    lons: NDArray[np.float64],
    lats: NDArray[np.float64],
    kept: NDArray[np.int64],
    table: NDArray[np.int64],
    silence: int,
) -> None:
    """How long each was silent, and how far from its centre its fixes lie, written into the table."""
    spots = table.view(np.float64)
    at = 0
    for row in range(len(table)):
        reach, quiet = 0.0, 0
        while kept[at] < table[row, circle.FIRST]:
            at += 1
        while at < len(kept) and kept[at] <= table[row, circle.LAST]:
            k = kept[at]
            reach = max(reach, distance(spots[row, circle.LON], spots[row, circle.LAT], lons[k], lats[k]))
            if k > table[row, circle.FIRST]:
                pause = times[k] - times[kept[at - 1]]
                quiet += pause if pause > silence else 0
            at += 1
        table[row, circle.SILENT] = quiet
        spots[row, circle.RADIUS] = reach
