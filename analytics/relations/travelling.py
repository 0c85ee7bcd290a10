"""Two on their way together: near each other while both move, for some minutes.

Convoys as in Jeung et al. (2008), "Discovery of convoys in trajectory databases": within a distance at so
many instants in a row; of two, from whom larger ones follow (`relations.network`). Only instants between
stays count, and both must make way: who wait at one kerb do not travel.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from analytics.geometry import compiled
from analytics.relations.dwells import Dwells
from analytics.relations.meetings import Meetings
from analytics.relations.near import instants, near
from analytics.relations.parameters import PEOPLE, TogetherParameters
from analytics.track import Track


def travelling(tracks: Sequence[Track], stays: Dwells, parameters: TogetherParameters = PEOPLE) -> Meetings:
    """Meetings of subjects on their way.

    Args:
        tracks: of the subjects.
        stays: theirs, as `dwells.dwells` gives them.
        parameters: the thresholds.
    """
    step = round(parameters.slot_s * 1000.0)
    given = instants(tracks, step, round(parameters.longest_pause_s * 1000.0))
    order = np.lexsort((stays.starts, stays.subjects))
    bounds = np.searchsorted(stays.subjects[order], np.arange(len(tracks) + 1))
    out = ~_staying(given.subjects, given.slots * step, stays.starts[order], stays.ends[order], bounds)
    moving = given.where(out & (given.speeds >= parameters.moving_speed))
    if not len(moving.slots):
        return Meetings.none()
    runs = near(moving, parameters.moving_m, step)
    lasted = (runs.ends - runs.starts) / 1000.0
    chosen = (lasted >= parameters.moving_least_s) & (runs.ways >= parameters.moving_speed * lasted)
    found = runs.where(chosen)
    return Meetings(
        found.first,
        found.second,
        found.starts,
        found.ends,
        found.lons,
        found.lats,
        found.distances,
        np.ones(len(found), np.bool_),
    ).sorted()


@compiled
def _staying(
    subjects: NDArray[np.int64],
    times: NDArray[np.int64],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    bounds: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Which instants lie within a stay of their subject."""
    found = np.zeros(times.size, np.bool_)
    for k in range(times.size):
        first, stop = bounds[subjects[k]], bounds[subjects[k] + 1]
        last = first + np.searchsorted(starts[first:stop], times[k], "right") - 1
        found[k] = last >= first and times[k] <= ends[last]
    return found
