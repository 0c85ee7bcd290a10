"""An answer as an Arrow IPC stream: a typed table, for polars, pandas, R and their like."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC
from typing import IO, Any, Final

import orjson
import polars as pl
from neo4j.spatial import WGS84Point
from neo4j.time import Date, DateTime, Duration

from api.answers.values import told
from graph.ask import Answer

_POINT: Final = pl.Struct({"lon": pl.Float64, "lat": pl.Float64})
_LONG: Final = range(-(2**63), 2**63)


def write_arrow(answer: Answer, to: IO[bytes]) -> None:
    """Writes the whole answer as one stream.

    Types: booleans, integers of 64 bits, floats, text, bytes, dates, instants (UTC, microseconds), lists of
    numbers or text, WGS 84 points as {lon, lat}, durations as ISO 8601 text. A column of anything else, or
    of several types, is text: JSON of the typed values.
    """
    table(answer).write_ipc_stream(to, compression="uncompressed")


def table(answer: Answer) -> pl.DataFrame:
    """The answer as a data frame, its columns in their order."""
    rows = list(answer)
    columns = zip(*rows, strict=True) if rows else ([] for _ in answer.columns)
    return pl.DataFrame([_column(name, values) for name, values in zip(answer.columns, columns, strict=True)])


def _column(name: str, values: Sequence[Any]) -> pl.Series:
    present = {type(value) for value in values if value is not None}
    for kinds, kind, plain in _KINDS:
        if present and present <= kinds:
            return pl.Series(name, [None if value is None else plain(value) for value in values], kind)
    inner = _inner(values) if present == {list} else None
    if inner is not None:
        return pl.Series(name, values, pl.List(inner))
    if not present:
        return pl.Series(name, values, pl.Null)
    return pl.Series(name, [None if value is None else _json(value) for value in values], pl.String)


def _inner(values: Sequence[Any]) -> pl.DataType | type[pl.DataType] | None:
    """What the lists of a column hold, where that is all text or all numbers."""
    held = {type(each) for value in values if value is not None for each in value} - {type(None)}
    if held == {int}:
        return pl.Int64
    if held and held <= {int, float}:
        return pl.Float64
    return pl.String if held == {str} else None


def _json(value: object) -> str:
    return orjson.dumps(told(value)).decode()


def _instant(value: DateTime) -> Any:  # noqa: ANN401
    native = value.to_native()
    return native.astimezone(UTC)


_KINDS: Final[tuple[tuple[frozenset[type], Any, Callable[[Any], Any]], ...]] = (
    (frozenset({bool}), pl.Boolean, bool),
    (frozenset({int}), pl.Int64, int),
    (frozenset({int, float}), pl.Float64, float),
    (frozenset({str}), pl.String, str),
    (frozenset({bytes, bytearray}), pl.Binary, bytes),
    (frozenset({Date}), pl.Date, lambda value: value.to_native()),
    (frozenset({DateTime}), pl.Datetime("us", "UTC"), _instant),
    (frozenset({Duration}), pl.String, lambda value: value.iso_format()),
    (frozenset({WGS84Point}), _POINT, lambda value: {"lon": value[0], "lat": value[1]}),
)
