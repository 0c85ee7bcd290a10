"""An answer as an Arrow IPC stream: a typed table, for polars, pandas, R and their like."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import IO, Any, Final

import orjson
import polars as pl
from neo4j.spatial import WGS84Point
from neo4j.time import Date, DateTime, Duration

from api.answers.values import told
from graph.ask import Answer
from graph.reader.errors import RefusedError

_POINT: Final = pl.Struct({"lon": pl.Float64, "lat": pl.Float64})


def write_arrow(answer: Answer, to: IO[bytes]) -> None:
    """Writes the whole answer as one stream.

    Types: booleans, integers of 64 bits, floats, text, bytes, dates, instants (UTC, microseconds), lists of
    numbers, text or booleans, WGS 84 points as {lon, lat}, durations as ISO 8601 text. A column of anything
    else, or of several types, is text: JSON of the typed values.
    """
    table(answer).write_ipc_stream(to, compression="uncompressed")


def table(answer: Answer) -> pl.DataFrame:
    """The answer as a data frame, its columns in their order."""
    rows = list(answer)
    columns = zip(*rows, strict=True) if rows else ([] for _ in answer.columns)
    return pl.DataFrame([_column(name, values) for name, values in zip(answer.columns, columns, strict=True)])


def _column(name: str, values: Sequence[Any]) -> pl.Series:
    present = {_sort(value) for value in values if value is not None}
    for sorts, kind, plain in _KINDS:
        if present and present <= sorts:
            return pl.Series(name, [None if value is None else plain(value) for value in values], kind)
    if not present:
        return pl.Series(name, values, pl.Null)
    if present == {list} and (inner := _inner(values)) is not None:
        kind, plain = inner
        return pl.Series(name, [_each(plain, value) for value in values], pl.List(kind))
    return pl.Series(name, [None if value is None else _json(value) for value in values], pl.String)


def _sort(value: object) -> object:
    """What a value is, for its column: its type, but for those that Arrow has in two forms or not at all."""
    if isinstance(value, DateTime) and value.tzinfo is None:
        return "local"
    if isinstance(value, WGS84Point) and len(value) != len(_POINT.fields):
        return "high"
    return type(value)


def _inner(values: Sequence[Any]) -> tuple[Any, Callable[[Any], Any]] | None:
    """What the lists of a column hold, where that is all text or all numbers."""
    held = {type(each) for value in values if value is not None for each in value} - {type(None)}
    for kinds, kind, plain in _KINDS[:_INNER]:
        if held and held <= kinds:
            return kind, plain
    return None


def _each(plain: Callable[[Any], Any], value: list[Any] | None) -> list[Any] | None:
    return None if value is None else [None if each is None else plain(each) for each in value]


def _json(value: object) -> str:
    return orjson.dumps(told(value)).decode()


def _instant(value: DateTime) -> datetime:
    try:
        native: datetime = value.to_native()
        return native.astimezone(UTC)
    except OverflowError:
        raise RefusedError(
            f"An instant of the year {value.year} is beyond the years 1 to 9999 in UTC, in which tables"
            " are: ask for another form."
        ) from None


_Kind = tuple[frozenset[object], Any, Callable[[Any], Any]]
_KINDS: Final[tuple[_Kind, ...]] = (
    (frozenset({bool}), pl.Boolean, bool),
    (frozenset({int}), pl.Int64, int),
    (frozenset({int, float}), pl.Float64, float),
    (frozenset({str}), pl.String, str),
    (frozenset({bytes, bytearray}), pl.Binary, bytes),
    (frozenset({Date}), pl.Date, lambda value: value.to_native()),
    (frozenset({DateTime}), pl.Datetime("us", "UTC"), _instant),
    (frozenset({"local"}), pl.Datetime("us"), lambda value: value.to_native()),
    (frozenset({Duration}), pl.String, lambda value: value.iso_format()),
    (frozenset({WGS84Point}), _POINT, lambda value: {"lon": value[0], "lat": value[1]}),
)
_INNER: Final = 4
"""The first so many of these are what lists may hold, too."""
