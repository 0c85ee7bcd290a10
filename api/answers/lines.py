"""Answers written row by row: JSON, a line of JSON a row, and CSV."""

from __future__ import annotations

import csv
import io
from typing import IO, Any, Final

import orjson

from api.answers.values import TYPE, told
from graph.ask import Answer

_PLAIN: Final = frozenset(
    {
        "integer",
        "float",
        "datetime",
        "localdatetime",
        "date",
        "time",
        "localtime",
        "duration",
        "bytes",
        "text",
    }
)


def write_json(answer: Answer, to: IO[bytes]) -> None:
    """`{"columns": […], "rows": [[…], …], "complete": true}`, each row in the order of the columns."""
    to.write(b'{"columns":' + orjson.dumps(answer.columns) + b',"rows":[')
    comma = b""
    for row in answer:
        to.write(comma + orjson.dumps([told(value) for value in row]))
        comma = b",\n"
    to.write(b'],"complete":' + orjson.dumps(answer.complete) + b"}\n")


def write_ndjson(answer: Answer, to: IO[bytes]) -> None:
    """A line a row, each an object by column."""
    for row in answer:
        named = zip(answer.columns, row, strict=True)
        to.write(orjson.dumps({name: told(value) for name, value in named}) + b"\n")


def write_csv(answer: Answer, to: IO[bytes]) -> None:
    """A line of names, and a line a row, as RFC 4180 has it; what is not plain is JSON in its cell."""
    line = io.StringIO()
    writer = csv.writer(line, lineterminator="\r\n")
    for row in _with_names(answer):
        writer.writerow(row)
        to.write(line.getvalue().encode())
        line.seek(0)
        line.truncate()


def _with_names(answer: Answer) -> Any:  # noqa: ANN401 - an iterator of lists
    yield list(answer.columns)
    for row in answer:
        yield [cell(told(value)) for value in row]


def cell(value: Any) -> Any:  # noqa: ANN401 - a value as JSON has it
    """A value as JSON has it as one text or number: the value of a typed one, JSON of what has parts."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict) and value.get(TYPE) in _PLAIN:
        return value["value"]
    return orjson.dumps(value).decode() if isinstance(value, dict | list) else value
