"""Who is looked at: those with fresh fixes, those whose time has come, and those beside a changed place."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.agenda import Agenda
from analytics.geometry import METRES_A_DEGREE, distance
from analytics.stays import NOT_YET

NOWHERE = (math.nan, math.nan)


def agenda_of(*sources: set[str]) -> Agenda:
    agenda = Agenda()
    for its in sources:
        agenda.hears(agenda.enter(), its)
    return agenda


def test_only_who_has_something_to_do_is_called() -> None:
    agenda = agenda_of(*[{"a"}] * 100)
    assert len(agenda.moved(agenda.clocks(10))) == 100
    for at in range(100):
        agenda.looked(at, NOT_YET, NOWHERE)
    agenda.waits(7, 15)
    agenda.looked(70, 20, NOWHERE)
    assert agenda.waiting_since() == 15
    assert not agenda.overdue(agenda.clocks(15))
    assert agenda.overdue(agenda.clocks(16))
    assert agenda.moved(agenda.clocks(15)) == {}
    assert agenda.moved(agenda.clocks(20)) == {7: (15, 20), 70: (15, 20)}


def test_a_subject_goes_by_the_furthest_of_its_sources() -> None:
    agenda = agenda_of({"a"}, {"a", "b"}, {"unheard"})
    assert agenda.clocks({"a": 5, "b": 9}).tolist() == [5, 9, -1]
    agenda.hears(0, {"a", "c"})
    assert agenda.clocks({"a": 5, "c": 7}).tolist() == [7, 5, -1]


@pytest.mark.parametrize("lon", [-180.0, -74.0, 179.9999])
@settings(deadline=None)
@given(
    lat=st.floats(-90, 90),
    east=st.floats(-0.01, 0.01),
    north=st.floats(-0.002, 0.002),
    stretch=st.floats(1.0, 1000.0),
)
def test_nobody_within_reach_is_missed(
    lon: float, lat: float, east: float, north: float, stretch: float
) -> None:
    x, y = (lon + east * stretch + 180.0) % 360.0 - 180.0, max(min(lat + north, 90.0), -90.0)
    agenda = agenda_of({"a"}, {"a"})
    agenda.looked(1, NOT_YET, (x, y))
    if distance(lon, lat, x, y) <= 150.0:
        assert agenda.near(lon, lat, 150.0) == [1]
    if abs(y - lat) * METRES_A_DEGREE > 151.0:
        assert agenda.near(lon, lat, 150.0) == []


def test_who_stays_nowhere_is_near_nothing() -> None:
    agenda = agenda_of({"a"})
    agenda.looked(0, NOT_YET, NOWHERE)
    assert agenda.near(0.0, 0.0, 1e6) == []
