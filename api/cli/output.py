"""Results go to stdout, as a table for people or as JSON for programs; everything else goes to stderr."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from typing import Annotated, Any

import orjson
import typer
from pydantic import BaseModel
from rich.console import Console
from rich.table import Table

from ontology.times import to_text

AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON, for programs.")]

errors = Console(stderr=True, highlight=False)


def emit_json(value: object) -> None:
    """One JSON document on stdout; instants in RFC 3339 with +00:00."""
    options = orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS | orjson.OPT_PASSTHROUGH_DATETIME
    data = orjson.dumps(value, default=_plain, option=options | orjson.OPT_SERIALIZE_NUMPY)
    sys.stdout.write(data.decode() + "\n")
    sys.stdout.flush()


def emit_text(text: str) -> None:
    """Text on stdout as it is."""
    sys.stdout.write(text if text.endswith("\n") else text + "\n")
    sys.stdout.flush()


def emit_rows(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], *, as_json: bool) -> None:
    """Rows as a table, or as a JSON list of objects with every key they have."""
    rows = list(rows)
    if as_json:
        emit_json(rows)
        return
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=max(console.width, 160))
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column.replace("_", " "), overflow="fold")
    for row in rows:
        table.add_row(*(_cell(row.get(column)) for column in columns))
    console.print(table)


def note(text: str) -> None:
    """A line for the person at the terminal, on stderr."""
    errors.print(text)


def _cell(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, datetime):
        return to_text(value)
    if isinstance(value, float):
        return f"{value:,.1f}"
    if isinstance(value, int) and not isinstance(value, bool):
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
