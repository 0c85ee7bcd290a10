"""An answer as a graph: each node and edge anywhere in it, once."""

from __future__ import annotations

import io
import json
from typing import Any

from api.answers.drawn import write_graph
from graph.ask import Answer


def node(number: int, **properties: Any) -> dict[str, Any]:
    return {"~": "node", "id": number, "labels": ["A"], "properties": properties}


def edge(number: int, start: int, end: int) -> dict[str, Any]:
    return {
        "~": "relationship",
        "id": number,
        "type": "R",
        "start": start,
        "end": end,
        "properties": {"w": 2**60},
    }


def drawn(*values: Any) -> Any:
    to = io.BytesIO()
    write_graph(Answer(iter([("columns", ["x"]), *(("row", [value]) for value in values)])), to)
    return json.loads(to.getvalue())


def test_each_node_and_edge_is_there_once_wherever_it_lies() -> None:
    path = {"~": "path", "nodes": [node(0), node(1)], "relationships": [edge(0, 0, 1)]}
    said = drawn(path, {"deep": [node(1), {"deeper": edge(0, 0, 1)}]}, 5, [None, node(2, name="x")])
    assert [each["id"] for each in said["nodes"]] == [0, 1, 2]
    assert said["nodes"][2] == {"id": 2, "labels": ["A"], "properties": {"name": "x"}}
    [line] = said["edges"]
    assert (line["source"], line["target"], line["type"]) == (0, 1, "R")
    assert line["properties"] == {"w": {"$type": "integer", "value": str(2**60)}}
    assert said["complete"] is True


def test_edges_alone_have_their_ends() -> None:
    assert drawn(edge(0, 3, 4))["nodes"] == [{"id": n, "labels": [], "properties": {}} for n in (3, 4)]


def test_a_map_that_looks_like_a_node_is_none() -> None:
    assert drawn({"~": "map", "value": {"~": "node", "id": 7}})["nodes"] == []
