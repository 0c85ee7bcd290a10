"""Where vessels stopped, all of them in one table: what anchorages and berths are learned from."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analytics.clean import kept
from analytics.parameters import HARBOUR, Parameters
from analytics.relations.dwells import Dwells
from analytics.stays import END, LAT, LON, RADIUS, START, stays
from analytics.track import Track

A_FIX_M = 10.0
"""Standard deviation of a vessel's fix: the receiver's, and where in the ship's length the antenna stands."""


def stops(tracks: Sequence[Track], parameters: Parameters = HARBOUR) -> Dwells:
    """The stays of vessels by the circle of `analytics.stays`, those still going on included.

    Args:
        tracks: of the vessels.
        parameters: the thresholds of stays.
    """
    found: list[Dwells] = []
    for subject, track in enumerate(tracks):
        if not len(track):
            continue
        until = int(track.times[-1]) + 1
        rows = stays(
            track.times,
            track.lons,
            track.lats,
            kept(track.times, track.lons, track.lats, 0, parameters.max_speed),
            until,
            parameters.stay_radius_m,
            round(parameters.stay_dwell_s * 1000.0),
            round(parameters.silence_s * 1000.0),
            round(parameters.longest_inferred_s * 1000.0),
        )
        rows = rows[rows[:, END] - rows[:, START] >= parameters.stay_dwell_s * 1000.0]
        spots = rows.view(np.float64)
        found.append(
            Dwells(
                np.full(len(rows), subject, np.int64),
                rows[:, START].copy(),
                rows[:, END].copy(),
                spots[:, LON].copy(),
                spots[:, LAT].copy(),
                np.maximum(0.5 * spots[:, RADIUS], A_FIX_M),
            )
        )
    if not found:
        return Dwells.none()
    columns = [[getattr(each, name) for each in found] for name in Dwells.__slots__]
    return Dwells(*(np.concatenate(parts) for parts in columns))
