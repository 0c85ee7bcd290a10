import numpy as np
import pytest

from analytics.relations.near import instants, near
from analytics.relations.together import conclude_meetings
from analytics.track import Track
from tests.analytics.relations.people import CITY, MINUTE, START, person, walker

LATER = START + 10**9


def test_two_on_one_way_at_one_time_travel_together() -> None:
    one = walker([(0, 0, 0), (9000, 0, 60)], step=2)
    two = walker([(0, 30, 0.5), (9000, 30, 60.5)], step=3)
    found = conclude_meetings([one, two], LATER)
    assert len(found) == 1
    assert found.moving[0]
    assert found.ends[0] - found.starts[0] >= 45 * MINUTE
    assert found.distances[0] == pytest.approx(80.0, abs=15.0)


def test_who_goes_the_same_way_later_or_crosses_does_not() -> None:
    one = walker([(0, 0, 0), (9000, 0, 60)])
    later = walker([(0, 0, 10), (9000, 0, 70)])
    across = walker([(4500, -4500, 0), (4500, 4500, 60)])
    assert len(conclude_meetings([one, later, across], LATER)) == 0


def test_who_are_at_one_place_are_not_on_their_way() -> None:
    one = person([(0, 0, 300)], noise=5, seed=1)
    two = person([(4, 0, 300)], noise=5, seed=2)
    found = conclude_meetings([one, two], LATER)
    assert found.moving.tolist() == [False]


def test_what_comes_after_the_moment_is_not_looked_at() -> None:
    one = person([(0, 0, 120), (900, 0, 60), (0, 0, 120)])
    two = person([(3000, 0, 120), (900, 0, 60), (3000, 0, 120)])
    moment = START + 150 * MINUTE
    cut = conclude_meetings([one, two], moment)
    before = [track.part(0, int(track.times.searchsorted(moment))) for track in (one, two)]
    alone = conclude_meetings(before, LATER)
    assert len(cut) == 1
    assert (cut.starts.tolist(), cut.ends.tolist()) == (alone.starts.tolist(), alone.ends.tolist())
    assert cut.ends[0] < moment


def test_the_order_of_subjects_does_not_matter() -> None:
    random = np.random.default_rng(3)
    tracks = [
        person([(*random.uniform(0, 200, 2), int(minutes)) for minutes in random.integers(10, 90, 8)], 4, k)
        for k in range(6)
    ]
    forward, back = conclude_meetings(tracks, LATER), conclude_meetings(tracks[::-1], LATER)
    told = zip(forward.first, forward.second, forward.starts, forward.ends, strict=True)
    turned = zip(5 - back.second, 5 - back.first, back.starts, back.ends, strict=True)
    assert len(forward) > 0
    assert set(told) == set(turned)


def test_instants_are_interpolated_between_fixes_and_not_across_silences() -> None:
    lons, lats = CITY.degrees(np.array([0.0, 100.0, 5000.0]), np.zeros(3))
    track = Track.of(START + np.array([0, 10, 100], np.int64) * MINUTE, lons, lats)
    found = instants([track], 5 * MINUTE, 15 * MINUTE)
    assert ((found.slots * 5 * MINUTE - START) // MINUTE).tolist() == [0, 5, 100]
    assert CITY.metres(found.lons, found.lats)[0][:2] == pytest.approx([0.0, 50.0], abs=0.1)
    assert found.speeds[0] == pytest.approx(100.0 / 600.0, rel=0.01)


def test_runs_over_the_antimeridian() -> None:
    times = START + np.arange(5, dtype=np.int64) * 5 * MINUTE
    one = Track.of(times, np.array([179.998, 179.999, 180.0, -179.999, -179.998]), np.zeros(5))
    two = Track.of(times, np.array([179.9985, 179.9995, -179.9995, -179.9985, -179.9975]), np.zeros(5))
    found = near(instants([one, two], 5 * MINUTE, 15 * MINUTE), 100.0, 5 * MINUTE)
    assert len(found) == 1
    assert found.instants[0] == 5
    assert abs(abs(found.lons[0]) - 180.0) < 0.001
    assert found.distances[0] == pytest.approx(55.6, abs=1.0)
    assert found.ways[0] == pytest.approx(445.0, abs=5.0)


def test_runs_are_those_that_comparing_all_at_every_instant_finds() -> None:
    random = np.random.default_rng(11)
    step, reach = MINUTE, 60.0
    tracks = [
        walker([(*random.uniform(0, 300, 2), 5.0 * k) for k in range(8)], step=float(random.uniform(0.5, 2)))
        for _ in range(7)
    ]
    given = instants(tracks, step, 5 * MINUTE)
    east, north = CITY.metres(given.lons, given.lats)
    who, when = given.subjects, given.slots
    wanted = {
        (int(who[i]), int(who[j]), int(when[i]))
        for i in range(len(east))
        for j in range(len(east))
        if who[i] < who[j]
        and when[i] == when[j]
        and np.hypot(east[i] - east[j], north[i] - north[j]) <= reach
    }
    found = near(given, reach, step, bridged=0)
    told = set()
    for k in range(len(found)):
        first, last = int(found.starts[k]) // step, int(found.ends[k]) // step
        assert found.instants[k] == last - first + 1
        told |= {(int(found.first[k]), int(found.second[k]), slot) for slot in range(first, last + 1)}
    assert len(wanted) > 20
    assert told == wanted
