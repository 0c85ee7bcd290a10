"""Slow hours, read from anywhere, and how far the shore is."""

from __future__ import annotations

import numpy as np
import pytest

from analytics.maritime.loitering import KNOT, SLOW, slow_hours
from analytics.maritime.shore import NAUTICAL_MILE_M, Zones
from ontology.times import HOUR_MS


def moving(*knots: float, every_s: int = 600) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """North at so many knots, an hour each, across the date line's meridian."""
    times = np.arange(0, len(knots) * 3600 + 1, every_s)
    speeds = np.repeat(np.array(knots) * KNOT, 3600 // every_s)
    lats = np.concatenate(([0.0], np.cumsum(speeds * every_s / 111_195)))
    return times * 1000, np.where(np.arange(len(times)) % 2, 179.9999, -179.9999), lats


def runs(times: np.ndarray, lons: np.ndarray, lats: np.ndarray, since: int = 0) -> np.ndarray:
    return slow_hours(times, lons, lats, since, 2 * KNOT, 4 * HOUR_MS)[0].view(SLOW)[:, 0]


def test_slow_hours_in_a_row() -> None:
    found = runs(*moving(8, 1, 1, 1.5, 8, 1, 8))
    assert [(row["start"] // HOUR_MS, row["end"] // HOUR_MS, row["hours"]) for row in found] == [
        (1, 4, 3),
        (5, 6, 1),
    ]
    assert found["closed"].tolist() == [5 * HOUR_MS, 7 * HOUR_MS]
    assert found["distance"][0] == pytest.approx(3.5 * 1852, rel=0.05)
    assert float(found["east"][0] - found["west"][0]) < 0.001, "not round the globe"


def test_two_knots_are_not_under_two() -> None:
    assert not len(runs(*moving(8, 2.01, 2.01, 8)))


def test_what_goes_on_is_not_told_yet_and_is_read_again() -> None:
    times, lons, lats = moving(8, 8, 1, 1)
    rows, since = slow_hours(times, lons, lats, 0, 2 * KNOT, 4 * HOUR_MS)
    assert not len(rows)
    assert since == 2 * HOUR_MS


def test_a_silence_ends_a_run() -> None:
    times, lons, lats = moving(8, 1, 1, 1, 1, 8)
    heard = (times <= 3 * HOUR_MS) | (times > 4.8 * HOUR_MS)
    assert runs(times[heard], lons[heard], lats[heard])["hours"].tolist() == [4], "a short one does not"
    late = times[heard] + np.where(times[heard] > 4 * HOUR_MS, 5 * HOUR_MS, 0)
    assert runs(late, lons[heard], lats[heard])["hours"].tolist() == [2]


def test_read_from_any_hour_that_follows_a_fast_one() -> None:
    rng = np.random.default_rng(3)
    times, lons, lats = moving(*rng.choice([0.5, 1.5, 2.5, 9.0], 60))
    whole = runs(times, lons, lats)
    for since in (row["closed"] for row in whole[::3]):
        later = whole[whole["start"] >= since]
        assert runs(times, lons, lats, int(since)).tolist() == later.tolist()


def test_how_far_the_shore_is() -> None:
    far = 20 * NAUTICAL_MILE_M
    waters = Zones()
    assert not waters.offshore(-74.0, 40.6, far), "New York Harbor"
    assert not waters.offshore(-73.5, 40.33, far), "just beyond the territorial sea"
    assert waters.offshore(-72.0, 39.5, far)
    assert not waters.offshore(1.6, 51.0, far), "the Strait of Dover"
    assert not waters.offshore(-73.5, 40.5, 0.0)
