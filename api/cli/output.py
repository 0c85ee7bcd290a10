"""Results go to stdout, as a table for people or as JSON for programs; everything else goes to stderr."""

import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from datetime import UTC, date, datetime
from typing import IO, Annotated, Any, Final

import orjson
import typer
from pydantic import BaseModel
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ontology.times import to_text

AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON, for programs.")]

NO_FOLD: Final = 100_000
"""Columns enough for any row."""

errors = Console(stderr=True, highlight=False)


def emit_json(value: object) -> None:
    """One JSON document on stdout; instants in RFC 3339 with +00:00."""
    options = orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS | orjson.OPT_PASSTHROUGH_DATETIME
    data = orjson.dumps(value, default=_plain, option=options | orjson.OPT_SERIALIZE_NUMPY)
    emit_text(data.decode())


def emit_text(text: str) -> None:
    """Text on stdout as it is."""
    with stdout():
        sys.stdout.write(text if text.endswith("\n") else text + "\n")


@contextmanager
def stdout() -> Iterator[IO[bytes]]:
    """Where bytes are written, flushed at the end; once whoever reads has seen enough, the command ends."""
    try:
        yield sys.stdout.buffer
        sys.stdout.flush()
    except BrokenPipeError:
        # Python must find another stdout to flush at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit from None


def emit_rows(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], *, as_json: bool) -> None:
    """Rows as a table, or as a JSON list of objects with every key they have.

    On a terminal long cells are folded; elsewhere each row is one line, for `grep` and its like.
    """
    rows = list(rows)
    if as_json:
        emit_json(rows)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        numbers = any(_is_number(row.get(column)) for row in rows)
        table.add_column(
            Text(column.replace("_", " ")), overflow="fold", justify="right" if numbers else "left"
        )
    for row in rows:
        table.add_row(*(Text(_cell(row.get(column))) for column in columns))
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=NO_FOLD)
    with console.capture() as page:
        console.print(table)
    emit_text("\n".join(line.rstrip() for line in page.get().splitlines()))


def note(text: str) -> None:
    """A line for the person at the terminal, on stderr."""
    errors.print(text, markup=False, soft_wrap=True)


def complain(text: str) -> None:
    """Why the command ends, on stderr."""
    errors.print(Text.assemble(("diurnal: ", "red"), text), soft_wrap=True)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _cell(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S}Z"
    if isinstance(value, float):
        return f"{value:,.1f}".removesuffix(".0")
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, list | tuple):
        return ", ".join(_cell(item) for item in value)
    return str(value)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return to_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, BaseModel):
        return value.model_dump()
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, tuple | set | frozenset):
        return list(value)
    return str(value)
