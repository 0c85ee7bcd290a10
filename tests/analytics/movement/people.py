"""Made-up subjects: visits to spots hundreds of metres apart, a fix every five minutes."""

from collections.abc import Sequence

import numpy as np

from analytics.movement.plane import Plane
from analytics.track import Track

MINUTE = 60_000
STEP = 5 * MINUTE
TOWN = Plane(-84.37, 33.75)


def visiting(
    visits: Sequence[tuple[float, float, int]], noise: float = 0.0, seed: int = 0, start: int = 0
) -> Track:
    """A track that is at each spot (metres east and north) for so many fixes."""
    x = np.concatenate([np.full(fixes, east) for east, _, fixes in visits])
    y = np.concatenate([np.full(fixes, north) for _, north, fixes in visits])
    dx, dy = np.random.default_rng(seed).normal(0.0, 1.0, (2, len(x))) * noise
    lons, lats = TOWN.degrees(x + dx, y + dy)
    return Track.of(start + np.arange(len(x), dtype=np.int64) * STEP, lons, lats)
