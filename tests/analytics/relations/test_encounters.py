import numpy as np

from analytics.relations.anchorages import Anchorages, anchorages
from analytics.relations.dwells import Dwells
from analytics.relations.encounters import encounters
from analytics.relations.near import Runs
from analytics.relations.rendezvous import rendezvous
from analytics.relations.stops import stops
from analytics.track import Track
from tests.analytics.relations.people import CITY, DAY, START, walker

NOWHERE = anchorages(Dwells.none())
KNOT_M = 1852.0 / 60.0  # metres a minute


def vessel(
    apart: float, minutes: float, drift: float = 0.0, side: int = 1, step: float = 5.0, day: int = 0
) -> Track:
    """Comes from one side, lies `apart` from the middle for some minutes, drifting in knots, and leaves."""
    way = drift * KNOT_M * minutes
    track = walker(
        [
            (side * 20_000, apart, 0),
            (0, apart, 90),
            (0, apart + way, 90 + minutes),
            (side * 20_000, apart + way, 180 + minutes),
        ],
        step,
    )
    return Track.of(track.times + day * DAY, track.lons, track.lats)


def met(apart: float, minutes: float, drift: float = 0.0, known: Anchorages = NOWHERE) -> Runs:
    return encounters([vessel(0, minutes, drift), vessel(apart, minutes, drift, side=-1)], known)


def test_two_hours_within_500_m_are_an_encounter() -> None:
    found = met(400, 150)
    assert (found.first.tolist(), found.second.tolist()) == ([0], [1])
    assert 150 <= (found.ends[0] - found.starts[0]) / 60_000 <= 156


def test_less_than_the_definition_is_none() -> None:
    assert len(met(400, 100)) == 0
    assert len(met(600, 300)) == 0
    assert len(met(400, 150, drift=3.0)) == 0


def test_a_slow_drift_is_one() -> None:
    assert len(met(400, 150, drift=1.0)) == 1


def test_none_within_ten_kilometres_of_an_anchorage() -> None:
    def at(east: float) -> Anchorages:
        lons, lats = CITY.degrees(np.array([east]), np.zeros(1))
        return Anchorages(lons, lats, np.array([20]))

    assert len(met(400, 150, known=at(9_000))) == 0
    assert len(met(400, 150, known=at(11_000))) == 1


def lying(count: int, hours: int, spread: float) -> Dwells:
    random = np.random.default_rng(5)
    lons, lats = CITY.degrees(*random.normal(0.0, spread, (2, count)))
    starts = np.full(count, START)
    return Dwells(
        np.arange(count, dtype=np.int64), starts, starts + hours * 3_600_000, lons, lats, np.full(count, 10.0)
    )


def test_an_anchorage_is_where_many_vessels_lie_long() -> None:
    assert len(anchorages(lying(20, 13, 100.0))) > 0
    assert len(anchorages(lying(19, 13, 100.0))) == 0
    assert len(anchorages(lying(20, 11, 100.0))) == 0
    assert len(anchorages(lying(20, 13, 20_000.0))) == 0


def test_one_vessel_that_lies_often_makes_no_anchorage() -> None:
    often = lying(40, 13, 50.0)
    same = Dwells(np.zeros(40, np.int64), often.starts, often.ends, often.lons, often.lats, often.errors)
    assert len(anchorages(same)) == 0


def harbour(*tracks: Track) -> Runs:
    return rendezvous(tracks, stops(tracks))


def test_in_the_harbour_close_for_ten_minutes_or_near_for_thirty() -> None:
    def pair(apart: float, minutes: float) -> Runs:
        return harbour(vessel(0, minutes, step=1), vessel(apart, minutes, side=-1, step=1))

    assert len(pair(40, 13)) == 1
    assert len(pair(40, 6)) == 0
    assert len(pair(150, 40)) == 1
    assert len(pair(150, 20)) == 0
    assert len(pair(300, 90)) == 0


def test_where_vessels_lie_anyway_it_is_mooring() -> None:
    two = [vessel(0, 40, step=1), vessel(40, 40, side=-1, step=1)]
    regulars = [vessel(80, 60, step=1, day=day) for day in (2, 3)]
    assert len(harbour(*two, regulars[0])) == 1
    assert len(harbour(*two, *regulars)) == 0
