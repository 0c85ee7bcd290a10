"""Two at one place at one time: co-presence while standing (IES: CoLocation).

Stays are compared only with those in the same or a neighbouring cell that overlap in time; so the cost grows
with the stays and with the meetings, not with the pairs of subjects.
"""

from __future__ import annotations

import numpy as np

from analytics.relations.bases import bases, neighbours
from analytics.relations.cells import FORWARD, cells, overlapping, points
from analytics.relations.dwells import Dwells
from analytics.relations.meetings import Meetings
from analytics.relations.parameters import PEOPLE, TogetherParameters

SHARP_M = 100.0
"""Means of stays less certain than this meet nobody: they would be everywhere."""


def standing(stays: Dwells, subjects: int, parameters: TogetherParameters = PEOPLE) -> Meetings:
    """Meetings of subjects who stay at one place, from their stays.

    Args:
        stays: of all.
        subjects: how many there are.
        parameters: the thresholds.
    """
    sharp = stays.where(np.flatnonzero(parameters.errors * stays.errors <= SHARP_M))
    if not len(sharp):
        return Meetings.none()
    reach = parameters.standing_m + parameters.errors * np.sqrt(2.0) * float(sharp.errors.max())
    keys = cells(points(sharp.lons, sharp.lats), reach)
    order = np.lexsort((sharp.starts, keys))
    ours = sharp.where(order)
    pairs = overlapping(keys[order], ours.starts, ours.ends, FORWARD, round(parameters.least_s * 1000.0))
    a, b = pairs[:, 0], pairs[:, 1]
    spots = points(ours.lons, ours.lats)
    between = np.linalg.norm(spots[a] - spots[b], axis=1)
    error = np.hypot(ours.errors[a], ours.errors[b])
    near = between <= parameters.standing_m + parameters.errors * error
    chosen = near & (ours.subjects[a] != ours.subjects[b])
    pairs, between = pairs[chosen], between[chosen]
    homes = bases(ours, subjects, parameters.standing_m)
    strange = ~neighbours(
        ours, pairs, homes, parameters.standing_m, parameters.base_apart_m, parameters.errors
    )
    return _meetings(ours, pairs[strange], between[strange])


def _meetings(stays: Dwells, pairs: np.ndarray, between: np.ndarray) -> Meetings:
    """The pairs as meetings, the lesser subject first."""
    swap = stays.subjects[pairs[:, 0]] > stays.subjects[pairs[:, 1]]
    a, b = np.where(swap, pairs[:, 1], pairs[:, 0]), np.where(swap, pairs[:, 0], pairs[:, 1])
    turn = (stays.lons[b] - stays.lons[a] + 180.0) % 360.0 - 180.0
    return Meetings(
        stays.subjects[a],
        stays.subjects[b],
        np.maximum(stays.starts[a], stays.starts[b]),
        np.minimum(stays.ends[a], stays.ends[b]),
        (stays.lons[a] + 0.5 * turn + 180.0) % 360.0 - 180.0,
        0.5 * (stays.lats[a] + stays.lats[b]),
        between,
        np.zeros(len(pairs), np.bool_),
    ).sorted()
