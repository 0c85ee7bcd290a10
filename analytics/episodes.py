"""A subject's episodes: its stays, the trips between them and its gaps, brought up to date together."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from analytics.clean import kept
from analytics.gaps import GAP, gaps
from analytics.geometry import compiled
from analytics.movement.rows import rows as change_point_rows
from analytics.parameters import Parameters
from analytics.stays import CLOSED, END, NOT_YET, START, STAY, stays
from analytics.track import Track
from analytics.trips import TRIP, trips


@dataclass(frozen=True, slots=True)
class Episodes:
    """What one track says, as rows in time order.

    Attributes:
        stays: rows of STAY, those that are over, then the one that goes on, if it is long enough.
        over: how many of them are over.
        candidate: no row, or the one that goes on, whether long enough yet or not.
        trips: rows of TRIP, one less than `stays`.
        gaps: rows of GAP.
    """

    stays: NDArray[np.void]
    over: int
    candidate: NDArray[np.void]
    trips: NDArray[np.void]
    gaps: NDArray[np.void]

    @classmethod
    def none(cls) -> Self:
        """Nothing yet."""
        return cls(np.empty(0, STAY), 0, np.empty(0, STAY), np.empty(0, TRIP), np.empty(0, GAP))

    def settled(self, before: int) -> int:
        """How many stays cannot be changed by a fix at `before` (epoch ms) or later."""
        return bisect_left(self.stays["settled"], before, 0, self.over)


def brought_up(
    episodes: Episodes, track: Track, touched: int, until: int, parameters: Parameters
) -> tuple[Episodes, int, int]:
    """The episodes of a track that has grown, read again only from where they can differ.

    Args:
        episodes: those of the track as it was.
        track: all fixes before `until`.
        touched: the earliest time (epoch ms) at which a fix is new.
        until: epoch milliseconds up to which everything is known.
        parameters: thresholds of all of them.

    Returns:
        The episodes, equal to those of a run from the beginning, and how many of the old stays and gaps
        were kept.
    """
    fixed = episodes.settled(touched)
    # Trips and gaps begin at the last fix of the stay before, which is over for good.
    start, link = (int(episodes.stays[name][fixed - 1]) if fixed else -1 for name in ("next", "last"))
    if parameters.movement:  # none of its stays is ever settled, so `fixed` is 0
        found_by = change_point_rows(
            track, until, parameters.movement, parameters.silence_s, parameters.gap_m
        )
    else:
        at = max(start, 0)
        found_by = _read(track.times, track.lons, track.lats, at, link, until, _limits(parameters))
    rows, count, ways, silences = found_by
    found = rows.view(STAY)[:, 0]
    going_on = bool(len(found)) and found["closed"][-1] == NOT_YET
    heard = bisect_left(episodes.gaps["start"], track.times[link]) if fixed else 0
    renewed = Episodes(
        stays=_one(episodes.stays[:fixed], found[:count]),
        over=fixed + len(found) - going_on,
        candidate=found[len(found) - going_on :].copy(),
        trips=_one(episodes.trips[: max(fixed - 1, 0)], ways.view(TRIP)[:, 0]),
        gaps=_one(episodes.gaps[:heard], silences.view(GAP)[:, 0]),
    )
    return renewed, fixed, heard


_Limits: TypeAlias = tuple[float, float, int, int, int, float]
"""Metres a second, metres, ms, ms, ms, metres."""


def _limits(parameters: Parameters) -> _Limits:
    """The thresholds in the order in which compiled code takes them."""
    return (
        float(parameters.max_speed),
        float(parameters.stay_radius_m),
        int(parameters.stay_dwell_s * 1000),
        int(parameters.silence_s * 1000),
        int(parameters.longest_inferred_s * 1000),
        float(parameters.gap_m),
    )


@compiled
def _read(
    times: NDArray[np.int64],
    lons: NDArray[np.float64],
    lats: NDArray[np.float64],
    start: int,
    link: int,
    until: int,
    limits: _Limits,
) -> tuple[NDArray[np.int64], int, NDArray[np.int64], NDArray[np.int64]]:
    """Rows of STAY with a candidate, how many of them are stays, rows of TRIP and of GAP.

    One piece of compiled code for all four: for the fixes of an hour, calls take longer than the work.
    """
    max_speed, radius, dwell, silence, longest, gap = limits
    indices = kept(times, lons, lats, start, max_speed)
    rows = stays(times, lons, lats, indices, until, radius, dwell, silence, longest)
    count = len(rows)
    if count and rows[count - 1, CLOSED] == NOT_YET and rows[count - 1, END] - rows[count - 1, START] < dwell:
        count -= 1
    path = np.empty(indices.size + 1, np.int64)
    path[0], path[1:] = link, indices
    path = path[link < 0 :]
    ways = trips(times, lons, lats, path, link >= 0, rows[:count])
    return rows, count, ways, gaps(times, lons, lats, path, silence, gap)


def _one(head: NDArray[np.void], tail: NDArray[np.void]) -> NDArray[np.void]:
    """Two runs of rows of one kind as one; numpy's own way compares their kinds field by field each time."""
    if not len(tail):
        return head
    rows = np.empty(len(head) + len(tail), head.dtype)
    rows[: len(head)], rows[len(head) :] = head, tail
    return rows
