"""A subject's episodes: its stays, the trips between them and its gaps, brought up to date together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from analytics.clean import kept
from analytics.gaps import GAP, gaps
from analytics.parameters import Parameters
from analytics.stays import NOT_YET, STAY, dwelt, stays
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
        return int(np.searchsorted(self.stays["settled"][: self.over], before, "left"))


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
    before = episodes.stays[:fixed]
    start = int(before["next"][-1]) if fixed else 0
    indices = kept(track, start, parameters.max_speed)
    found = stays(track, indices, until, parameters)
    going_on = found["closed"] == NOT_YET
    rows = _one(before, found[~going_on | dwelt(found, parameters)])
    # Trips and gaps begin at the last fix of the stay before, which is over for good.
    part = track.take(np.concatenate((before["last"][-1:], indices)))
    ways = trips(part, rows["end"][max(fixed - 1, 0) : -1], rows["start"][max(fixed - 1, 0) + 1 :])
    heard = int(np.searchsorted(episodes.gaps["start"], part.times[0])) if fixed else 0
    renewed = Episodes(
        stays=rows,
        over=len(rows) - int((rows["closed"][-1:] == NOT_YET).sum()),
        candidate=found[going_on],
        trips=_one(episodes.trips[: max(fixed - 1, 0)], ways),
        gaps=_one(episodes.gaps[:heard], gaps(part, parameters)),
    )
    return renewed, fixed, heard


def _one(head: NDArray[np.void], tail: NDArray[np.void]) -> NDArray[np.void]:
    """Two runs of rows of one kind as one; numpy's own way compares their kinds field by field each time."""
    if not len(head) or not len(tail):
        return head if len(head) else tail
    rows = np.empty(len(head) + len(tail), head.dtype)
    rows[: len(head)], rows[len(head) :] = head, tail
    return rows
