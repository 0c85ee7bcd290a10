"""Records as Parquet: a table that any tool reads, every byte of keys, values and headers kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Final, NamedTuple

import polars as pl
from confluent_kafka import TIMESTAMP_NOT_AVAILABLE, Message

from runtime.backup.errors import ArchiveError
from runtime.record import Entry

_HEADER: Final = pl.Struct({"name": pl.String, "value": pl.Binary})
SCHEMA: Final = pl.Schema(
    {
        "offset": pl.Int64(),
        "timestamp": pl.Int64(),
        "key": pl.Binary(),
        "value": pl.Binary(),
        "headers": pl.List(_HEADER),
    }
)
"""The columns: `timestamp` is Kafka's, in epoch milliseconds; null where there is none."""


class Row(NamedTuple):
    """A record as it lies in a partition; `timestamp` in epoch milliseconds, 0 leaves it to Kafka."""

    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[Entry]


def row_of(message: Message) -> Row:
    """A message as it was read."""
    kind, timestamp = message.timestamp()
    return Row(
        message.offset() or 0,
        0 if kind == TIMESTAMP_NOT_AVAILABLE else timestamp,
        _bytes(message.key()),
        _bytes(message.value()),
        message.headers() or (),  # type: ignore[arg-type]  # typed as a mapping, too, which is never read
    )


def _bytes(value: str | bytes | None) -> bytes | None:
    return value.encode() if isinstance(value, str) else value


def write(rows: Sequence[Row]) -> bytes:
    """The rows as a Parquet file, compressed with Zstandard."""
    # A list of structs built from Python's lists and dicts takes fifteen times as long.
    entries = [(index, *entry) for index, row in enumerate(rows) for entry in row.headers]
    headers = (
        pl.DataFrame(entries, {"row": pl.UInt32, "name": pl.String, "value": pl.Binary}, orient="row")
        .group_by("row", maintain_order=True)
        .agg(pl.struct("name", "value").alias("headers"))
    )
    columns = {
        "offset": [row.offset for row in rows],
        "timestamp": [row.timestamp or None for row in rows],
        "key": [row.key for row in rows],
        "value": [row.value for row in rows],
    }
    table = pl.DataFrame(columns, {name: SCHEMA[name] for name in columns}).with_row_index("row")
    out = BytesIO()
    table.join(headers, on="row", how="left", maintain_order="left").select(SCHEMA.names()).write_parquet(
        out, compression="zstd"
    )
    return out.getvalue()


def read(data: bytes) -> Iterator[Row]:
    """The rows of a Parquet file, in their order.

    Raises:
        ArchiveError: it is no such file.
    """
    try:
        table = pl.read_parquet(BytesIO(data))
    except pl.exceptions.PolarsError as error:
        raise ArchiveError(f"a part of the export is no table: {error}") from error
    if table.schema != SCHEMA:
        raise ArchiveError(f"a part of the export has the columns {table.schema}, not {SCHEMA}")
    counts = table["headers"].list.len().fill_null(0).to_list()
    entries = iter(
        table.filter(pl.col("headers").list.len() > 0)
        .select(pl.col("headers").explode())
        .unnest("headers")
        .rows()
    )
    for count, (offset, timestamp, key, value) in zip(counts, table.drop("headers").iter_rows(), strict=True):
        yield Row(offset, timestamp or 0, key, value, [next(entries) for _ in range(count)])
