"""An answer as a graph to draw: every node and relationship anywhere in it, each once."""

from __future__ import annotations

from typing import IO, Any

import orjson

from api.answers.values import told
from graph.ask import STANDS_FOR, Answer


def write_graph(answer: Answer, to: IO[bytes]) -> None:
    """`{"nodes": [{id, labels, properties}], "edges": [{id, type, source, target, properties}], "complete"}`.

    Ids are numbers of this answer alone. A node that the answer does not hold, but an edge of it touches, is
    there without labels and properties.
    """
    drawing = Drawing()
    for row in answer:
        drawing.add(row)
    to.write(orjson.dumps({**drawing.as_json(), "complete": answer.complete}) + b"\n")


class Drawing:
    """Nodes and edges found so far, in the order in which they were found."""

    def __init__(self) -> None:
        self._nodes: dict[int, dict[str, Any]] = {}
        self._edges: dict[int, dict[str, Any]] = {}

    def add(self, value: Any) -> None:  # noqa: ANN401 - whatever an answer holds
        """Takes in whatever nodes, relationships and paths lie in a value."""
        if isinstance(value, list):
            for each in value:
                self.add(each)
        elif isinstance(value, dict):
            self._map(value)

    def as_json(self) -> dict[str, Any]:
        """Both lists."""
        ends = {edge[end] for edge in self._edges.values() for end in ("source", "target")}
        unseen = [{"id": end, "labels": [], "properties": {}} for end in sorted(ends - self._nodes.keys())]
        return {"nodes": [*self._nodes.values(), *unseen], "edges": list(self._edges.values())}

    def _map(self, value: dict[str, Any]) -> None:
        kind = value.get(STANDS_FOR)
        if kind == "node":
            node = {name: told(value[name]) for name in ("id", "labels", "properties")}
            self._nodes.setdefault(value["id"], node)
        elif kind == "relationship":
            self._edges.setdefault(value["id"], _edge(value))
        else:
            inner = value["value"] if kind == "map" else value
            for each in inner.values():
                self.add(each)


def _edge(value: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": value["id"],
        "type": value["type"],
        "source": value["start"],
        "target": value["end"],
        "properties": {name: told(each) for name, each in value["properties"].items()},
    }
