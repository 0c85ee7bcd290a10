from collections.abc import Callable

import numpy as np

from analytics.departures.checkins import Bools
from analytics.departures.irreducible import irreducible, verified

STRENGTH = np.array([3.0, 1.0, 4.0, 1.0, 5.0, -2.0])


def enough(least: float) -> Callable[[Bools], bool]:
    return lambda kept: bool(STRENGTH[kept].sum() >= least)


def test_none_of_it_can_be_spared_and_nothing_is_left_without_it() -> None:
    for least in range(1, 13):
        members = irreducible(STRENGTH, enough(least))
        assert verified(members, len(STRENGTH), enough(least))
        assert (np.diff(STRENGTH[members]) <= 0).all()


def test_where_nothing_is_found_there_is_no_set() -> None:
    assert len(irreducible(STRENGTH, enough(100.0))) == 0


def test_what_stays_found_without_anything_has_no_set() -> None:
    assert len(irreducible(STRENGTH, lambda _: True)) == 0


def test_a_set_with_a_member_too_many_is_not_verified() -> None:
    assert not verified(np.array([4, 2, 0, 1]), len(STRENGTH), enough(11.0))
    assert not verified(np.array([3]), len(STRENGTH), enough(5.0))
    assert not verified(np.array([], dtype=np.int64), len(STRENGTH), enough(5.0))
