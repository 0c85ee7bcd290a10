import numpy as np
import pytest

from analytics.departures.model import Model, learn
from analytics.departures.weekly import weeks
from tests.analytics.departures.town import AGENTS, FIRST, SKIPPERS, START, build


def test_who_skips_work_is_told_of_within_days(model: Model) -> None:
    first = weeks(model).alerts(3.0).first()[list(SKIPPERS)]
    assert (first >= START).all()
    assert np.median(first) <= START + 3


def test_a_week_never_becomes_less_strange_as_it_goes_on(model: Model) -> None:
    found = weeks(model)
    assert found.starts.tolist() == [START, START + 7]
    assert (np.diff(found.p_values, axis=2) <= 0).all()


def test_a_larger_budget_tells_of_as_many_at_least(model: Model) -> None:
    found = weeks(model)
    told = [found.alerts(each).told for each in (1.0, 5.0, 20.0)]
    assert (told[0] <= told[1]).all()
    assert (told[1] <= told[2]).all()


def test_who_is_never_told_of_has_no_day(model: Model) -> None:
    assert (weeks(model).alerts(0.0).first() == -1).all()


def test_among_people_who_did_not_change_the_budget_holds() -> None:
    quiet = build(seed=11, changed=False)
    told = [weeks(learn(quiet.given, START, FIRST + 70), seed).alerts(15.0).told.sum() for seed in range(3)]
    assert np.mean(told) / 2 == pytest.approx(0.1 * AGENTS, rel=0.6)
