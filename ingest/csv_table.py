"""Reads lines of CSV as columns: the plain ones in bulk, each other one by itself, that none spoils the rest.

A line is a record: a line feed inside quotes is not supported. It is plain if it is ASCII without quotes or
padding and has as many columns as the header; any other (quoted, in another script, cut off, garbled) is read
with care.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray
from polars.exceptions import PolarsError

from ingest.errors import FeedError
from ingest.feed import Reject, lines_of

BOM: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Table:
    """The cells of a body.

    Attributes:
        lines: shape (rows,): the number of each row's line in the body, from 0, ascending.
        frame: the wanted columns, under their own names, null where a cell is empty or no number.
        rejects: the lines that are no rows.
    """

    lines: NDArray[np.int64]
    frame: pl.DataFrame
    rejects: list[Reject]


def header(line: bytes) -> list[str]:
    """The column names in a header line.

    Raises:
        FeedError: it is no line of UTF-8 text.
    """
    try:
        text = line.removeprefix(BOM).decode().strip("\r\n")
        if "\0" in text:
            raise FeedError("the first line has NUL bytes, as UTF-16 has: save the file as UTF-8")
        cells = next(csv.reader([text], strict=True), [])
    except (UnicodeDecodeError, csv.Error) as error:
        raise FeedError(f"the first line is no header of a CSV file in UTF-8: {error}") from error
    return [cell.strip() for cell in cells]


def read(body: bytes, head: bytes, columns: Sequence[str], wanted: Mapping[str, type[pl.DataType]]) -> Table:
    """Read a body of lines.

    Args:
        body: the lines, each with its line feed but perhaps the last.
        head: the header line; where it comes again among the lines it counts as blank.
        columns: a unique name for each column, in order.
        wanted: the columns to read, with their types: String or Float64.
    """
    if b"\r" in body:
        body = body.replace(b"\r\n", b"\n")
    count = lines_of(body)
    if _is_plain(body, count, len(columns)) and head.strip() not in body:
        frame = _read_plain(body, columns, wanted)
        if frame is not None and frame.height == count:
            return Table(np.arange(count, dtype=np.int64), frame, [])
    return _read_with_care(body, head.strip(), columns, wanted)


def _is_plain(body: bytes, lines: int, columns: int) -> bool:
    return (
        body.isascii()
        and b'"' not in body
        and b"\0" not in body
        and b"\r" not in body
        and b"\n\n" not in body
        and b" ," not in body
        and b", " not in body
        and b" \n" not in body
        and b"\n " not in body
        and not body.startswith((b"\n", b" "))
        and not body.endswith(b" ")
        and body.count(b",") == lines * (columns - 1)
    )


def _read_plain(
    body: bytes, columns: Sequence[str], wanted: Mapping[str, type[pl.DataType]]
) -> pl.DataFrame | None:
    if not body:
        return pl.DataFrame(schema=dict(wanted))
    schema = {name: wanted.get(name, pl.String) for name in columns}
    try:
        # a line with a column too many, which with one too few elsewhere would hide in the count, raises
        frame = pl.read_csv(
            body,
            has_header=False,
            schema=schema,
            columns=[columns.index(name) for name in wanted],
            quote_char=None,
            ignore_errors=True,
        )
    except PolarsError:
        return None
    return frame.select(list(wanted))


def split(line: bytes, columns: Sequence[str]) -> dict[str, str]:
    """The cells of a line that is a row, as text, by the columns' names."""
    cells = next(csv.reader([line.decode().rstrip("\r\n")]))
    return {name: cell.strip() for name, cell in zip(columns, cells, strict=True)}


def _read_with_care(
    body: bytes, head: bytes, columns: Sequence[str], wanted: Mapping[str, type[pl.DataType]]
) -> Table:
    plain, plain_lines = [], []
    odd: list[list[str | None]] = []
    odd_lines: list[int] = []
    rejects: list[Reject] = []
    for number, line in enumerate(body.split(b"\n")):
        if not line.strip() or line.strip() == head:
            continue
        if _is_plain(line, 1, len(columns)):
            plain.append(line)
            plain_lines.append(number)
            continue
        cells = _cells(line, len(columns))
        if isinstance(cells, str):
            rejects.append(Reject(number, line, "", cells))
        else:
            odd.append([cells[columns.index(name)].strip() or None for name in wanted])
            odd_lines.append(number)
    frame = _read_plain(b"\n".join(plain), columns, wanted)
    if frame is None or frame.height != len(
        plain
    ):  # no line of them is odd, so this cannot be; yet lose none
        raise AssertionError("plain lines of CSV that cannot be read")
    rows = pl.DataFrame(odd, schema=dict.fromkeys(wanted, pl.String), orient="row")
    rows = rows.select(pl.col(name).cast(kind, strict=False) for name, kind in wanted.items())
    lines = np.array(plain_lines + odd_lines, dtype=np.int64)
    order = np.argsort(lines, kind="stable")
    return Table(lines[order], pl.concat([frame, rows])[order], rejects)


def _cells(line: bytes, columns: int) -> list[str] | str:
    """The cells of one line, or what is wrong with it."""
    try:
        text = line.decode()
    except UnicodeDecodeError as error:
        byte = f"byte 0x{line[error.start]:02x} at position {error.start + 1}"
        return f"is not UTF-8 text: {byte}; save it as UTF-8"
    if "\0" in text:
        return "has NUL bytes; it may be torn or garbled: send it again"
    try:
        cells = next(csv.reader([text], strict=True), [])
    except csv.Error as error:
        return f"cannot be split into columns: {error}; close every quote, and double those within a value"
    if len(cells) != columns:
        return f"has {len(cells)} columns, and the header has {columns}; it may be cut off: send it whole"
    return cells
