"""Answers to compare: a multiset of rows unless in order, entities by what they say, floats to 9 digits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from neo4j.spatial import Point
from neo4j.time import Duration

from graph.reader.reader import Reader

_NUMBERED: Final = ("id", "start", "end")
"""Of entities: numbers within one answer."""


@dataclass(frozen=True, slots=True)
class Query:
    """A query of the corpus; `in_order`: its rows and lists come in one order only."""

    text: str
    in_order: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered.

    Attributes:
        columns: their names.
        rows: canonical, in order or sorted.
        empty: it says nothing: no rows, or nothing but nulls, zeros, and empty lists.
    """

    columns: tuple[str, ...]
    rows: tuple[str, ...]
    empty: bool

    def difference(self, other: Answer) -> str:
        """What this one has, and what the other has, and the other not."""
        mine, theirs = Counter(self.rows), Counter(other.rows)
        return (
            f"columns {self.columns} and {other.columns}\n"
            f"only here: {list((mine - theirs).elements())[:5]}\n"
            f"only there: {list((theirs - mine).elements())[:5]}"
        )


def answer(reader: Reader, query: Query, parameters: Mapping[str, Any]) -> Answer:
    """What a reader is answered."""
    columns: tuple[str, ...] = ()
    rows: list[str] = []
    empty = True
    for kind, values in reader.parts(query.text, dict(parameters)):
        assert kind in ("columns", "row"), f"the answer was cut: {query.text}"
        if kind == "columns":
            columns = tuple(values)
        else:
            empty = empty and all(map(_says_nothing, values))
            rows.append(repr([canonical(value, query.in_order) for value in values]))
    return Answer(columns, tuple(rows if query.in_order else sorted(rows)), empty)


def canonical(value: Any, in_order: bool = False) -> str:
    """The same text for what is the same, whatever database it comes from."""
    match value:
        case float():
            return f"{value:.9g}f"
        case Duration():
            months, days, seconds, nanoseconds = value
            return f"duration {months} {days} {seconds + nanoseconds / 1e9:.6f}"
        case Point():
            return f"point {value.srid} {[f'{part:.9g}' for part in value]}"
        case {"~": "node" | "relationship" as kind, **said}:
            kept = {name: part for name, part in said.items() if name not in _NUMBERED}
            return f"{kind} {canonical(kept)}"
        case {"~": "path", "nodes": nodes, "relationships": along}:
            return f"path {canonical(nodes, in_order=True)} {canonical(along, in_order=True)}"
        case Mapping():
            return repr(sorted((name, canonical(part, in_order)) for name, part in value.items()))
        case list() | tuple():
            parts = [canonical(part, in_order) for part in value]
            return repr(parts if in_order else sorted(parts))
        case str() | int() | bool() | None:
            return repr(value)
    return f"{type(value).__name__} {value}"


def _says_nothing(value: Any) -> bool:
    return value is None or (isinstance(value, (int, float, list, dict)) and not value)
