"""A made-up town in which some pairs meet on purpose: to see whether they rank above who meets by chance.

Everybody has a home, works with others on weekdays, and goes out on some evenings to a few favourite venues,
of which some draw crowds. Colleagues are together every day, regulars of a bar most weeks; all that is chance
here. A planted pair shares a favourite and goes there at the same time on a few days.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.movement.plane import Plane
from analytics.track import Track
from ontology.times import DAY_MS

STEP_MIN = 5
A_DAY = 24 * 60 // STEP_MIN
MONDAY = 1_704_067_200_000
"""2024-01-01T00:00:00Z."""


@dataclass(frozen=True, slots=True)
class Town:
    """How large the town is and how its pairs meet."""

    subjects: int = 300
    days: int = 42
    workplaces: int = 20
    venues: int = 25
    favourites: int = 4
    going_out: float = 0.45
    """Chance of an evening out."""
    pairs: int = 30
    times: int = 6
    """On how many days a planted pair meets."""
    width_m: float = 6000.0
    noise_m: float = 15.0
    lon: float = -84.39
    """Where the town lies, degrees."""
    lat: float = 33.75


@dataclass(frozen=True, slots=True)
class Planted:
    """Tracks in UTC, which is the town's civil time, and the pairs, two subjects each, of shape (n, 2)."""

    tracks: list[Track]
    pairs: NDArray[np.int64]


def planted(town: Town, seed: int) -> Planted:
    """A town of five-minute fixes; the same for the same seed."""
    random = np.random.default_rng(seed)
    venues = random.uniform(0.0, town.width_m, (town.venues, 2))
    crowd = 1.0 / np.arange(1, town.venues + 1)
    works = random.uniform(0.0, town.width_m, (town.workplaces, 2))
    pairs = random.permutation(town.subjects)[: 2 * town.pairs].reshape(-1, 2)
    liked = np.array(
        [
            random.choice(town.venues, town.favourites, replace=False, p=crowd / crowd.sum())
            for _ in range(town.subjects)
        ]
    )
    spots = [
        _life(town, random, works[random.integers(town.workplaces)], venues[liked[who]])
        for who in range(town.subjects)
    ]
    for one, other in pairs:
        venue = venues[liked[one, random.integers(town.favourites)]]
        for day in random.choice(town.days, town.times, replace=False):
            begin = day * A_DAY + _evening(random)
            length = int(random.integers(9, 24))
            for who in (one, other):
                late = int(random.integers(0, 3))
                spots[who][day * A_DAY + 210 : (day + 1) * A_DAY] = spots[who][0]
                spots[who][begin + late : begin + length] = venue
    plane = Plane(town.lon, town.lat)
    return Planted([_track(random, plane, each, town.noise_m) for each in spots], pairs)


def _life(
    town: Town, random: np.random.Generator, work: NDArray[np.float64], liked: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Where somebody is at every step, metres, shape (days * A_DAY, 2)."""
    where = np.tile(random.uniform(0.0, town.width_m, 2), (town.days * A_DAY, 1))
    taste = random.dirichlet(np.ones(len(liked)))
    for day in range(town.days):
        start = day * A_DAY
        if day % 7 < 5 and random.random() < 0.93:
            where[start + int(random.normal(100, 6)) : start + int(random.normal(204, 6))] = work
        if random.random() < town.going_out:
            begin = start + _evening(random)
            where[begin : begin + int(random.integers(9, 30))] = liked[random.choice(len(liked), p=taste)]
    return where


def _evening(random: np.random.Generator) -> int:
    """When an evening out begins, in steps of the day: about half past seven."""
    return int(np.clip(random.normal(234, 10), 214, 256))


def _track(random: np.random.Generator, plane: Plane, spots: NDArray[np.float64], noise: float) -> Track:
    east, north = (spots + random.normal(0.0, noise, spots.shape)).T
    lons, lats = plane.degrees(east, north)
    times = MONDAY + np.arange(len(spots), dtype=np.int64) * (DAY_MS // A_DAY)
    return Track.of(times, lons, lats)
