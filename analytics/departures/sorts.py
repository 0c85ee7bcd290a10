"""Which places are of the same sort, told by how people use them: when they come, how long they stay.

No name and no type of a place is looked at. Shared places are described by the hours at which people arrive
and by how long they stay, and gathered by Ward's method (1963); the tree is cut where joining becomes most
costly compared with the join before (the largest gap, Mojena 1977).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage

from analytics.departures.checkins import CheckIns, Floats, Ints
from analytics.departures.parameters import PEOPLE, DepartureParameters

HOUR: Final = 3_600_000
BINS: Final = 6
"""Arrivals are counted by so many equal parts of the day."""
QUANTILES: Final = (0.25, 0.5, 0.75)
CLEAREST_JOIN: Final = 0.5
"""Joins closer than this (a factor of e^0.5 in dwell) never make two sorts."""


def sorts(known: CheckIns, parameters: DepartureParameters = PEOPLE) -> Ints:
    """The sort of each venue, from 0 on, shape (venues,); -1 for personal and for unknown places."""
    shared = _shared(known, parameters)
    found = np.full(len(known.venue_names), -1, dtype=np.int64)
    if len(shared) == 0:
        return found
    found[shared] = _cut(_use(known, shared), parameters.most_sorts)
    return found


def _shared(known: CheckIns, parameters: DepartureParameters) -> Ints:
    pairs = np.unique(known.agents * len(known.venue_names) + known.venues)
    visitors = np.bincount(pairs % len(known.venue_names), minlength=len(known.venue_names))
    least = max(parameters.shared_visitors, parameters.shared_share * len(np.unique(known.agents)))
    return np.flatnonzero(visitors >= least)


def _use(known: CheckIns, shared: Ints) -> Floats:
    """Logarithms of typical dwells, and square roots of the shares of the parts of the day; a row each."""
    dwell = np.log(np.maximum(known.dwells() / 60_000.0, 1.0))
    part = known.times // HOUR % 24 * BINS // 24
    rows = []
    for venue in shared:
        here = known.venues == venue
        stays = dwell[here]
        typical = np.nanquantile(stays, QUANTILES) if np.isfinite(stays).any() else np.zeros(len(QUANTILES))
        share = np.bincount(part[here], minlength=BINS) / here.sum()
        rows.append(np.concatenate((typical, np.sqrt(share))))
    return np.array(rows)


def _cut(use: Floats, most: int) -> Ints:
    if len(use) < 3:
        return np.zeros(len(use), dtype=np.int64)
    tree = linkage(use, method="ward")
    heights = np.maximum(tree[:, 2], CLEAREST_JOIN)
    top = heights[-min(most, len(heights)) :]
    ratios = top[1:] / top[:-1]
    if len(ratios) == 0 or ratios.max() <= 1.0:
        return np.zeros(len(use), dtype=np.int64)
    groups = len(ratios) - int(ratios.argmax()) + 1
    found: Ints = fcluster(tree, groups, criterion="maxclust").astype(np.int64) - 1
    return found
