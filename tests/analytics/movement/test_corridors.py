"""Corridors of repeated trips, and trips that leave them."""

import csv
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from analytics.movement.corridors import CorridorParameters, corridors, left
from analytics.track import Track
from ontology.times import from_text, to_ms
from tests.analytics.movement.people import TOWN

BUS = Path(__file__).parents[3] / "examples" / "data" / "bus_route14.csv"
NORTH_ABOUT = np.array([[0.0, 0.0], [2000.0, 1500.0], [5000.0, 1000.0]])
SOUTH_ABOUT = np.array([[0.0, 0.0], [2500.0, -1500.0], [5000.0, 1000.0]])


def trip(way: NDArray[np.float64], seed: int, fixes: int = 60, noise: float = 15.0) -> Track:
    """Along a way, at a pace of its own, with noise."""
    draw = np.random.default_rng(seed)
    along = np.sort(draw.uniform(0.0, len(way) - 1.0, fixes))
    along[0], along[-1] = 0.0, len(way) - 1.0
    x, y = (np.interp(along, np.arange(len(way)), way[:, axis]) for axis in (0, 1))
    dx, dy = draw.normal(0.0, noise, (2, fixes))
    return Track.of(np.arange(fixes, dtype=np.int64) * 20_000, *TOWN.degrees(x + dx, y + dy))


def test_two_ways_from_one_place_to_another_are_two_corridors() -> None:
    trips = [trip(NORTH_ABOUT if k % 3 else SOUTH_ABOUT, k) for k in range(12)]
    found = corridors(trips)
    assert [each.trips for each in found] == [(1, 2, 4, 5, 7, 8, 10, 11), (0, 3, 6, 9)]
    assert all(each.half_width < 100.0 for each in found)


def test_too_few_trips_make_none() -> None:
    assert corridors([trip(NORTH_ABOUT, k) for k in range(2)]) == []
    assert corridors([]) == []
    assert corridors([Track.empty()] * 5) == []


def test_a_usual_trip_stays_and_a_detour_is_shown_by_the_third_fix_outside() -> None:
    ways = corridors([trip(NORTH_ABOUT, k) for k in range(8)])
    assert left(trip(NORTH_ABOUT, 99), ways) == -1
    detour = np.array([[0.0, 0.0], [2000.0, 1500.0], [3500.0, 3000.0], [5000.0, 1000.0]])
    off = trip(detour, 100)
    at = left(off, ways)
    outside = np.flatnonzero(ways[0].off(off) > ways[0].half_width)
    assert at in outside
    assert at - 1 in outside
    assert at - 2 in outside
    # Nothing later is asked.
    assert left(off.part(0, at + 1), ways) == at
    assert left(off.part(0, at), ways) == -1


def test_one_fix_outside_is_noise() -> None:
    ways = corridors([trip(NORTH_ABOUT, k) for k in range(8)])
    usual = trip(NORTH_ABOUT, 99)
    lats = usual.lats.copy()
    lats[30] += 0.01
    assert left(Track.of(usual.times, usual.lons, lats), ways) == -1


def test_no_corridor_is_left_where_none_is_known() -> None:
    assert left(trip(NORTH_ABOUT, 0), []) == -1


@pytest.fixture(scope="module")
def runs() -> list[Track]:
    """Four runs of a bus along its route, of which some were recorded in part only."""
    found = defaultdict(list)
    with BUS.open() as file:
        for row in csv.DictReader(file):
            when = to_ms(from_text(row["timestamp"].replace(" ", "T") + "Z"))
            found[row["trip_id"]].append((when, float(row["longitude"]), float(row["latitude"])))
    columns = [np.array(sorted(each)).T for each in found.values()]
    return [Track.of(times.astype(np.int64), lons, lats) for times, lons, lats in columns]


def test_two_runs_of_a_bus_are_one_corridor_and_a_run_on_another_stretch_is_outside(
    runs: list[Track],
) -> None:
    ways = corridors(runs, CorridorParameters(trips=2))
    assert len(ways) == 1
    assert ways[0].half_width < 100.0
    assert [left(runs[k], ways) for k in ways[0].trips] == [-1, -1]
    assert left(runs[0], ways) == 2
