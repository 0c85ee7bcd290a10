import numpy as np
import pytest

from analytics.departures.evidence import Evidence, daily, log_bayes, together

LEVELS = (0.1, 0.5, 0.9)


def some(seed: int, size: int = 400) -> Evidence:
    random = np.random.default_rng(seed)
    days = random.integers(100, 130, size)
    return Evidence(
        agents=random.integers(0, 4, size),
        days=days,
        groups=random.integers(0, 3, size),
        ratios=random.exponential(1.0, size),
        usual=random.random(size),
        venues=random.integers(0, 9, size),
        times=days * 86_400_000,
    )


def test_windows_from_sums_are_windows_from_observations() -> None:
    given = together([some(1), some(2)])
    summed = daily(given, 3, 4, (100, 130), LEVELS)
    factors, seen = summed.window(105, 112)
    for group in range(3):
        for agent in range(4):
            mine = (given.groups == group) & (given.agents == agent)
            mine &= (given.days >= 105) & (given.days < 112)
            assert factors[group, agent] == pytest.approx(log_bayes(given.ratios[mine], LEVELS))
            assert seen[group, agent] == mine.sum()
    assert summed.last_day == 130


def test_days_outside_the_span_are_left_out() -> None:
    summed = daily(some(3), 3, 4, (100, 110), LEVELS)
    assert summed.window(0, 1000)[1].sum() == (some(3).days < 110).sum()


def test_no_observation_says_nothing() -> None:
    assert log_bayes(np.empty(0), LEVELS) == pytest.approx(0.0)


def test_a_factor_is_what_the_levels_average() -> None:
    expected = np.mean([(1 - each) + each * 4.0 for each in LEVELS])
    assert log_bayes(np.array([4.0]), LEVELS) == pytest.approx(np.log(expected))
