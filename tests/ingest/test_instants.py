"""Times as text."""

from datetime import UTC, datetime

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from ingest.instants import milliseconds
from ontology.times import to_ms

NOON = to_ms(datetime(2020, 12, 1, 12, tzinfo=UTC))


def test_either_layout_and_a_mixture() -> None:
    column = pl.Series(["2020-12-01T12:00:00", "2020-12-01 12:00:00", "2020-12-01T12:00:00Z"])
    assert milliseconds(column).to_list() == [NOON] * 3
    assert milliseconds(column.reverse()).to_list() == [NOON] * 3


def test_zones_and_fractions() -> None:
    column = pl.Series(
        ["2020-12-01T14:00:00+02:00", "2020-12-01 12:00:00.250", None, "", "noon", "2020-02-30 00:00:00"]
    )
    assert milliseconds(column).to_list() == [NOON, NOON + 250, None, None, None, None]


def test_none_at_all() -> None:
    assert milliseconds(pl.Series([], dtype=pl.String)).to_list() == []
    assert milliseconds(pl.Series([None], dtype=pl.String)).to_list() == [None]


@given(st.lists(st.text(max_size=25)))
def test_no_text_is_too_odd(texts: list[str]) -> None:
    assert len(milliseconds(pl.Series(texts, dtype=pl.String))) == len(texts)
