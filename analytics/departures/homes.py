"""Where an agent lives, as far as a departure needs to know: the place where it spends most of its time."""

from __future__ import annotations

import numpy as np

from analytics.departures.checkins import CheckIns, Floats, Ints


def homes(known: CheckIns) -> Ints:
    """Code of the venue where each agent dwelt longest in all; -1 where nothing is known.

    Ahas et al. (2010) anchor a life at the places of longest presence. A dwell lasts until the next arrival.
    """
    dwelt = np.nan_to_num(known.dwells())
    keys, pair = np.unique(known.agents * len(known.venue_names) + known.venues, return_inverse=True)
    total = np.bincount(pair, dwelt, len(keys))
    agents, venues = np.divmod(keys, len(known.venue_names))
    order = np.lexsort((-venues, total, agents))
    home = np.full(len(known.agent_names), -1, dtype=np.int64)
    home[agents[order]] = venues[order]
    return home


def positions(known: CheckIns, home: Ints) -> tuple[Floats, Floats]:
    """Longitude and latitude of each agent's home, degrees; the middle of all venues where it is unknown."""
    lon = np.where(home >= 0, known.lons[home], known.lons.mean())
    lat = np.where(home >= 0, known.lats[home], known.lats.mean())
    return lon, lat
