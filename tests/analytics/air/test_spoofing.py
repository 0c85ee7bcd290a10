"""Leaps that last, and single garbled positions."""

from __future__ import annotations

import numpy as np

from analytics.air.spoofing import leaps, stale


def flight(minutes: int = 30) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """East at 230 m/s, a position every five seconds."""
    seconds = np.arange(0, minutes * 60, 5)
    return (
        seconds * 1000,
        10.0 + seconds * 230 / (111_195 * np.cos(np.radians(50.0))),
        np.full(len(seconds), 50.0),
    )


def test_an_ordinary_flight_has_none() -> None:
    assert not len(leaps(*flight()))


def test_there_and_back() -> None:
    times, lons, lats = flight()
    lats[100:160] += 0.5
    found = leaps(times, lons, lats)
    assert found["start"].tolist() == [times[99], times[159]]
    assert found[["before", "after"]].tolist() == [(100, 60), (60, 200)]
    assert (found["speed"] > 5000).all()


def test_a_garbled_position_is_none() -> None:
    times, lons, lats = flight()
    lats[100] += 0.5
    lats[200:202] -= 1.0
    assert not len(leaps(times, lons, lats))


def test_positions_repeated_are_left_out() -> None:
    times, lons, lats = flight()
    lons[50:90], lats[50:90] = lons[50], lats[50]
    still = stale(times, lons, lats)
    assert still.sum() == 39
    assert not len(leaps(times[~still], lons[~still], lats[~still]))
