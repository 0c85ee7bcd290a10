"""Where subjects stayed, all of them in one table: what standing meetings are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from analytics.movement.parameters import PEOPLE as MOVEMENT
from analytics.movement.parameters import MovementParameters
from analytics.movement.stays import stays
from analytics.relations.leaving import until_leaving
from analytics.relations.parameters import PEOPLE, TogetherParameters
from analytics.track import Track


@dataclass(frozen=True, slots=True)
class Dwells:
    """Stays of several subjects, arrays of shape (n,).

    Attributes:
        subjects: whose, as index among the tracks.
        starts: epoch milliseconds.
        ends: epoch milliseconds.
        lons: degrees east, of the mean of the fixes.
        lats: degrees north.
        errors: standard deviation of that mean on one axis, metres.
    """

    subjects: NDArray[np.int64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    lons: NDArray[np.float64]
    lats: NDArray[np.float64]
    errors: NDArray[np.float64]

    @classmethod
    def none(cls) -> Self:
        """No stays."""
        whole, real = np.empty(0, np.int64), np.empty(0, np.float64)
        return cls(whole, whole, whole, real, real, real)

    def __len__(self) -> int:
        return len(self.starts)

    def where(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> Dwells:
        """Those chosen, by mask or by index."""
        return Dwells(
            self.subjects[chosen],
            self.starts[chosen],
            self.ends[chosen],
            self.lons[chosen],
            self.lats[chosen],
            self.errors[chosen],
        )


def dwells(
    tracks: Sequence[Track],
    parameters: TogetherParameters = PEOPLE,
    movement: MovementParameters = MOVEMENT,
) -> Dwells:
    """The stays of all tracks, each up to its last fix that is not yet one of leaving."""
    found = [stays(track, movement) for track in tracks]
    ends = until_leaving(tracks, found, parameters)
    subjects = np.repeat(np.arange(len(tracks), dtype=np.int64), [len(each) for each in found])
    if not len(subjects):
        return Dwells.none()
    fixes = np.concatenate([each.fixes for each in found])
    return Dwells(
        subjects,
        np.concatenate([each.starts for each in found]),
        ends,
        np.concatenate([each.lons for each in found]),
        np.concatenate([each.lats for each in found]),
        np.asarray([each.noise for each in found])[subjects] / np.sqrt(fixes),
    )
