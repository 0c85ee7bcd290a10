import numpy as np
import pytest

from analytics.departures.checkins import checkins
from analytics.departures.errors import CheckInsError

GIVEN = (["b", "a", "b"], [300, 200, 100], ["x", "y", "x"], [1.0, 2.0, 1.0], [4.0, 5.0, 4.0])


def test_they_are_in_the_order_of_time_whatever_came_first() -> None:
    found = checkins(*GIVEN)
    assert found.times.tolist() == [100, 200, 300]
    assert found.agent_names[found.agents].tolist() == ["b", "a", "b"]
    assert found.venue_names[found.venues].tolist() == ["x", "y", "x"]
    assert found.lons.tolist() == [1.0, 2.0]
    assert found.lats.tolist() == [4.0, 5.0]


def test_a_dwell_ends_with_the_next_arrival_of_the_same_agent() -> None:
    dwells = checkins(*GIVEN).dwells()
    assert dwells[0] == 200
    assert np.isnan(dwells[1:]).all()


def test_before_holds_nothing_of_the_moment_itself() -> None:
    assert checkins(*GIVEN).before(200).times.tolist() == [100]
    assert checkins(*GIVEN).between(200, 301).times.tolist() == [200, 300]


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ((["a"], [1, 2], ["x"], [0.0], [0.0]), "differ in length"),
        (([], [], [], [], []), "no check-ins"),
        ((["a"], [1], ["x"], [np.nan], [0.0]), "no position"),
    ],
)
def test_what_is_wrong_is_said(columns: tuple[list, ...], told: str) -> None:  # type: ignore[type-arg]
    with pytest.raises(CheckInsError, match=told):
        checkins(*columns)
