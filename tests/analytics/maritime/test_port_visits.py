"""Port visits by hand: the four thresholds."""

from __future__ import annotations

import numpy as np

from analytics.maritime.port_visits import KNOT, NEVER, nearest, port_visits

PORTS = np.array([[0.0, 50.0], [1.0, 50.0]])


def visits(*fixes: tuple[float, float, float]) -> list[tuple[int, ...]]:
    """Of (minute, km east of the first port, knots)."""
    minutes, km, knots = np.array(fixes).T
    lons = km * 1000 / (111_195 * np.cos(np.radians(50.0)))
    times = (minutes * 60_000).astype(np.int64)
    found = port_visits(times, lons, np.full(len(km), 50.0), PORTS, knots * KNOT)
    return [(port, *(NEVER if one == NEVER else one // 60_000 for one in told), stops)
            for port, *told, stops in found.tolist()]  # fmt: skip


def test_in_stopped_under_way_out() -> None:
    found = visits(
        (0, 5, 8), (10, 2.9, 8), (20, 1, 0.1), (30, 1, 0.4), (40, 1, 0.6), (50, 3.5, 8), (60, 4.1, 8)
    )
    assert found == [(0, 10, 20, 40, 60, 1)]


def test_without_a_stop_there_is_no_visit() -> None:
    assert visits((0, 5, 8), (10, 1, 0.3), (20, 4.1, 8)) == []


def test_stopping_between_three_and_four_kilometres_without_having_entered_is_none() -> None:
    assert visits((0, 5, 8), (10, 3.5, 0.1), (20, 5, 8)) == []


def test_a_visit_that_goes_on() -> None:
    assert visits((0, 1, 0.1), (10, 1, 0.1)) == [(0, 0, 0, NEVER, NEVER, 1)]


def test_two_stops_are_one_visit() -> None:
    assert visits((0, 2, 8), (10, 1, 0), (20, 1, 2), (30, 1, 0), (40, 5, 9)) == [(0, 0, 10, 40, 40, 2)]


def test_speed_over_ground_where_none_is_told() -> None:
    times = np.arange(5) * 600_000
    lons = np.array([0.05, 0.02, 0.02, 0.02, 0.1])
    found = port_visits(times, lons, np.full(5, 50.0), PORTS)
    assert found[["entry", "stop", "exit"]].tolist() == [(600_000, 1_200_000, 2_400_000)]


def test_the_nearest_port() -> None:
    near, away = nearest(np.array([0.01, 0.99, 0.5]), np.full(3, 50.0), PORTS, 4000.0)
    assert near.tolist() == [0, 1, -1]
    assert away[0] < 800
    assert np.isinf(away[2])
