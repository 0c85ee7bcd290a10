"""Stays by change points: right around noise, jumps, gaps and sparse fixes, and by what was before alone."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.movement.stays import Stays, stays
from analytics.scoring.intervals import Intervals, score
from analytics.track import Track
from tests.analytics.movement.people import MINUTE, STEP, TOWN, visiting

HOME, WORK, SHOP, PUB = (0.0, 0.0), (1500.0, 300.0), (-600.0, 900.0), (700.0, -800.0)
DAY = [(*HOME, 90), (*WORK, 96), (*SHOP, 6), (*PUB, 96)]


def spans(found: Stays) -> list[tuple[int, int]]:
    return [(int(a) // STEP, int(b) // STEP) for a, b in zip(found.starts, found.ends, strict=True)]


def intervals(found: Stays) -> Intervals:
    return Intervals(np.zeros(len(found), np.int64), found.starts, found.ends)


def true_of(visits: list[tuple[float, float, int]]) -> Intervals:
    last = np.cumsum([fixes for _, _, fixes in visits]) - 1
    first = np.concatenate(([0], last[:-1] + 1))
    long = (last - first) * STEP >= 10 * MINUTE
    return Intervals(np.zeros(int(long.sum()), np.int64), first[long] * STEP, last[long] * STEP)


def test_each_visit_is_a_stay_where_it_was() -> None:
    found = stays(visiting(DAY))
    assert spans(found) == [(0, 89), (90, 185), (186, 191), (192, 287)]
    assert found.fixes.tolist() == [90, 96, 6, 96]
    east, north = TOWN.metres(found.lons, found.lats)
    np.testing.assert_allclose(east, [0, 1500, -600, 700], atol=0.5)
    np.testing.assert_allclose(north, [0, 300, 900, -800], atol=0.5)


@pytest.mark.parametrize("noise", [5.0, 15.0, 40.0])
def test_the_noise_is_found_and_does_not_split_stays(noise: float) -> None:
    found = stays(visiting(DAY * 4, noise, seed=1))
    assert found.noise == pytest.approx(noise, rel=0.15)
    assert score(intervals(found), true_of(DAY * 4)).f1 == 1.0


def test_two_homes_that_are_nineteen_metres_apart_are_two_without_noise() -> None:
    assert len(stays(visiting([(0.0, 0.0, 20), (19.0, 0.0, 20)]))) == 2


def test_a_short_visit_is_no_stay_and_ends_the_one_before() -> None:
    assert spans(stays(visiting([(*HOME, 30), (*SHOP, 2), (*HOME, 30)]))) == [(0, 29), (32, 61)]


@given(seed=st.integers(0, 10_000), where=st.integers(1, 286), turn=st.floats(0.0, 6.28))
@settings(max_examples=30, deadline=None, derandomize=True)
def test_an_outlier_anywhere_changes_no_stay_by_more_than_two_fixes(
    seed: int, where: int, turn: float
) -> None:
    track = visiting(DAY, 10.0, seed)
    lons, lats = track.lons.copy(), track.lats.copy()
    east, north = TOWN.metres(lons[where : where + 1], lats[where : where + 1])
    away = 500.0 * np.cos(turn), 500.0 * np.sin(turn)
    lons[where : where + 1], lats[where : where + 1] = TOWN.degrees(east + away[0], north + away[1])
    before, after = stays(track), stays(Track.of(track.times, lons, lats))
    assert len(before) == len(after)
    assert (np.abs(before.starts - after.starts) <= 2 * STEP).all()
    assert (np.abs(before.ends - after.ends) <= 2 * STEP).all()


def test_an_impossible_jump_is_set_aside() -> None:
    track = visiting(DAY)
    lons = track.lons.copy()
    lons[[40, 41]] = [10.0, 11.0]
    one = track.lons.copy()
    one[40] = 10.0
    assert spans(stays(Track.of(track.times, one, track.lats))) == spans(stays(track))
    # Two that jump together may be true, but they are no stay, and what is about them still is.
    assert spans(stays(Track.of(track.times, lons, track.lats)))[-1] == (192, 287)


def test_a_silence_at_one_place_is_within_the_stay_and_a_very_long_one_ends_it() -> None:
    track = visiting([(*HOME, 40), (*HOME, 120), (*HOME, 40)])
    seen = track.take(np.r_[0:40, 160:200])
    assert spans(stays(seen)) == [(0, 199)]
    later = np.where(np.arange(80) < 40, seen.times, seen.times + 73 * 3_600_000)
    assert len(stays(Track.of(later, seen.lons, seen.lats))) == 2


def test_a_silence_between_two_places_belongs_to_neither_if_it_is_long() -> None:
    track = visiting([(*HOME, 100), (*WORK, 100)])
    assert spans(stays(track.take(np.r_[0:50, 150:200]))) == [(0, 49), (150, 199)]


def test_where_half_is_missing_dwell_times_say_what_was() -> None:
    week = [(*HOME, 167), (*WORK, 60), (*SHOP, 5), (*WORK, 36), (*PUB, 20)] * 10
    track = visiting(week, 15.0, seed=3)
    kept = np.flatnonzero(np.random.default_rng(4).random(len(track)) < 0.5)
    assert score(intervals(stays(track.take(kept))), true_of(week)).f1 > 0.97


def test_fixes_an_hour_apart_are_stays_where_two_agree() -> None:
    track = visiting([(*HOME, 8), (*WORK, 8), (*HOME, 8)])
    hourly = Track.of(track.times * 12, track.lons, track.lats)
    assert len(stays(hourly)) == 3


def test_accuracy_tells_which_fixes_to_trust() -> None:
    track = visiting([(*HOME, 60), (*WORK, 60)], 5.0, seed=5)
    bad = np.random.default_rng(6).random(len(track)) < 0.3
    east, north = TOWN.metres(track.lons, track.lats)
    dx, dy = np.random.default_rng(7).normal(0.0, 150.0, (2, len(track))) * bad
    given = Track.of(track.times, *TOWN.degrees(east + dx, north + dy))
    accuracy = np.where(bad, 1.51 * 150.0, 1.51 * 5.0)
    told = stays(given, accuracy=accuracy)
    assert spans(told) == [(0, 59), (60, 119)]
    off = np.hypot(
        *(a - b for a, b in zip(TOWN.metres(told.lons, told.lats), ([0, 1500], [0, 300]), strict=True))
    )
    assert (off < 5.0).all()
    assert spans(stays(given)) != spans(told)


@pytest.mark.parametrize("pace_s", [10, 60, 300])
@pytest.mark.parametrize("speed", [0.8, 1.4, 14.0])
def test_who_only_moves_stays_nowhere(pace_s: int, speed: float) -> None:
    count = 4 * 3600 // pace_s
    dx, dy = np.random.default_rng(9).normal(0.0, 10.0, (2, count))
    turn = np.cumsum(np.random.default_rng(10).normal(0.0, 0.1, count))
    east = np.cumsum(speed * pace_s * np.cos(turn)) + dx
    north = np.cumsum(speed * pace_s * np.sin(turn)) + dy
    times = np.arange(count, dtype=np.int64) * pace_s * 1000
    assert len(stays(Track.of(times, *TOWN.degrees(east, north)))) == 0


def test_a_fix_a_second_for_a_day_at_one_place_is_one_stay() -> None:
    east, north = np.random.default_rng(11).normal(0.0, 5.0, (2, 86_400))
    times = np.arange(86_400, dtype=np.int64) * 1000
    assert len(stays(Track.of(times, *TOWN.degrees(east, north)))) == 1


def test_the_antimeridian_is_no_border() -> None:
    track = visiting(DAY, 10.0, seed=8)
    shifted = Track.of(track.times, (track.lons + 84.37 + 180.0 + 180.0) % 360.0 - 180.0, track.lats)
    assert spans(stays(shifted)) == spans(stays(track))


@given(seed=st.integers(0, 1000), until=st.integers(0, 300))
@settings(max_examples=20, deadline=None)
def test_what_is_concluded_by_a_moment_is_within_it_and_needs_nothing_later(seed: int, until: int) -> None:
    track = visiting(DAY, 15.0, seed)
    found = stays(track.take(np.arange(min(until, len(track)))))
    if until:
        assert (found.starts >= 0).all()
        assert (found.ends <= (until - 1) * STEP).all()
    assert (found.starts[1:] > found.ends[:-1]).all()


def test_none_of_none() -> None:
    assert len(stays(Track.empty())) == 0
    assert len(stays(visiting([(*HOME, 1)]))) == 0
