"""Columns of fixes, in any order, give what their tracks give."""

from __future__ import annotations

import numpy as np
import pytest

from analytics.analyse import analyse, tracks_of
from analytics.fold import conclude
from analytics.track import Track


def columns(fleet: dict[str, Track]) -> tuple[np.ndarray, ...]:
    subjects = np.repeat(list(fleet), [len(track) for track in fleet.values()])
    rest = (np.concatenate([track.columns[n] for track in fleet.values()]) for n in range(3))
    return (subjects, *rest)


def test_in_any_order(fleet: dict[str, Track], end: int) -> None:
    given = columns(fleet)
    shuffled = np.random.default_rng(5).permutation(len(given[0]))
    found = analyse(*(column[shuffled] for column in given), closed_until=end)
    assert found == conclude(fleet, end)


def test_inputs_are_not_changed(fleet: dict[str, Track]) -> None:
    given = columns(fleet)
    before = [column.copy() for column in given]
    analyse(*given)
    assert all(np.array_equal(old, new) for old, new in zip(before, given, strict=True))


def test_one_fix_a_time() -> None:
    subjects = np.array(["a", "b", "a", "a"])
    times = np.array([5, 5, 3, 5], np.int64)
    tracks = tracks_of(subjects, times, np.array([2.0, 7.0, 3.0, 1.0]), np.zeros(4))
    assert tracks["a"].times.tolist() == [3, 5]
    assert tracks["a"].lons.tolist() == [3.0, 1.0]
    assert tracks["b"].lons.tolist() == [7.0]


def test_nothing_gives_nothing() -> None:
    none = np.empty(0)
    found = analyse(np.empty(0, str), none.astype(np.int64), none, none)
    assert (found.fixes, found.subjects, found.places) == (0, 0, ())


@pytest.mark.parametrize(("lon", "lat"), [(181.0, 0.0), (0.0, 91.0), (np.nan, 0.0)])
def test_what_is_no_position_is_refused(lon: float, lat: float) -> None:
    with pytest.raises(ValueError, match="off the globe"):
        analyse(np.array(["a"]), np.array([0], np.int64), np.array([lon]), np.array([lat]))


def test_columns_must_fit() -> None:
    with pytest.raises(ValueError, match="differ in length"):
        analyse(np.array(["a"]), np.array([], np.int64), np.array([0.0]), np.array([0.0]))
