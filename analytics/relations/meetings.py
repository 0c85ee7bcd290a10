"""Meetings: two together, in one table."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Meetings:
    """Two together for a while, arrays of shape (n,), in order of `starts`, `first`, `second`.

    Attributes:
        first: the one, as index among the tracks; less than `second`.
        second: the other.
        starts: epoch milliseconds.
        ends: epoch milliseconds.
        lons: degrees east, of the middle between them.
        lats: degrees north.
        distances: metres between them, on the whole.
        moving: whether on their way.
    """

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    lons: NDArray[np.float64]
    lats: NDArray[np.float64]
    distances: NDArray[np.float64]
    moving: NDArray[np.bool_]

    @classmethod
    def none(cls) -> Self:
        """No meetings."""
        whole, real = np.empty(0, np.int64), np.empty(0, np.float64)
        return cls(whole, whole, whole, whole, real, real, real, np.empty(0, np.bool_))

    def __len__(self) -> int:
        return len(self.starts)

    def where(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> Meetings:
        """Those chosen, by mask or by index."""
        return Meetings(*(getattr(self, field.name)[chosen] for field in fields(self)))

    def sorted(self) -> Meetings:
        """In order of time, then of who."""
        return self.where(np.lexsort((self.second, self.first, self.starts)))

    def joined(self, other: Meetings) -> Meetings:
        """These and others, in order."""
        return Meetings(
            *(
                np.concatenate((getattr(self, field.name), getattr(other, field.name)))
                for field in fields(self)
            )
        ).sorted()
