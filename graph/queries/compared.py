"""Two answers to one query side by side: which rows stand in the first, in the second, or in both."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import Any, Final

from graph.ask import STANDS_FOR

KNOWN: Final = "known"
"""The column that tells of each row whether it was known then, and is now."""
THEN, NOW, BOTH = "then", "now", "both"

Row = list[Any]
_Number = Callable[[int], int]


def compared(before: Sequence[Row], after: Sequence[Row]) -> Iterator[Row]:
    """The rows of both, each once, in their order: those of then first, with where it stands.

    Rows are the same if they say the same: the numbers of nodes and relationships are of one answer alone. So
    those of the second answer go on where the first one's end.
    """
    left, right = [_said(row) for row in before], [_said(row) for row in after]
    then, now = frozenset(left), frozenset(right)
    for row, said in zip(before, left, strict=True):
        yield [BOTH if said in now else THEN, *row]
    nodes, edges = _highest(before)
    for row, said in zip(after, right, strict=True):
        if said not in then:
            yield [NOW, *_renumbered(row, (nodes + 1).__add__, (edges + 1).__add__)]


def _said(row: Row) -> str:
    """What a row says: entities are numbered as they come in it."""
    nodes: defaultdict[int, int] = defaultdict(count().__next__)
    edges: defaultdict[int, int] = defaultdict(count().__next__)
    return repr(_renumbered(row, nodes.__getitem__, edges.__getitem__))


def _highest(rows: Sequence[Row]) -> tuple[int, int]:
    """The highest number of a node, and of a relationship; -1 where there is none."""
    nodes, edges = [-1], [-1]

    def seen(numbers: list[int]) -> _Number:
        def number(found: int) -> int:
            numbers.append(found)
            return found

        return number

    _renumbered(list(rows), seen(nodes), seen(edges))
    return max(nodes), max(edges)


def _renumbered(value: Any, node: _Number, edge: _Number) -> Any:  # noqa: ANN401 - whatever an answer holds
    """A value with other numbers for its nodes and relationships, and their properties by name."""
    if isinstance(value, list):
        return [_renumbered(each, node, edge) for each in value]
    if not isinstance(value, dict):
        return value
    kind = value.get(STANDS_FOR)
    if kind == "map":  # one of the asker's own that looks like the guard's
        inner = {name: _renumbered(each, node, edge) for name, each in value["value"].items()}
        return {**value, "value": inner}
    if kind not in ("node", "relationship"):
        return {name: _renumbered(each, node, edge) for name, each in value.items()}
    said = {**value, "properties": dict(sorted(value["properties"].items()))}
    if kind == "node":
        return {**said, "id": node(value["id"])}
    return {**said, "id": edge(value["id"]), "start": node(value["start"]), "end": node(value["end"])}
