"""A track that grows at its end: each fix is copied several times at most, however long the track gets."""

from __future__ import annotations

import numpy as np

from analytics.track import Track

_FIRST_ROOM = 64


class Growing:
    """A track, and room behind it. Tracks handed out before stay as they were.

    Attributes:
        track: all fixes so far, as views.
    """

    def __init__(self) -> None:
        """Begin without fixes."""
        self.track = Track.empty()
        self._instants = np.empty((2, 0), np.int64)
        self._spots = np.empty((2, 0), np.float64)

    def add(self, fresh: Track) -> None:
        """Take in fixes. Those after all before go into the room behind; others make it all anew."""
        old = self.track
        if not len(fresh):
            return
        if len(old) and fresh.times[0] <= old.times[-1]:
            self._hold(old.joined(fresh), 0)
            return
        self._hold(fresh, len(old))

    def _hold(self, fixes: Track, start: int) -> None:
        """Put fixes from an index on: what is there before stays, and what is there is never written over."""
        stop = start + len(fixes)
        if start == 0 or stop > self._instants.shape[1]:
            room = max(stop + stop // 4, _FIRST_ROOM)
            instants, spots = np.empty((2, room), np.int64), np.empty((2, room), np.float64)
            instants[:, :start], spots[:, :start] = self._instants[:, :start], self._spots[:, :start]
            self._instants, self._spots = instants, spots
        (times, known), (lons, lats) = self._instants, self._spots
        times[start:stop], known[start:stop] = fixes.times, fixes.known
        lons[start:stop], lats[start:stop] = fixes.lons, fixes.lats
        self.track = Track(times[:stop], lons[:stop], lats[:stop], known[:stop])
