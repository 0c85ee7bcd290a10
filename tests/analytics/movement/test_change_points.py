"""Change points by PELT are those of the full search."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from analytics.movement.change_points import change_points


def full_search(x: NDArray[np.float64], penalty: float) -> list[int]:
    """Optimal partitioning (Jackson et al. 2005): every beginning, without pruning."""
    best, before = [0.0], [0]
    for end in range(1, len(x) + 1):
        costs = [best[k] + float(((x[k:end] - x[k:end].mean()) ** 2).sum()) + penalty for k in range(end)]
        before.append(int(np.argmin(costs)))
        best.append(min(costs))
    found, end = [], len(x)
    while end:
        end = before[end]
        found.append(end)
    return found[::-1]


@given(
    levels=st.lists(st.tuples(st.integers(-8, 8), st.integers(1, 12)), min_size=1, max_size=5),
    seed=st.integers(0, 1000),
)
@settings(max_examples=60, deadline=None)
def test_the_same_as_a_full_search(levels: list[tuple[int, int]], seed: int) -> None:
    x = np.concatenate([np.full(length, 3.0 * level) for level, length in levels])
    x = x + np.random.default_rng(seed).normal(0.0, 1.0, len(x))
    found = change_points(x, np.zeros(len(x)), np.ones(len(x)), 15.0)
    assert found.tolist() == full_search(x, 15.0)


def test_a_change_after_a_long_stay_is_found_where_it_is() -> None:
    x = np.random.default_rng(0).normal(0.0, 1.0, 3000)
    x[2000:] += 4.0
    assert change_points(x, np.zeros(3000), np.ones(3000), 20.0).tolist() == [0, 2000]


def test_more_open_beginnings_than_there_is_room_for_at_first() -> None:
    x = np.arange(3000.0) * 0.001
    assert change_points(x, np.zeros(3000), np.ones(3000), 1e9).tolist() == [0]


def test_weights_count() -> None:
    x = np.array([0.0, 0.0, 30.0, 0.0, 0.0])
    assert change_points(x, np.zeros(5), np.ones(5), 15.0).tolist() == [0, 2, 3]
    unsure = np.array([1.0, 1.0, 0.01, 1.0, 1.0])
    assert change_points(x, np.zeros(5), unsure, 15.0).tolist() == [0]


def test_none_of_none() -> None:
    none = np.empty(0)
    assert change_points(none, none, none, 15.0).size == 0
