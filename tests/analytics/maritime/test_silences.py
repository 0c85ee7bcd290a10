"""Silences of many vessels, by hand."""

from __future__ import annotations

import numpy as np

from analytics.maritime.silences import OPEN, disabling, in_order, silences
from ontology.times import HOUR_MS

HOURS = [*range(20), *range(32, 40)]
"""Heard every hour for 20 hours, silent for 13, heard again."""


def columns(*vessels: list[int]) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    codes = np.concatenate([np.full(len(hours), code) for code, hours in enumerate(vessels)])
    times = np.concatenate([np.array(hours, np.int64) * HOUR_MS for hours in vessels])
    return codes, times, np.linspace(0, 1, len(times)), np.full(len(times), 50.0)


def test_a_silence_between_two_messages() -> None:
    found = silences(*columns(HOURS, list(range(40))), until=40 * HOUR_MS)
    assert found[["vessel", "first", "last", "before"]].tolist() == [(0, 19, 20, 13)]
    assert found["duration"].tolist() == [13 * HOUR_MS]
    assert 1000 < float(found["distance"][0]) < 1200


def test_one_that_lasts_a_little_less_is_none() -> None:
    assert not len(silences(*columns([0, 1, 2, 13, 14]), until=15 * HOUR_MS))


def test_one_that_goes_on_is_open_as_soon_as_it_is_long_enough() -> None:
    assert not len(silences(*columns([0, 1, 2]), until=14 * HOUR_MS - 1))
    found = silences(*columns([0, 1, 2]), until=14 * HOUR_MS)
    assert found[["last", "before", "duration"]].tolist() == [(OPEN, 3, 12 * HOUR_MS)]
    assert float(found["distance"][0]) == 0.0


def test_silences_do_not_reach_from_one_vessel_to_the_next() -> None:
    found = silences(*columns([0, 1], [30, 31]), until=32 * HOUR_MS)
    assert found[["vessel", "last"]].tolist() == [(0, OPEN)]


def test_messages_come_into_order() -> None:
    rng = np.random.default_rng(4)
    codes, times = rng.integers(0, 5, 1000), rng.integers(-(10**12), 10**12, 1000)
    order = in_order(codes, times)
    assert (np.lexsort((times, codes)) == order).all()
    wide = np.array([2**62, -(2**61), 0])
    assert in_order(wide, times[:3]).tolist() == [1, 2, 0]
    assert not len(in_order(codes[:0], times[:0]))


def test_it_looks_wanted_only_far_out_and_where_reception_is_good() -> None:
    rows = silences(*columns([*np.arange(0, 12, 0.5).tolist(), 40]), until=41 * HOUR_MS)
    far, near = np.array([100_000.0]), np.array([90_000.0])
    assert disabling(rows, far, np.array([12.0])).tolist() == [True]
    assert disabling(rows, near, np.array([12.0])).tolist() == [False]
    assert disabling(rows, far, np.array([9.0])).tolist() == [False]
    seldom = silences(*columns([0, 6, 11, 40]), until=41 * HOUR_MS)
    assert disabling(seldom, far, np.array([12.0])).tolist() == [False]
