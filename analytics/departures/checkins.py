"""Check-ins: who arrived where and when, in the order of time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analytics.departures.errors import CheckInsError

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Bools: TypeAlias = NDArray[np.bool_]
DAY: Final = 86_400_000
"""Milliseconds."""


@dataclass(frozen=True, slots=True, eq=False)
class CheckIns:
    """Arrivals, sorted by time.

    Attributes:
        agents: code of who arrived, shape (n,).
        times: when, epoch milliseconds of the place's civil time, shape (n,).
        venues: code of where, shape (n,).
        agent_names: what the codes of agents stand for.
        venue_names: what the codes of venues stand for.
        lons: of the venues, degrees.
        lats: of the venues, degrees.
    """

    agents: Ints
    times: Ints
    venues: Ints
    agent_names: NDArray[Any]
    venue_names: NDArray[Any]
    lons: Floats
    lats: Floats

    def __len__(self) -> int:
        return len(self.times)

    @property
    def days(self) -> Ints:
        """On which day since the epoch each was, shape (n,)."""
        return self.times // DAY

    def before(self, moment: int) -> CheckIns:
        """Those before a moment in epoch milliseconds; all codes stay."""
        return self.between(np.iinfo(np.int64).min, moment)

    def between(self, start: int, end: int) -> CheckIns:
        """Those from `start` on and before `end`, epoch milliseconds; all codes stay."""
        low, high = np.searchsorted(self.times, (start, end))
        part = slice(int(low), int(high))
        return replace(self, agents=self.agents[part], times=self.times[part], venues=self.venues[part])

    def dwells(self) -> Floats:
        """Milliseconds until each agent's next arrival anywhere, shape (n,); NaN for its last."""
        order = np.lexsort((self.times, self.agents))
        dwell = np.full(len(self), np.nan)
        same = self.agents[order][1:] == self.agents[order][:-1]
        dwell[order[:-1][same]] = np.diff(self.times[order])[same]
        return dwell


def checkins(
    agents: ArrayLike, times: ArrayLike, venues: ArrayLike, lons: ArrayLike, lats: ArrayLike
) -> CheckIns:
    """Columns of check-ins in any order, of any names.

    Args:
        agents: names or numbers, shape (n,).
        times: epoch milliseconds of the place's civil time, shape (n,).
        venues: names or numbers, shape (n,).
        lons: degrees, shape (n,).
        lats: degrees, shape (n,).

    Raises:
        CheckInsError: the columns differ in length, are empty, or a position is no number.
    """
    who, where = np.asarray(agents), np.asarray(venues)
    when = np.asarray(times, dtype=np.int64)
    lon, lat = np.asarray(lons, dtype=np.float64), np.asarray(lats, dtype=np.float64)
    if not len(who) == len(when) == len(where) == len(lon) == len(lat):
        raise CheckInsError("the columns of the check-ins differ in length: give each check-in every value")
    if not len(who):
        raise CheckInsError("there are no check-ins: give at least one")
    if not (np.isfinite(lon).all() and np.isfinite(lat).all()):
        raise CheckInsError("a check-in has no position: give each a longitude and a latitude in degrees")
    agent_names, agent = np.unique(who, return_inverse=True)
    venue_names, first, venue = np.unique(where, return_index=True, return_inverse=True)
    order = np.lexsort((venue, agent, when))
    return CheckIns(
        agents=agent[order].astype(np.int64),
        times=when[order],
        venues=venue[order].astype(np.int64),
        agent_names=agent_names,
        venue_names=venue_names,
        lons=lon[first],
        lats=lat[first],
    )
