"""An answer to a question as a table for people, or as a document for programs that know what they asked."""

from __future__ import annotations

from typing import Any

import orjson

from api.answers.values import TYPE
from api.cli.output import emit_rows
from ontology.times import from_text


def emit_answer(said: dict[str, Any], *, as_json: bool) -> None:
    """Prints an answer.

    Args:
        said: the answer as the API's JSON has it.
        as_json: objects by column, whose values have no types; else a table, a line a row.
    """
    show = untyped if as_json else cell
    columns = said["columns"]
    rows = [dict(zip(columns, map(show, row), strict=True)) for row in said["rows"]]
    emit_rows(rows, columns, as_json=as_json)


def untyped(value: Any) -> Any:  # noqa: ANN401 - a value as JSON has it
    """A typed value without its type."""
    if isinstance(value, list):
        return [untyped(each) for each in value]
    if not isinstance(value, dict):
        return value
    match value.get(TYPE):
        case "datetime":
            return _instant(value["value"])
        case "integer":
            return int(value["value"])
        case "point":
            return value["coordinates"]
        case "map":
            return _each(value["value"])
        case "node" | "relationship":
            said = {name: part for name, part in value.items() if name != TYPE}
            return {**said, "properties": _each(value["properties"])}
        case None | "path":
            return _each({name: part for name, part in value.items() if name != TYPE})
    return value["value"]


def cell(value: Any) -> Any:  # noqa: ANN401
    """A value in one line: of a node its labels and key."""
    if isinstance(value, list):
        return [cell(each) for each in value]
    if not isinstance(value, dict):
        return value
    match value.get(TYPE):
        case "node":
            return f"(:{':'.join(value['labels'])} {value['properties'].get('key', '')})"
        case "relationship":
            return f"[:{value['type']}]"
        case "path":
            return " ".join(map(cell, _steps(value)))
        case "map" | None:
            plain = untyped(value)
            return orjson.dumps(plain, default=str, option=orjson.OPT_PASSTHROUGH_DATETIME).decode()
    return untyped(value)


def _each(parts: dict[str, Any]) -> dict[str, Any]:
    return {name: untyped(part) for name, part in parts.items()}


def _instant(text: str) -> Any:  # noqa: ANN401
    """An instant in UTC; as it is written, where UTC has no year for it."""
    try:
        return from_text(text)
    except ValueError:
        return text


def _steps(path: dict[str, Any]) -> list[Any]:
    """Nodes and relationships of a path in turn."""
    nodes, edges = path["nodes"], path["relationships"]
    return [nodes[0], *(step for pair in zip(edges, nodes[1:], strict=True) for step in pair)]
