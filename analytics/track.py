"""A track: the fixes of one subject as a struct of arrays, in time order, each time once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Track:
    """Fixes in time order, arrays of shape (n,).

    Attributes:
        times: epoch milliseconds, strictly rising.
        lons: degrees east, WGS 84.
        lats: degrees north, WGS 84.
        known: epoch milliseconds at which Diurnal learned of the fix.
    """

    times: NDArray[np.int64]
    lons: NDArray[np.float64]
    lats: NDArray[np.float64]
    known: NDArray[np.int64]

    @classmethod
    def empty(cls) -> Self:
        """A track without fixes."""
        none, nowhere = np.empty(0, np.int64), np.empty(0, np.float64)
        return cls(none, nowhere, nowhere, none)

    @classmethod
    def of(
        cls,
        times: NDArray[np.int64],
        lons: NDArray[np.float64],
        lats: NDArray[np.float64],
        known: NDArray[np.int64] | None = None,
    ) -> Self:
        """Sort fixes and keep one a time: of several the westernmost, then southernmost, first known.

        That choice is arbitrary, but the same in whatever order the fixes come. Without `known`, a fix
        counts as known at its own time. Inputs are not changed.
        """
        known = times if known is None else known
        if len(times) > 1 and not (times[1:] > times[:-1]).all():
            order = np.lexsort((known, lats, lons, times))
            times, lons, lats, known = times[order], lons[order], lats[order], known[order]
            first = np.concatenate(([True], times[1:] > times[:-1]))
            times, lons, lats, known = times[first], lons[first], lats[first], known[first]
        return cls(times, lons, lats, known)

    def __len__(self) -> int:
        return len(self.times)

    def joined(self, *others: Track) -> Track:
        """This track and others in one."""
        columns = zip(self.columns, *(other.columns for other in others), strict=True)
        return Track.of(*(np.concatenate(parts) for parts in columns))

    def part(self, start: int, stop: int) -> Track:
        """The fixes from index `start` up to and without `stop`, as views."""
        return Track(*(column[start:stop] for column in self.columns))  # type: ignore[arg-type]

    def take(self, indices: NDArray[np.int64]) -> Track:
        """The fixes at these rising indices."""
        return Track(*(column[indices] for column in self.columns))  # type: ignore[arg-type]

    @property
    def columns(
        self,
    ) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
        """Times, lons, lats, known."""
        return self.times, self.lons, self.lats, self.known
