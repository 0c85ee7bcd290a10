import numpy as np
import pytest

from analytics.departures.tempering import HOTTEST, average, temperature, temperatures


def test_factors_that_are_too_sure_are_cooled_until_their_mean_is_one() -> None:
    clean = np.random.default_rng(1).normal(0.0, 3.0, 2000)
    heat = temperature(clean)
    assert heat > 1.0
    assert np.exp(clean / heat).mean() == pytest.approx(1.0, abs=1e-3)


def test_honest_factors_stay_as_they_are() -> None:
    assert temperature(np.full(10, -1.0)) == 1.0
    assert temperature(np.empty(0)) == 1.0


def test_factors_above_one_everywhere_are_worth_nothing() -> None:
    assert temperature(np.full(10, 2.0)) == HOTTEST


def test_groups_are_averaged_not_multiplied() -> None:
    once = average(np.array([[3.0], [0.0]]), np.ones(2))
    assert once[0] == pytest.approx(np.log((np.exp(3.0) + 1.0) / 2))
    assert temperatures(np.zeros((2, 3, 4))).tolist() == [1.0, 1.0]
