"""Stays of several subjects gathered into the places that they share."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analytics.relations.cells import FORWARD, cells, points
from analytics.relations.dwells import Dwells


def gathered(stays: Dwells, reach: float, errors: float = 2.0) -> NDArray[np.int64]:
    """The place of each stay, as a number from 0 on; shape (n,).

    A place is founded by the most certain stay that is near no other, and its centre never moves (leader
    clustering, Hartigan 1975, "Clustering Algorithms"): chains of venues, as in a town, do not grow together.

    Args:
        stays: of all.
        reach: metres; a stay this near a centre, and nearest to it, is at that place.
        errors: standard deviations of the stay that are added.
    """
    places = np.zeros(len(stays), np.int64)
    if not len(stays):
        return places
    spots = points(stays.lons, stays.lats)
    allowed = reach + errors * stays.errors
    keys = cells(spots, float(allowed.max())).tolist()
    around = np.concatenate((FORWARD, -FORWARD[FORWARD > 0])).tolist()
    founded: dict[int, list[int]] = {}
    centres: list[NDArray[np.float64]] = []
    for k in np.lexsort((stays.starts, stays.errors)).tolist():
        near = [place for step in around for place in founded.get(keys[k] + step, ())]
        best, away = -1, allowed[k]
        for place in near:
            apart = float(np.linalg.norm(spots[k] - centres[place]))
            if apart <= away:
                best, away = place, apart
        if best < 0:
            best = len(centres)
            centres.append(spots[k])
            founded.setdefault(keys[k], []).append(best)
        places[k] = best
    return places
