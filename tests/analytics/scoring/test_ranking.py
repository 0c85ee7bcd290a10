import numpy as np
import pytest

from analytics.scoring.ranking import auc, average_precision


def test_a_perfect_order_and_its_reverse() -> None:
    true = np.array([True, True, False, False])
    assert auc(np.array([4.0, 3.0, 2.0, 1.0]), true) == 1.0
    assert auc(np.array([1.0, 2.0, 3.0, 4.0]), true) == 0.0
    assert average_precision(np.array([4.0, 3.0, 2.0, 1.0]), true) == 1.0
    assert average_precision(np.array([1.0, 2.0, 3.0, 4.0]), true) == pytest.approx((1 / 3 + 2 / 4) / 2)


def test_ties_count_half_and_are_told_together() -> None:
    true = np.array([True, False, False, False])
    assert auc(np.zeros(4), true) == 0.5
    assert average_precision(np.zeros(4), true) == 0.25


def test_the_order_of_the_input_does_not_matter() -> None:
    random = np.random.default_rng(1)
    scores, true = random.integers(0, 5, 200).astype(float), random.random(200) < 0.3
    order = random.permutation(200)
    assert auc(scores, true) == pytest.approx(auc(scores[order], true[order]))
    assert average_precision(scores, true) == pytest.approx(average_precision(scores[order], true[order]))


def test_where_there_is_nothing_to_tell_apart_there_is_no_figure() -> None:
    assert np.isnan(auc(np.ones(3), np.ones(3, dtype=bool)))
    assert np.isnan(average_precision(np.ones(3), np.zeros(3, dtype=bool)))
