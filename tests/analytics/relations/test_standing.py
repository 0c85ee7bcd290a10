import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from analytics.relations.cells import FORWARD, cells, overlapping, points
from analytics.relations.dwells import Dwells, dwells
from analytics.relations.meetings import Meetings
from analytics.relations.standing import standing
from analytics.track import Track
from tests.analytics.relations.people import MINUTE, START, person

HOME_A, HOME_B, BAR = (0, 0), (3000, 0), (1500, 900)


def met(*tracks: Track) -> Meetings:
    return standing(dwells(tracks), len(tracks))


def test_two_at_one_place_meet_while_both_are_there() -> None:
    one = person([(*HOME_A, 120), (*BAR, 60), (*HOME_A, 120)])
    two = person([(*HOME_B, 150), (*BAR, 90), (*HOME_B, 60)])
    found = met(one, two)
    assert (found.first.tolist(), found.second.tolist()) == ([0], [1])
    assert found.starts[0] == START + 150 * MINUTE
    assert found.ends[0] == START + 175 * MINUTE  # the last fix there
    assert not found.moving[0]
    assert found.distances[0] == pytest.approx(0.0, abs=0.1)


def test_who_comes_after_the_other_left_does_not_meet_them() -> None:
    one = person([(*HOME_A, 120), (*BAR, 60), (*HOME_A, 120)])
    two = person([(*HOME_B, 180), (*BAR, 60), (*HOME_B, 60)])
    assert len(met(one, two)) == 0


def test_forty_metres_apart_is_not_together_and_noise_does_not_make_it_so() -> None:
    near = [(*HOME_A, 300), (0, 5000, 600), (*HOME_A, 300)]
    far = [(*HOME_B, 300), (80, 5000, 600), (*HOME_B, 300)]
    assert len(met(person(near), person(far))) == 0
    assert len(met(person(near, noise=15, seed=1), person(far, noise=15, seed=2))) == 0


def test_noise_of_the_fixes_does_not_hide_a_meeting() -> None:
    one = person([(*HOME_A, 300), (*BAR, 90), (*HOME_A, 300)], noise=15, seed=1)
    two = person([(*HOME_B, 300), (*BAR, 90), (*HOME_B, 300)], noise=15, seed=2)
    found = met(one, two)
    assert len(found) == 1
    assert abs(found.ends[0] - found.starts[0] - 85 * MINUTE) <= 5 * MINUTE


def test_neighbours_at_home_do_not_meet_and_meet_at_the_bar() -> None:
    one = person([(0, 0, 600), (*BAR, 60), (0, 0, 600)], noise=3, seed=1)
    two = person([(20, 0, 600), (*BAR, 60), (20, 0, 600)], noise=3, seed=2)
    found = met(one, two)
    assert len(found) == 1
    assert found.starts[0] >= START + 590 * MINUTE


def test_a_visitor_at_the_neighbours_home_meets_them() -> None:
    one = person([(0, 0, 600), (*BAR, 60), (0, 0, 600)])
    visitor = person([(3000, 0, 900), (20, 0, 60), (3000, 0, 300)])
    found = met(one, visitor)
    assert len(found) == 1
    assert found.starts[0] == START + 900 * MINUTE


def test_who_live_together_meet_at_home() -> None:
    one = person([(0, 0, 600), (*BAR, 60), (0, 0, 600)], noise=3, seed=1)
    two = person([(2, 0, 600), (*HOME_B, 60), (2, 0, 600)], noise=3, seed=2)
    assert len(met(one, two)) == 2


def test_over_the_antimeridian() -> None:
    hour = 3_600_000
    stays = Dwells(
        subjects=np.array([0, 1, 0, 1]),
        starts=np.array([0, 0, hour, hour]),
        ends=np.array([hour, hour, 4 * hour, 4 * hour]),
        lons=np.array([179.9999, -179.9999, 10.0, 20.0]),
        lats=np.zeros(4),
        errors=np.ones(4),
    )
    found = standing(stays, 2)
    assert len(found) == 1
    assert found.distances[0] == pytest.approx(22.2, abs=0.5)
    assert abs(abs(found.lons[0]) - 180.0) < 1e-4


def test_nobody_meets_nobody() -> None:
    assert len(standing(Dwells.none(), 0)) == 0
    assert len(met()) == 0
    assert len(Meetings.none().joined(Meetings.none())) == 0


@settings(max_examples=60, deadline=None)
@given(
    some.lists(
        some.tuples(some.integers(0, 40), some.integers(0, 40), some.integers(0, 100), some.integers(0, 60)),
        max_size=25,
    )
)
def test_the_pairs_found_are_those_that_comparing_all_finds(drawn: list[tuple[int, int, int, int]]) -> None:
    reach, least = 50.0, 5
    lons = np.array([170.0 + each[0] * 0.0005 for each in drawn])
    lats = np.array([60.0 + each[1] * 0.0002 for each in drawn])
    starts = np.array([each[2] for each in drawn], np.int64)
    ends = starts + np.array([each[3] for each in drawn], np.int64)
    spots = points(lons, lats)
    keys = cells(spots, reach) if len(drawn) else np.empty(0, np.int64)
    order = np.lexsort((starts, keys))
    found = order[overlapping(keys[order], starts[order], ends[order], FORWARD, least)]
    near = {
        tuple(sorted(pair))
        for pair in found.tolist()
        if np.linalg.norm(spots[pair[0]] - spots[pair[1]]) <= reach
    }
    assert len(found) == len({tuple(sorted(pair)) for pair in found.tolist()})
    assert near == {
        (a, b)
        for a in range(len(drawn))
        for b in range(a + 1, len(drawn))
        if np.linalg.norm(spots[a] - spots[b]) <= reach
        and min(ends[a], ends[b]) - max(starts[a], starts[b]) >= least
    }
