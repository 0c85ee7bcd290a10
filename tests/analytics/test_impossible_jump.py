"""Which jumps are told: the first of a day, and two in one story, once."""

from __future__ import annotations

import numpy as np

from analytics.impossible_jump import Jumping, told
from analytics.jumps import JUMP, SHIP, jumps
from ontology.times import HOUR_MS


def rows(hours: list[float], lats: list[float]) -> np.ndarray:
    """The jumps of a vessel at one longitude."""
    times = (np.array(hours) * HOUR_MS).astype(np.int64)
    columns = times, np.zeros(len(times)), np.array(lats)
    return jumps(*columns, 0, SHIP.max_speed, SHIP.slack_m).view(JUMP)[:, 0]


def kinds(found: np.ndarray) -> list[tuple[int, int, bool]]:
    return [tuple(one) for one in told(found, SHIP, Jumping())]  # type: ignore[misc]


def to_and_fro(hours: int, start: float = 0.0) -> tuple[list[float], list[float]]:
    """Every six minutes in another of two places, a degree apart."""
    moments = [start + step / 10 for step in range(hours * 10)]
    return moments, [float(step % 2) for step in range(hours * 10)]


def test_nothing_gives_nothing() -> None:
    assert kinds(rows([0, 1, 2], [0.0, 0.1, 0.2])) == []


def test_there_and_back_is_told_once() -> None:
    assert kinds(rows([0, 0.1, 0.2, 1], [0.0, 1.0, 0.0, 0.0])) == [(0, 1, False)]


def test_a_day_later_it_is_told_again() -> None:
    found = rows([0, 0.1, 0.2, 30, 30.1, 30.2], [0.0, 1.0, 0.0, 0.0, 1.0, 0.0])
    assert kinds(found) == [(0, 1, False), (2, 1, False)]


def test_to_and_fro_is_a_clash_told_at_the_fourth() -> None:
    assert kinds(rows(*to_and_fro(5))) == [(0, 1, False), (3, 4, True)]


def test_a_clash_of_weeks_is_one_story() -> None:
    found = rows(*to_and_fro(24 * 20))
    assert len(found) > 4_000
    assert kinds(found) == [(0, 1, False), (3, 4, True)]


def test_after_two_quiet_days_it_is_another() -> None:
    first, second = to_and_fro(5), to_and_fro(5, start=60.0)
    found = rows([*first[0], *second[0]], [*first[1], *second[1]])
    assert [clash for *_, clash in kinds(found)] == [False, True, False, True]


def test_jumps_that_lead_elsewhere_each_time_are_no_clash() -> None:
    found = rows([step / 10 for step in range(50)], [float(step % 40) for step in range(50)])
    assert kinds(found) == [(0, 1, False)]
