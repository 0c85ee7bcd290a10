"""Intervals found beside true ones."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analytics.scoring.intervals import Intervals, pairs, score


def intervals(*rows: tuple[int, int, int]) -> Intervals:
    return Intervals(*np.array(rows, np.int64).reshape(-1, 3).T)


def test_half_of_the_union_is_enough_and_less_is_not() -> None:
    true = intervals((0, 0, 100))
    assert score(intervals((0, 0, 50)), true).f1 == 1.0
    assert score(intervals((0, 0, 49)), true).f1 == 0.0


def test_another_group_does_not_count() -> None:
    assert score(intervals((1, 0, 100)), intervals((0, 0, 100))).f1 == 0.0


def test_each_counts_once_and_the_most_pairs_count() -> None:
    true = intervals((0, 0, 100), (0, 40, 140))
    found = intervals((0, 20, 120), (0, 0, 100))
    assert pairs(found, true).tolist() == [1, 0]
    assert score(intervals((0, 0, 100), (0, 0, 100)), intervals((0, 0, 100))).precision == 0.5


def test_nothing_on_either_side() -> None:
    some = intervals((0, 0, 100))
    assert score(Intervals.none(), some).f1 == 0.0
    assert score(some, Intervals.none()).f1 == 0.0
    assert score(Intervals.none(), Intervals.none()).f1 == 1.0


ROWS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 30), st.integers(1, 12)), max_size=12)


@given(found=ROWS, true=ROWS)
def test_the_overlaps_are_those_that_a_look_at_every_pair_finds(
    found: list[tuple[int, int, int]], true: list[tuple[int, int, int]]
) -> None:
    a = intervals(*((group, start, start + length) for group, start, length in found))
    b = intervals(*((group, start, start + length) for group, start, length in true))
    paired = pairs(a, b)
    chosen = paired[paired >= 0]
    assert len(set(chosen.tolist())) == len(chosen)

    def right(i: int, j: int) -> bool:
        shared = min(a.ends[i], b.ends[j]) - max(a.starts[i], b.starts[j])
        either = max(a.ends[i], b.ends[j]) - min(a.starts[i], b.starts[j])
        return bool(a.groups[i] == b.groups[j] and shared > 0 and 2 * shared >= either)

    assert all(right(i, j) for i, j in enumerate(paired) if j >= 0)
    lone = set(range(len(b))) - set(chosen.tolist())
    assert not any(right(i, j) for i, k in enumerate(paired) if k < 0 for j in lone)
