"""Whether a file is told in the order of time, one block ahead."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ingest.feed import Block
from ingest.order import Span, ordered


def blocks(*spans: Span) -> list[tuple[int | None, bool]]:
    numbered = [Block(b"%d" % at, 1, None) for at in range(len(spans))]
    told = ordered(numbered, lambda block: spans[int(block.body)], 10)
    seen = list(told)
    assert [each.block for each in seen] == numbered
    return [(each.latest, each.in_order) for each in seen]


def test_what_comes_in_order_vouches_from_the_first_block_on() -> None:
    assert blocks((0, 100), (100, 200), (190, 300)) == [(100, True), (200, True), (300, True)]


def test_the_first_ship_of_a_file_sorted_by_ship_vouches_for_nothing() -> None:
    assert blocks((0, 900), (5, 890), (3, 910)) == [(900, False), (890, False), (910, False)]


def test_once_it_went_back_nothing_is_in_order_any_more() -> None:
    assert [in_order for _, in_order in blocks((0, 100), (100, 200), (50, 60), (300, 400))] == [
        True,
        False,
        False,
        False,
    ]


def test_blocks_without_times_neither_vouch_nor_disturb() -> None:
    assert blocks(None, (0, 100), None, (95, 120)) == [(None, True), (100, True), (None, True), (120, True)]
    assert blocks() == []


@given(st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 1000)).map(sorted).map(tuple), max_size=8))
def test_a_block_in_order_is_followed_by_nothing_much_earlier(spans: list[tuple[int, int]]) -> None:
    told = blocks(*spans)
    for at in range(len(spans) - 1):
        if told[at][1]:
            assert spans[at + 1][0] >= max(latest for _, latest in spans[: at + 1]) - 10
