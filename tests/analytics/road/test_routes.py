"""Ways between cameras that nobody can have driven."""

from __future__ import annotations

import numpy as np

from analytics.road.routes import impossible_legs

SPOTS = np.array([[0.0, 51.0], [0.5, 51.0], [0.0, 51.001]])
"""The second 35 km from the first, the third 111 m."""


def legs(*reads: tuple[int, float, int]) -> list[tuple[int, int, bool]]:
    """Of (vehicle, minute, camera): row, row before, and whether a clock is to blame."""
    vehicles, minutes, cameras = zip(*sorted(reads, key=lambda read: read[1]), strict=True)
    times = (np.array(minutes) * 60_000).astype(np.int64)
    found = impossible_legs(np.array(vehicles), times, np.array(cameras), SPOTS)
    return [(row["row"], row["before"], bool(row["clock"])) for row in found]


def test_a_plate_in_two_places() -> None:
    assert legs((1, 0, 0), (1, 2, 1)) == [(1, 0, False)]


def test_a_drive_is_none() -> None:
    assert legs((1, 0, 0), (1, 25, 1), (1, 60, 0)) == []
    assert legs((1, 0, 0), (1, 0.2, 2)) == [], "clocks may differ a little"


def test_faster_than_half_of_the_fastest_of_many() -> None:
    others = [
        (vehicle, vehicle + shift, camera) for vehicle in range(10, 35) for shift, camera in ((0, 0), (30, 1))
    ]
    assert legs(*others, (1, 100, 0), (1, 113, 1)) == [(51, 50, False)]
    assert legs(*others[:20], (1, 100, 0), (1, 113, 1)) == [], "few have driven it"


def test_a_clock_that_is_wrong_is_told_as_such() -> None:
    reads = [
        (vehicle, vehicle + shift, camera)
        for vehicle in range(10, 20)
        for shift, camera in ((0, 0), (0.5, 1))
    ]
    found = legs(*reads)
    assert len(found) == 10
    assert [clock for *_, clock in found] == [False, *[True] * 9]
