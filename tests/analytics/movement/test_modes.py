"""Modes of movement by speed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.movement.modes import Mode, modes
from analytics.track import Track
from tests.analytics.movement.people import TOWN


def going(parts: list[tuple[float, int]], pace_s: int = 10, noise: float = 3.0, seed: int = 0) -> Track:
    """Eastward at so many m/s for so many seconds, one after the other."""
    speeds = np.concatenate([np.full(seconds // pace_s, speed) for speed, seconds in parts])
    east = np.concatenate(([0.0], np.cumsum(speeds * pace_s)))
    dx, dy = np.random.default_rng(seed).normal(0.0, noise, (2, len(east)))
    return Track.of(np.arange(len(east), dtype=np.int64) * pace_s * 1000, *TOWN.degrees(east + dx, dy))


@pytest.mark.parametrize(
    ("speed", "mode"),
    [(0.0, Mode.STILL), (1.4, Mode.ON_FOOT), (5.0, Mode.CYCLING), (14.0, Mode.DRIVING), (70.0, Mode.FAST)],
)
def test_each_speed_has_its_mode(speed: float, mode: Mode) -> None:
    found = modes(going([(speed, 1200)]))
    assert found.modes.tolist() == [mode]
    assert found.speeds[0] == pytest.approx(speed, abs=0.3)


def test_a_walk_a_drive_and_a_walk() -> None:
    found = modes(going([(1.4, 600), (13.0, 900), (1.4, 600)]))
    assert found.modes.tolist() == [Mode.ON_FOOT, Mode.DRIVING, Mode.ON_FOOT]
    np.testing.assert_allclose(found.starts / 1000, [0, 600, 1500], atol=60)


def test_a_red_light_does_not_part_a_drive() -> None:
    assert modes(going([(13.0, 600), (0.0, 40), (13.0, 600)])).modes.tolist() == [Mode.DRIVING]


def test_over_a_long_pause_nobody_knows() -> None:
    track = going([(1.4, 2400)])
    apart = Track.of(track.times * 30, track.lons, track.lats)
    assert modes(apart).modes.tolist() == [Mode.UNKNOWN]


@given(seed=st.integers(0, 1000), until=st.integers(0, 210))
@settings(max_examples=25, deadline=None)
def test_parts_follow_each_other_and_end_with_the_last_fix_there_was(seed: int, until: int) -> None:
    track = going([(1.4, 600), (13.0, 900), (1.4, 600)], seed=seed).part(0, until)
    found = modes(track)
    assert (found.starts[1:] == found.ends[:-1]).all()
    assert (found.modes[1:] != found.modes[:-1]).all()
    if len(found):
        assert found.ends[-1] <= track.times[-1]


def test_none_of_none() -> None:
    assert len(modes(Track.empty())) == 0
