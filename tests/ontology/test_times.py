"""Instants: exact to the millisecond, always with a time zone."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ontology.times import from_ms, from_text, to_ms, to_text

epochs = st.integers(-62_135_596_800_000, 253_402_300_799_999)


@given(epochs)
def test_milliseconds_come_back(milliseconds: int) -> None:
    assert to_ms(from_ms(milliseconds)) == milliseconds
    assert to_ms(from_text(to_text(from_ms(milliseconds)))) == milliseconds


@given(epochs, epochs)
def test_text_of_whole_seconds_sorts_as_time_does(one: int, other: int) -> None:
    first, second = from_ms(one // 1000 * 1000), from_ms(other // 1000 * 1000)
    assert (to_text(first) < to_text(second)) == (first < second)


def test_text_says_milliseconds_only_where_there_are_any() -> None:
    assert to_text(datetime(2020, 12, 1, 4, 49, 45, tzinfo=UTC)) == "2020-12-01T04:49:45+00:00"
    assert to_text(datetime(2020, 12, 1, 4, 49, 45, 5000, UTC)) == "2020-12-01T04:49:45.005+00:00"


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        from_text("2020-12-01T04:49:45")
    with pytest.raises(ValueError, match="no time zone"):
        to_ms(datetime(2020, 12, 1))  # noqa: DTZ001 - that is what is refused
    assert from_text("2020-12-01T06:49:45+02:00") == datetime(2020, 12, 1, 4, 49, 45, tzinfo=UTC)
