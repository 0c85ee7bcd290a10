"""Literals: exact there and back, and nothing is read that only looks like a value."""

import math
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ontology import ntriples
from ontology.errors import UnwritableError
from ontology.literals import codec, optional


@given(st.floats(allow_nan=False))
def test_doubles_are_exact(value: float) -> None:
    found = codec(float).decode(codec(float).encode(value))
    assert found == value
    assert math.copysign(1, found) == math.copysign(1, value)


def test_nan_is_kept() -> None:
    assert math.isnan(codec(float).decode(codec(float).encode(math.nan)))


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False)).map(tuple))
def test_tuples_keep_order_and_repetition(values: tuple[float, ...]) -> None:
    coded = codec(tuple[float, ...])
    assert coded.decode(coded.encode(values)) == values
    assert coded.decode(coded.encode(values + values)) == values + values


def test_instants_of_any_zone_are_utc_milliseconds() -> None:
    east = datetime(2020, 12, 1, 2, 0, 0, 999999, timezone(timedelta(hours=2)))
    assert codec(datetime).encode(east) == "2020-12-01T00:00:00.999+00:00"
    assert codec(datetime).decode("2020-12-01T02:00:00.999999+02:00") == datetime(
        2020, 12, 1, 0, 0, 0, 999000, UTC
    )


@pytest.mark.parametrize(
    ("hint", "text"),
    [
        (int, "1_0"),
        (int, "1.0"),
        (int, "\u0661"),
        (int, ""),
        (float, "1_0"),
        (float, "inf"),
        (float, "nan"),
        (float, "0x1p3"),
        (float, ""),
        (bool, "True"),
        (bool, "yes"),
        (date, "2020-13-01"),
        (datetime, "2020-12-01T00:00:00"),
        (datetime, "now"),
        (tuple[int, ...], "[1.5]"),
        (tuple[int, ...], "[true]"),
        (tuple[int, ...], "5"),
        (tuple[int, ...], "[1"),
        (tuple[str, ...], "[1]"),
    ],
)
def test_what_only_looks_like_a_value_is_refused(hint: Any, text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        codec(hint).decode(text)


@pytest.mark.parametrize(
    ("hint", "value"),
    [
        (int, 1.0),
        (str, 5),
        (tuple[int, ...], (True,)),
        (tuple[float, ...], (math.inf,)),
        (tuple[str, ...], (1,)),
    ],
)
def test_a_value_of_another_type_is_refused(hint: Any, value: Any) -> None:
    with pytest.raises((ValueError, TypeError)):
        codec(hint).encode(value)


def test_a_type_without_a_literal_is_refused() -> None:
    with pytest.raises(UnwritableError, match="no RDF literal"):
        codec(bytes)


def test_only_hints_with_none_are_optional() -> None:
    assert optional(float | None)
    assert not optional(float)
    assert not optional(float | str)
    assert codec(float | None) == codec(float)


def test_control_characters_are_escaped() -> None:
    assert ntriples.quoted('a"\\\n\r\t\x00\x7fé🚢') == '"a\\"\\\\\\n\\r\\t\\u0000\\u007Fé🚢"'.encode()


@pytest.mark.parametrize("text", ["", "no scheme", "a b:c", "urn:a b", "urn:<x>", "relative/path", "urn:%zz"])
def test_what_is_no_iri_is_refused(text: str) -> None:
    with pytest.raises(UnwritableError, match="IRI"):
        ntriples.iri(text)
