"""Encounters at sea: two vessels that could have handed something over.

The definition is Global Fishing Watch's (Miller et al. 2018, "Identifying global patterns of transshipment
behavior"): under 500 m from each other for two hours and more, at a median speed under 2 knots, and 10 km
and more from an anchorage.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.relations.anchorages import Anchorages
from analytics.relations.near import Runs, instants, near
from analytics.track import Track

KNOT = 1852.0 / 3600.0


@dataclass(frozen=True, slots=True)
class EncounterParameters:
    """Metres, seconds, metres a second; the definition's own."""

    distance_m: float = 500.0
    """Two vessels are near within this."""
    least_s: float = 2 * 3600.0
    """Shorter is no encounter."""
    speed: float = 2 * KNOT
    """The median speed of both lies under this."""
    anchorage_m: float = 10_000.0
    """Nearer to an anchorage it is none."""
    slot_s: float = 120.0
    """Positions are compared at times so far apart; ten minutes would shorten more."""
    longest_pause_s: float = 3600.0
    """A position is not interpolated across a longer pause."""


OFFSHORE = EncounterParameters()
"""The defaults."""


def encounters(
    tracks: Sequence[Track], known: Anchorages, parameters: EncounterParameters = OFFSHORE
) -> Runs:
    """The encounters of vessels, in order of who, then when.

    Args:
        tracks: of the vessels.
        known: the anchorages.
        parameters: the thresholds.
    """
    step = round(parameters.slot_s * 1000.0)
    given = instants(tracks, step, round(parameters.longest_pause_s * 1000.0))
    runs = near(given, parameters.distance_m, step, bridged=0)
    long = runs.where(
        (runs.ends - runs.starts >= parameters.least_s * 1000.0) & (runs.speeds < parameters.speed)
    )
    return long.where(np.asarray(known.away(long.lons, long.lats) >= parameters.anchorage_m, np.bool_))
