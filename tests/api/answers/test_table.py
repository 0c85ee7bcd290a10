"""An answer as a typed table: which type a column has, and what is text."""

from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest
from neo4j.spatial import CartesianPoint, WGS84Point
from neo4j.time import Date, DateTime, Duration, Time

from api.answers.table import table, write_arrow
from graph.ask import Answer
from graph.reader.errors import RefusedError

INSTANT = pl.Datetime("us", "UTC")
POINT = pl.Struct({"lon": pl.Float64, "lat": pl.Float64})
NOON = DateTime.from_iso_format("2020-12-05T12:00+01:00")


def column(*values: Any) -> pl.Series:
    return table(Answer(iter([("columns", ["x"]), *(("row", [value]) for value in values)])))["x"]


@pytest.mark.parametrize(
    ("values", "kind", "read"),
    [
        ([1, None, 3], pl.Int64, [1, None, 3]),
        ([0.5, None], pl.Float64, [0.5, None]),
        ([1, 0.5], pl.Float64, [1.0, 0.5]),
        (["a", None], pl.String, ["a", None]),
        ([True, False], pl.Boolean, [True, False]),
        ([b"\0\1", bytearray(b"a")], pl.Binary, [b"\0\1", b"a"]),
        ([Date(2020, 12, 5)], pl.Date, [date(2020, 12, 5)]),
        ([NOON], INSTANT, [datetime(2020, 12, 5, 11, tzinfo=UTC)]),
        ([Duration(hours=2)], pl.String, ["PT2H"]),
        ([WGS84Point((2.0, 1.0))], POINT, [{"lon": 2.0, "lat": 1.0}]),
        ([[1, 2], None], pl.List(pl.Int64), [[1, 2], None]),
        ([[1, 0.5, None]], pl.List(pl.Float64), [[1.0, 0.5, None]]),
        ([[True]], pl.List(pl.Boolean), [[True]]),
        ([["x", None]], pl.List(pl.String), [["x", None]]),
        ([None, None], pl.Null, [None, None]),
        ([], pl.Null, []),
        (["x", 2], pl.String, ['"x"', "2"]),
        ([[1], ["a"]], pl.String, ["[1]", '["a"]']),
        ([[]], pl.String, ["[]"]),
        ([{"n": 1}], pl.String, ['{"n":1}']),
    ],
)  # fmt: skip
def test_a_column_has_the_type_of_its_values(values: list[Any], kind: Any, read: list[Any]) -> None:
    found = column(*values)
    assert found.dtype == kind
    assert found.to_list() == read


def test_an_instant_without_a_zone_has_none() -> None:
    local = DateTime.from_iso_format("2020-12-05T12:00")
    found = column(local, None)
    assert found.dtype == pl.Datetime("us")
    assert found.to_list() == [datetime(2020, 12, 5, 12), None]  # noqa: DTZ001 - it has none
    assert column(local, DateTime.from_iso_format("2020-12-05T12:00Z")).dtype == pl.String


@pytest.mark.parametrize(
    "value", [WGS84Point((1.0, 2.0, 3.0)), CartesianPoint((1.0, 2.0)), Time.from_iso_format("12:00Z")]
)
def test_what_arrow_has_no_type_for_is_json(value: Any) -> None:
    assert json.loads(column(value)[0])["$type"] in ("point", "time")


@pytest.mark.parametrize("text", ["0001-01-01T00:00+01:00", "9999-12-31T23:30-01:00"])
def test_an_instant_that_utc_has_no_year_for_is_refused(text: str) -> None:
    with pytest.raises(RefusedError, match="another form"):
        column(DateTime.from_iso_format(text))
    assert column(DateTime.from_iso_format("0001-01-01T01:00+01:00"))[0] == datetime(1, 1, 1, tzinfo=UTC)


def test_it_is_an_arrow_stream_and_an_empty_one_has_its_columns() -> None:
    for rows in ([], [[1, "a"]]):
        to = io.BytesIO()
        write_arrow(Answer(iter([("columns", ["n", "t"]), *(("row", row) for row in rows)])), to)
        found = pl.read_ipc_stream(to.getvalue())
        assert found.columns == ["n", "t"]
        assert [list(row) for row in found.rows()] == rows
