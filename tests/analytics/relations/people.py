"""Made-up people in the plane about a city, for the tests of relations."""

from collections.abc import Sequence

import numpy as np

from analytics.movement.plane import Plane
from analytics.track import Track

MINUTE = 60_000
DAY = 24 * 60 * MINUTE
START = 1_704_067_200_000  # 2024-01-01T00:00:00Z
CITY = Plane(-84.39, 33.75)


def person(
    plan: Sequence[tuple[float, float, int]],
    noise: float = 0.0,
    seed: int = 0,
    step: int = 5,
    start: int = START,
) -> Track:
    """Who is at each place (metres east, north) for so many minutes, one after the other, without a way."""
    spots = [(east, north) for east, north, minutes in plan for _ in range(minutes // step)]
    east, north = (np.array(values, float) for values in zip(*spots, strict=True))
    random = np.random.default_rng(seed)
    lons, lats = CITY.degrees(
        east + random.normal(0.0, 1.0, len(east)) * noise, north + random.normal(0.0, 1.0, len(north)) * noise
    )
    times = start + np.arange(len(east), dtype=np.int64) * step * MINUTE
    return Track.of(times, lons, lats)


def walker(
    points: Sequence[tuple[float, float, float]], step: float = 5.0, noise: float = 0.0, seed: int = 0
) -> Track:
    """Who passes points (metres east, north; minutes since the start) in straight lines."""
    east, north, minutes = (np.array(values, float) for values in zip(*points, strict=True))
    at = np.arange(minutes[0], minutes[-1] + 1e-9, step)
    random = np.random.default_rng(seed)
    lons, lats = CITY.degrees(
        np.interp(at, minutes, east) + random.normal(0.0, 1.0, len(at)) * noise,
        np.interp(at, minutes, north) + random.normal(0.0, 1.0, len(at)) * noise,
    )
    return Track.of((START + at * MINUTE).astype(np.int64), lons, lats)
