import numpy as np
import pytest

from analytics.departures.conformal import p_values, strata


def test_clean_scores_spread_evenly_ties_or_not() -> None:
    random = np.random.default_rng(1)
    scores, clean = random.integers(0, 4, 5000).astype(float), random.integers(0, 4, 5000).astype(float)
    found = p_values(scores, clean, draws=np.random.default_rng(2).random(5000))
    for level in (0.01, 0.05, 0.1, 0.5):
        assert (found <= level).mean() == pytest.approx(level, abs=4 * np.sqrt(level / 5000))


def test_without_chance_ties_count_as_higher() -> None:
    found = p_values(np.array([2.0, 3.0, 0.0]), np.array([1.0, 2.0, 2.0]))
    assert found.tolist() == [3 / 4, 1 / 4, 1.0]


def test_a_draw_says_where_among_its_ties_a_score_stands() -> None:
    draws = np.array([0.0, 0.5, 1.0])
    found = p_values(np.ones(3), np.array([0.0, 1.0, 1.0, 2.0]), draws=draws)
    assert found == pytest.approx((1 + draws * 3) / 5)


def test_each_stratum_is_calibrated_by_its_own() -> None:
    seen, clean_seen = np.array([1, 9]), np.array([1] * 10 + [9] * 10)
    groups = strata(seen, clean_seen, 2)
    assert groups[0].tolist() == [0, 1]
    clean = np.array([0.0] * 10 + [10.0] * 10)
    assert p_values(np.array([5.0, 5.0]), clean, groups).tolist() == [1 / 11, 1.0]
