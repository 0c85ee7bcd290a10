"""Stays: what dwells, what does not, and that reading may begin anywhere it was left."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analytics.clean import kept
from analytics.episodes import Episodes, brought_up
from analytics.parameters import HARBOUR
from analytics.stays import NOT_YET
from analytics.track import Track
from tests.analytics.conftest import track_of

BEYOND = 2**61


def found(track: Track, until: int | None = None) -> np.ndarray:
    until = int(track.times[-1]) + 1 if until is None else until
    episodes, *_ = brought_up(Episodes.none(), track, 0, until, HARBOUR)
    return episodes.stays


def kept_of(track: Track) -> list[int]:
    return list(map(int, kept(track.times, track.lons, track.lats, 0, HARBOUR.max_speed)))


def minutes(row: np.void) -> tuple[float, float]:
    start, end = ((int(row[name]) - 1_606_824_000_000) / 60_000 for name in ("start", "end"))
    return start, end


AWAY = [(60.0, 5000.0, 0.0), (61.0, 5300.0, 0.0), (62.0, 5600.0, 0.0)]


def test_five_minutes_within_a_circle_are_a_stay() -> None:
    track = track_of((0, -900, 0), (1, 0, 0), (3, 20, 10), (6, 10, 0), (7, 900, 0), (8, 1800, 0))
    (row,) = found(track)
    assert minutes(row) == (1, 6)
    assert row["fixes"] == 3
    assert row["radius"] < 20


def test_less_is_none() -> None:
    assert not len(found(track_of((0, 0, 0), (4.9, 0, 0), *AWAY)))


def test_the_first_fix_after_a_stay_is_not_lost() -> None:
    track = track_of((0, 0, 0), (6, 0, 0), (7, 300, 0), (13, 310, 0), *AWAY)
    assert [minutes(row) for row in found(track)] == [(0, 6), (7, 13)]


def test_one_fix_outside_does_not_end_a_stay() -> None:
    track = track_of((0, 0, 0), (6, 0, 0), (7, 250, 0), (8, 0, 0), (12, 10, 0), *AWAY)
    (row,) = found(track)
    assert minutes(row) == (0, 12)
    assert row["fixes"] == 4
    assert row["radius"] < 20


def test_an_impossible_jump_neither_splits_a_stay_nor_is_one() -> None:
    track = track_of((0, 0, 0), (6, 0, 0), (7, 90_000, 0), (8, 5, 0), (30, 0, 0), *AWAY)
    (row,) = found(track)
    assert minutes(row) == (0, 30)


def test_two_that_jump_together_stay_in() -> None:
    there = track_of((0, 0, 0), (6, 0, 0), (7, 90_000, 0), (13, 90_000, 0), (14, 0, 0), (15, 300, 0), *AWAY)
    assert kept_of(there) == list(range(len(there)))


def test_a_jump_that_comes_last_waits() -> None:
    track = track_of((0, 0, 0), (6, 0, 0), (7, 90_000, 0))
    assert kept_of(track) == [0, 1]


def test_a_silence_that_begins_and_ends_here_is_inferred() -> None:
    (row,) = found(track_of((0, 0, 0), (45, 30, 0), *AWAY))
    assert minutes(row) == (0, 45)
    assert row["silent"] == 45 * 60_000


def test_a_pause_is_no_silence() -> None:
    (row,) = found(track_of((0, 0, 0), (19, 30, 0), *AWAY))
    assert row["silent"] == 0


def test_a_silence_too_long_ends_a_stay_without_another_fix() -> None:
    track = track_of((0, 0, 0), (6, 0, 0))
    limit = int(HARBOUR.longest_inferred_s * 1000)
    (still,) = found(track, int(track.times[-1]) + limit)
    assert still["closed"] == NOT_YET
    (over,) = found(track, int(track.times[-1]) + limit + 1)
    assert (over["closed"], over["end"]) == (int(track.times[-1]) + limit + 1, track.times[-1])
    later = track.joined(track_of((6 + 73 * 60, 0, 0), (6 + 73 * 60 + 10, 0, 0)))
    again = found(later)
    assert again["closed"][0] == over["closed"]
    assert again["start"].tolist() == [track.times[0], later.times[2]]


def test_a_slow_pass_is_no_stay() -> None:
    """At 1.5 m/s a hundred metres take a minute."""
    assert not len(found(track_of(*[(m, 90.0 * m, 0) for m in range(30)])))


def test_over_the_antimeridian() -> None:
    times = np.array([0, 200_000, 400_000, 500_000, 600_000], np.int64)
    track = Track.of(times, np.array([179.9999, -179.9999, 179.9999, 179.0, 178.0]), np.zeros(5))
    (row,) = found(track)
    assert row["fixes"] == 3
    assert abs(abs(row["lon"]) - 180) < 0.0002
    assert row["radius"] < 30


def test_nothing_from_nothing() -> None:
    assert not len(found(Track.empty(), BEYOND))
    assert kept_of(Track.empty()) == []


STEPS = st.lists(
    st.tuples(
        st.sampled_from([0.5, 1.0, 4.0, 25.0, 80 * 60.0]),
        st.sampled_from([0.0, 30.0, 90.0, 150.0, 1500.0, 200_000.0]),
        st.sampled_from([-1.0, 1.0]),
    ),
    min_size=1,
    max_size=40,
)


@given(steps=STEPS, cuts=st.sets(st.integers(1, 39)))
def test_taken_up_where_it_was_left(steps: list[tuple[float, float, float]], cuts: set[int]) -> None:
    """Whatever the track and the cuts: each time as from the beginning, and what is over stays as it is."""
    walk = np.cumsum([(minutes, metres * sign) for minutes, metres, sign in steps], axis=0)
    track = track_of(*[(minutes, east, 0.0) for minutes, east in walk])
    episodes, before = Episodes.none(), 0
    for cut in sorted({cut for cut in cuts if cut < len(track)} | {len(track)}):
        part = track.part(0, cut)
        until = int(track.times[cut]) if cut < len(track) else int(track.times[-1]) + 1
        was = episodes
        episodes, *_ = brought_up(was, part, int(track.times[before]), until, HARBOUR)
        whole, *_ = brought_up(Episodes.none(), part, 0, until, HARBOUR)
        for name in ("stays", "candidate", "trips", "gaps"):
            assert np.array_equal(getattr(episodes, name), getattr(whole, name)), name
        content = ["start", "end", "closed", "lon", "lat", "radius", "fixes", "silent"]
        # A jump that came last and waits may prove real, and then have ended a stay before its silence did.
        if before and kept_of(track.part(0, before))[-1] == before - 1:
            assert np.array_equal(was.stays[: was.over][content], episodes.stays[: was.over][content])
        before = cut


@given(steps=STEPS, late=st.integers(0, 39))
def test_a_late_fix_is_as_if_it_had_come_in_time(steps: list[tuple[float, float, float]], late: int) -> None:
    walk = np.cumsum([(minutes, metres * sign) for minutes, metres, sign in steps], axis=0)
    track = track_of(*[(minutes, east, 0.0) for minutes, east in walk])
    late %= len(track)
    until = int(track.times[-1]) + 1
    without = track.take(np.array([index for index in range(len(track)) if index != late], np.int64))
    episodes, *_ = brought_up(Episodes.none(), without, 0, until, HARBOUR)
    episodes, *_ = brought_up(episodes, track, int(track.times[late]), until, HARBOUR)
    whole, *_ = brought_up(Episodes.none(), track, 0, until, HARBOUR)
    for name in ("stays", "candidate", "trips", "gaps"):
        assert np.array_equal(getattr(episodes, name), getattr(whole, name)), name


def test_trips_and_gaps() -> None:
    track = track_of(
        (0, 0, 0), (6, 0, 0), (8, 600, 0), (10, 1200, 0), (16, 1200, 0), (60, 9000, 0), (66, 9000, 0)
    )
    episodes, *_ = brought_up(Episodes.none(), track, 0, BEYOND, replace(HARBOUR, longest_inferred_s=1e12))
    assert [row["fixes"] for row in episodes.trips] == [1, 0]
    assert abs(episodes.trips["distance"][0] - 1200) < 3
    assert abs(episodes.trips["max_speed"][0] - 5.0) < 0.02
    (gap,) = episodes.gaps
    assert minutes(gap) == (16, 60)
    assert abs(gap["distance"] - 7800) < 30


def test_a_silence_to_near_by_is_no_gap() -> None:
    track = track_of((0, 0, 0), (30, 990, 0))
    episodes, *_ = brought_up(Episodes.none(), track, 0, BEYOND, HARBOUR)
    assert not len(episodes.gaps)
