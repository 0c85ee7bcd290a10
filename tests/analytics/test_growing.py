"""A track that grows is the same as one made at once, and those handed out before stay as they were."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analytics.growing import Growing
from analytics.track import Track


def fixes(times: list[int]) -> Track:
    """The longitude tells fixes of one time apart."""
    column = np.array(times, np.int64)
    return Track.of(column, np.linspace(0.0, 1.0, len(times)), np.zeros(len(times)), column + 7)


def same(left: Track, right: Track) -> bool:
    return all(np.array_equal(*pair) for pair in zip(left.columns, right.columns, strict=True))


@given(st.lists(st.lists(st.integers(0, 300), max_size=90), max_size=6))
def test_in_any_order_it_is_as_made_at_once(pieces: list[list[int]]) -> None:
    growing = Growing()
    seen: list[tuple[Track, Track]] = []
    whole = Track.empty()
    for piece in map(fixes, pieces):
        growing.add(piece)
        whole = whole.joined(piece)
        seen.append((growing.track, whole))
    assert all(same(given_out, expected) for given_out, expected in seen)


def test_what_comes_in_order_is_not_copied_each_time() -> None:
    growing = Growing()
    buffers = set()
    for start in range(0, 64_000, 64):
        growing.add(fixes(list(range(start, start + 64))))
        buffers.add(growing.track.times.__array_interface__["data"][0])
    assert len(growing.track) == 64_000
    assert len(buffers) < 30
