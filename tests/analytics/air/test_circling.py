"""Circles, racetracks and plain flights."""

from __future__ import annotations

import numpy as np
import pytest

from analytics.air.circling import holds, orbits


def flown(courses: np.ndarray, every_s: float = 10.0, speed: float = 90.0) -> tuple[np.ndarray, ...]:
    """A course each ten seconds, from 38 N 120 W."""
    east = np.cumsum(np.sin(np.radians(courses))) * speed * every_s
    north = np.cumsum(np.cos(np.radians(courses))) * speed * every_s
    lats = 38.0 + north / 111_195
    times = (np.arange(len(courses)) * every_s * 1000).astype(np.int64)
    return times, -120.0 + east / (111_195 * np.cos(np.radians(38.0))), lats


STRAIGHT = np.full(90, 45.0)


def test_a_straight_flight_has_none() -> None:
    assert not len(orbits(*flown(STRAIGHT)))


def test_turns_to_and_fro_cancel() -> None:
    wiggle = 45 + 80 * np.sin(np.arange(300) / 8)
    assert not len(orbits(*flown(wiggle)))


def test_five_circles_to_the_left() -> None:
    circles = 45 - np.arange(90) * 20.0
    found = orbits(*flown(np.concatenate([STRAIGHT, circles, STRAIGHT])))
    (row,) = found
    assert row["turns"] == pytest.approx(-5, abs=0.3)
    assert row["radius"] < 3_000
    assert not holds(found).any()


def test_one_circle_is_not_enough() -> None:
    assert not len(orbits(*flown(np.concatenate([STRAIGHT, 45 + np.arange(18) * 20.0, STRAIGHT]))))


def test_a_racetrack_is_holding() -> None:
    legs = np.concatenate(
        [np.full(9, 90.0), 90 + np.arange(1, 10) * 20.0, np.full(9, 270.0), 270 + np.arange(1, 10) * 20.0]
    )
    found = orbits(*flown(np.concatenate([STRAIGHT, np.tile(legs, 5), STRAIGHT])))
    assert len(found) == 1
    assert holds(found).all()


def test_a_silence_tells_no_turn() -> None:
    times, lons, lats = flown(45 - np.arange(90) * 20.0)
    times = times + np.arange(90) * 120_000
    assert not len(orbits(times, lons, lats))
