"""Who is looked at when: at a moment only those with fresh fixes, or whose time has come, cost anything."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analytics.geometry import METRES_A_DEGREE
from analytics.stays import NOT_YET

_FIRST_ROOM: Final = 64


class Agenda:
    """One entry a subject, by number, in arrays: a whole fleet is gone through in microseconds.

    A subject goes by the furthest of its own sources, so that one that is idle, or dated in the future, does
    not disturb the others' subjects.
    """

    def __init__(self) -> None:
        """Begin with nobody."""
        self._size = 0
        self._waits, self._due, self._clock, self._group = (np.empty(0, np.int64) for _ in range(4))
        self._lons, self._lats = np.empty(0), np.empty(0)
        self._groups: dict[frozenset[str], int] = {}

    def enter(self) -> int:
        """The number of a new subject, which is looked at as soon as its clock stands anywhere."""
        at = self._size
        if at == len(self._waits):
            room = max(2 * at, _FIRST_ROOM)
            for column in (self._waits, self._due, self._clock, self._group, self._lons, self._lats):
                column.resize(room, refcheck=False)  # no view of them is handed out
        self._size += 1
        self._waits[at], self._due[at], self._clock[at] = NOT_YET, 0, -1
        self._lons[at] = self._lats[at] = math.nan
        return at

    def hears(self, at: int, sources: Collection[str]) -> None:
        """A subject has these sources from now on."""
        self._group[at] = self._groups.setdefault(frozenset(sources), len(self._groups))

    def waits(self, at: int, since: int) -> None:
        """The earliest fix of a subject that has not counted yet is of this epoch millisecond."""
        self._waits[at] = since

    def looked(self, at: int, due: int, spot: tuple[float, float]) -> None:
        """A subject has been looked at.

        Args:
            at: its number.
            due: epoch milliseconds from which time alone may change something.
            spot: longitude and latitude of where it stays, NaN if it does not.
        """
        self._due[at] = due
        self._lons[at], self._lats[at] = spot

    def waiting_since(self) -> int:
        """Epoch milliseconds of the earliest fix that has not counted yet; NOT_YET where there is none."""
        return int(self._waits[: self._size].min(initial=NOT_YET))

    def clocks(self, until: int | Mapping[str, int]) -> NDArray[np.int64]:
        """Epoch milliseconds before which each subject's sources have told everything; shape (n,)."""
        if isinstance(until, int):
            return np.full(self._size, until, np.int64)
        each = [max(until.get(source, -1) for source in sources) for sources in self._groups]
        return np.array(each, np.int64)[self._group[: self._size]]

    def overdue(self, clocks: NDArray[np.int64]) -> bool:
        """Whether a fix waits that these clocks have passed."""
        return bool((self._waits[: self._size] < clocks).any())

    def moved(self, clocks: NDArray[np.int64]) -> dict[int, tuple[int, int]]:
        """Who is to be looked at: number → where its clock stood at the last call, and where it is now."""
        size = self._size
        ready = np.flatnonzero((self._waits[:size] < clocks) | (self._due[:size] <= clocks))
        found = zip(self._clock[ready].tolist(), clocks[ready].tolist(), strict=True)
        called = dict(zip(ready.tolist(), found, strict=True))
        self._clock[:size] = clocks
        return called

    def near(self, lon: float, lat: float, radius: float) -> list[int]:
        """Who stays within so many metres of a position in degrees, or a little further."""
        lons, lats = self._lons[: self._size], self._lats[: self._size]
        reach = radius / METRES_A_DEGREE
        close = np.flatnonzero(np.abs(lats - lat) <= reach)
        turn = np.abs(lons[close] - lon)
        turn = np.minimum(turn, 360.0 - turn) * math.cos(math.radians(min(abs(lat) + reach, 90.0)))
        return [int(at) for at in close[turn <= reach]]
