"""Reads a column of times, written in ISO 8601 one way or the other; without a zone they are UTC."""

from datetime import UTC, datetime
from typing import Final

import polars as pl

from ontology.times import to_ms

MILLISECONDS_FROM: Final = 100_000_000_000
"""A number so large counts milliseconds, not seconds: as seconds it would be beyond the year 5000."""
_LAYOUTS: Final = ("%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S")


def milliseconds(column: pl.Series) -> pl.Series:
    """Epoch milliseconds of a column of text, null where it is no time."""
    first = column.first()
    layouts = _LAYOUTS if first is None or "T" in str(first) else _LAYOUTS[::-1]
    found = column.str.to_datetime(layouts[0], strict=False, time_unit="ms").cast(pl.Int64)
    if found.null_count() > column.null_count():
        found = found.fill_null(
            column.str.to_datetime(layouts[1], strict=False, time_unit="ms").cast(pl.Int64)
        )
    return _one_by_one(column, found)


def instants(column: pl.Series) -> pl.Series:
    """Epoch milliseconds of a column of text: ISO 8601, or seconds or milliseconds after 1970."""
    numbers = column.cast(pl.Float64, strict=False)
    if numbers.null_count() == len(column):
        return milliseconds(column)
    scale = pl.when(pl.col("n") >= MILLISECONDS_FROM).then(1.0).otherwise(1000.0)
    counted = numbers.to_frame("n").select((pl.col("n") * scale).round().cast(pl.Int64, strict=False))
    found = counted.to_series()
    return found.fill_null(milliseconds(column)) if found.null_count() else found


def _one_by_one(column: pl.Series, found: pl.Series) -> pl.Series:
    odd = (found.is_null() & column.is_not_null()).arg_true()
    if len(odd) == 0:
        return found
    return found.scatter(odd, [_one(text) for text in column.gather(odd)])


def _one(text: str) -> int | None:
    try:
        instant = datetime.fromisoformat(text.strip())
        return to_ms(instant if instant.tzinfo else instant.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return None
