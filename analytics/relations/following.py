"""Following: one subject is, again and again, where another was some minutes before.

Leadership as in Andersson et al. (2008), "Reporting leaders and followers among trajectories of moving point
objects", with a time lag: the leader's position is compared with the follower's one lag later, for several
lags, through the same cells as travelling together. Who travels side by side does not follow: those are
left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.relations.near import Instants, Runs, instants, near
from analytics.track import Track


@dataclass(frozen=True, slots=True)
class FollowingParameters:
    """Metres, seconds, metres a second."""

    distance_m: float = 50.0
    """The follower comes so near to where the leader was."""
    least_s: float = 900.0
    """Shorter is no following."""
    slot_s: float = 30.0
    lags: tuple[int, ...] = (1, 2, 3, 4, 6, 8, 10)
    """Slots by which the follower is later."""
    speed: float = 0.7
    """Only who moves follows or is followed."""
    beside: float = 0.5
    """Of the way, at most this share is made side by side."""
    longest_pause_s: float = 300.0
    """A position is not interpolated across a longer pause."""


@dataclass(frozen=True, slots=True)
class Following:
    """One behind another, arrays of shape (n,), in order of who, then when.

    Attributes:
        leaders: index among the tracks.
        followers: index among the tracks.
        starts: epoch milliseconds at which the leader was first followed.
        ends: epoch milliseconds of the last such moment.
        lags_s: by how much the follower is later.
    """

    leaders: NDArray[np.int64]
    followers: NDArray[np.int64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    lags_s: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.starts)


def following(tracks: Sequence[Track], parameters: FollowingParameters | None = None) -> Following:
    """Who follows whom, each way once, by the lag at which it is longest."""
    parameters = parameters or FollowingParameters()
    step = round(parameters.slot_s * 1000.0)
    given = instants(tracks, step, round(parameters.longest_pause_s * 1000.0))
    moving = given.where(given.speeds >= parameters.speed)
    beside = near(moving, parameters.distance_m, step)
    rows: list[tuple[int, int, int, int, float]] = []
    for lag in parameters.lags:
        runs = near(_lagged(moving, len(tracks), lag), parameters.distance_m, step)
        count = len(tracks)
        apart = (runs.first < count) & (runs.second >= count) & (runs.second - count != runs.first)
        long = runs.where(
            apart
            & (runs.ends - runs.starts >= parameters.least_s * 1000.0)
            & (runs.ways >= parameters.speed * parameters.least_s)
        )
        for k in range(len(long)):
            leader, follower = int(long.first[k]), int(long.second[k]) - count
            start, end = int(long.starts[k]), int(long.ends[k])
            if _shared(beside, leader, follower, start, end) <= parameters.beside * (end - start):
                rows.append((leader, follower, start, end, lag * parameters.slot_s))
    return _longest(rows)


def _lagged(given: Instants, count: int, lag: int) -> Instants:
    """All as leaders, and once more, under other numbers, as they are one lag later: as followers."""
    return Instants(
        np.concatenate((given.subjects, given.subjects + count)),
        np.concatenate((given.slots, given.slots - lag)),
        np.concatenate((given.lons, given.lons)),
        np.concatenate((given.lats, given.lats)),
        np.concatenate((given.speeds, given.speeds)),
    )


def _shared(beside: Runs, one: int, other: int, start: int, end: int) -> int:
    """Milliseconds of a span in which two were side by side."""
    a, b = min(one, other), max(one, other)
    of = (beside.first == a) & (beside.second == b)
    shared = np.minimum(beside.ends[of], end) - np.maximum(beside.starts[of], start)
    return int(shared.clip(0).sum())


def _longest(rows: list[tuple[int, int, int, int, float]]) -> Following:
    """Of ways that overlap under several lags, the longest."""
    kept: list[tuple[int, int, int, int, float]] = []
    for row in sorted(rows, key=lambda each: (each[2] - each[3], each)):
        if not any(row[:2] == other[:2] and row[2] <= other[3] and other[2] <= row[3] for other in kept):
            kept.append(row)
    kept.sort()
    columns = np.array(kept, np.float64).reshape(-1, 5).T
    leaders, followers, starts, ends = (column.astype(np.int64) for column in columns[:4])
    return Following(leaders, followers, starts, ends, columns[4])
