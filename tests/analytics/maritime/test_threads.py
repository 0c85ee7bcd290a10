"""Threads under one identity: noise, and two vessels that share it."""

from __future__ import annotations

import numpy as np

from analytics.maritime.threads import HARBOUR, OPEN_SEA, clashes, split
from ontology.times import HOUR_MS


def vessel(lon: float, minutes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Northwards at 10 knots from 30 degrees north."""
    return minutes * 60_000, np.full(len(minutes), lon), 30.0 + minutes * 60 * 5.14 / 111_195


def together(*parts: tuple[np.ndarray, np.ndarray, np.ndarray]) -> tuple[np.ndarray, ...]:
    times, lons, lats = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    order = np.argsort(times, kind="stable")
    return times[order].astype(np.int64), lons[order], lats[order]


def test_one_vessel_is_one_thread() -> None:
    found = split(*together(vessel(0.0, np.arange(0, 600, 7))))
    assert found.vessels.tolist() == [0]
    assert not found.noise.any()


def test_messages_far_off_are_noise() -> None:
    track = vessel(0.0, np.arange(0, 600, 7))
    odd = vessel(1.0, np.array([100.5, 300.5, 301.5]))
    times, lons, lats = together(track, odd)
    assert (split(times, lons, lats).noise == (lons == 1.0)).all()


def test_the_first_thread_may_be_silent_for_a_day_and_another_only_as_long_as_it_lasted() -> None:
    track = vessel(0.0, np.concatenate([np.arange(0, 120, 5), np.arange(1000, 1100, 5)]))
    odd = vessel(2.0, np.array([50.5, 51.5, 52.5, 80.5]))
    times, lons, lats = together(track, odd)
    found = split(times, lons, lats)
    assert found.vessels.tolist() == [0]
    assert len(set(found.thread[lons == 2.0].tolist())) == 2


def test_two_vessels_share_an_identity() -> None:
    times, lons, lats = together(vessel(0.0, np.arange(0, 600, 7)), vessel(1.0, np.arange(100.5, 500, 9)))
    found = split(times, lons, lats)
    assert len(found.vessels) == 2
    assert not found.noise.any()
    (clash,) = clashes(times, lons, lats, found)
    assert abs(clash.apart_m - 96_000) < 5_000
    assert 90 * 60_000 < clash.start < 110 * 60_000 < clash.end


def test_one_after_the_other_is_no_clash() -> None:
    times, lons, lats = together(vessel(0.0, np.arange(0, 300, 7)), vessel(3.0, np.arange(310.5, 600, 7)))
    assert clashes(times, lons, lats, split(times, lons, lats)) == []


def test_in_a_harbour_two_kilometres_at_once_are_too_far() -> None:
    times, lons, lats = together(vessel(0.0, np.arange(0, 600, 1)), vessel(0.02, np.arange(100.1, 500, 1)))
    assert len(split(times, lons, lats, OPEN_SEA).vessels) == 1
    assert len(split(times, lons, lats, HARBOUR).vessels) == 2


def test_more_threads_than_are_kept_open() -> None:
    lons = np.repeat(np.arange(-150.0, 150.0, 3.0), 2)
    times = np.arange(len(lons)) * 1000
    assert split(times, lons, np.zeros(len(lons))).noise.all()
    assert times[-1] < HOUR_MS
