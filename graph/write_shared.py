"""Shared nodes and relationships into the graph: locked, read, merged with what is told, written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any, Final

from neo4j.time import DateTime

from graph.memory import Memory
from graph.pairs import Pairs, columns, merged, read
from graph.rows import Properties
from graph.statement import Tx, run
from graph.touches import EXTREMES, EdgeId, NodeId, Touch, Touches, combined
from ontology.times import OPEN

# Setting a property takes the node's lock, and what is read after it cannot change before the commit:
# two loaders that tell of the same place at once would else lose one another's pairs.
_LOCK_NODES: Final = """
UNWIND $keys AS key
MERGE (n:{label} {{key: key}}) SET n._to = $open
RETURN key, n._sec AS sec, n._from AS since, {extreme} AS extreme
"""
_SET_NODES: Final = (
    "UNWIND $rows AS r MATCH (n:{label} {{key: r.key}}) USING INDEX n:{label}(key) SET n += r.properties"
)
_SET_KIND: Final = (
    "UNWIND $keys AS key MATCH (n:Subject {{key: key}}) USING INDEX n:Subject(key) SET n:{kind}"
)
_SET_STATES: Final = """
UNWIND $keys AS key
MATCH (n:Subject {key: key}) USING INDEX n:Subject(key)
MATCH (n)-[:HAS_STATE]->(state:SubjectState) WHERE n.kind IS NOT NULL
SET state:$(n.kind + 'State')
"""
_LOCK_EDGES: Final = """
UNWIND range(0, size($rows) - 1) AS i
MATCH (a:{a} {{key: $rows[i].a}}) USING INDEX a:{a}(key)
MATCH (b:{b} {{key: $rows[i].b}}) USING INDEX b:{b}(key)
MERGE (a)-[e:{kind}]->(b) SET e._to = $open
RETURN i, e._sec AS sec, e._from AS since
"""
_SET_EDGES: Final = """
UNWIND $rows AS r
MATCH (a:{a} {{key: r.a}}) USING INDEX a:{a}(key)
MATCH (b:{b} {{key: r.b}}) USING INDEX b:{b}(key)
MATCH (a)-[e:{kind}]->(b)
SET e._sec = r.sec, e._from = r.since
"""


def write(tx: Tx, touches: Touches, memory: Memory) -> None:
    """Write what is news of shared nodes and relationships; `memory` takes note."""
    nodes = {node: touch for node, touch in touches.nodes.items() if not memory.has_node(node, touch)}
    for label, group in groupby(sorted(nodes), key=lambda node: node.label):
        _write_nodes(tx, label, {node: nodes[node] for node in group})
    edges = {edge: pairs for edge, pairs in touches.edges.items() if not memory.has_edge(edge, pairs)}
    for shape, several in groupby(sorted(edges, key=_shape_then_keys), key=_shape):
        _write_edges(tx, shape, {edge: edges[edge] for edge in several})
    _write_kinds(tx, nodes, edges)
    for node, touch in nodes.items():
        memory.remember_node(node, touch)
    for edge, pairs in edges.items():
        memory.remember_edge(edge, pairs)


def _write_nodes(tx: Tx, label: str, nodes: Mapping[NodeId, Touch]) -> None:
    name = EXTREMES[label][0] if label in EXTREMES else None
    lock = _LOCK_NODES.format(label=label, extreme=f"n.{name}" if name else "null")
    before = {row["key"]: row for row in run(tx, lock, keys=[node.key for node in nodes], open=OPEN)}
    rows = []
    for node, touch in nodes.items():
        row = before[node.key]
        known: Properties = {name: _native(row["extreme"])} if name and row["extreme"] is not None else {}
        told = combined(label, known, touch.properties)
        sec, since = columns(merged(read(row["sec"], row["since"]), touch.pairs))
        rows.append({"key": node.key, "properties": {**told, "_sec": sec, "_from": since}})
    run(tx, _SET_NODES.format(label=label), rows=rows).consume()


def _write_edges(tx: Tx, shape: tuple[str, str, str], edges: Mapping[EdgeId, Pairs]) -> None:
    a, kind, b = shape
    ends = [{"a": edge.start.key, "b": edge.end.key} for edge in edges]
    lock = _LOCK_EDGES.format(a=a, kind=kind, b=b)
    before = {row["i"]: read(row["sec"], row["since"]) for row in run(tx, lock, rows=ends, open=OPEN)}
    rows = []
    for index, pairs in enumerate(edges.values()):
        sec, since = columns(merged(before[index], pairs))
        rows.append({**ends[index], "sec": sec, "since": since})
    run(tx, _SET_EDGES.format(a=a, kind=kind, b=b), rows=rows).consume()


def _write_kinds(tx: Tx, nodes: Mapping[NodeId, Touch], edges: Iterable[EdgeId]) -> None:
    kinds: dict[str, list[str]] = defaultdict(list)
    for node, touch in nodes.items():
        if node.label == "Subject" and "kind" in touch.properties:
            kinds[touch.properties["kind"]].append(node.key)
    for kind, keys in sorted(kinds.items()):
        run(tx, _SET_KIND.format(kind=kind), keys=sorted(keys)).consume()
    told = {key for keys in kinds.values() for key in keys}
    stated = {edge.start.key for edge in edges if edge.kind == "HAS_STATE"}
    if told or stated:
        run(tx, _SET_STATES, keys=sorted(told | stated)).consume()


def _shape(edge: EdgeId) -> tuple[str, str, str]:
    return edge.start.label, edge.kind, edge.end.label


def _shape_then_keys(edge: EdgeId) -> tuple[tuple[str, str, str], str, str]:
    return _shape(edge), edge.start.key, edge.end.key


def _native(value: Any) -> Any:  # noqa: ANN401 - any property
    return value.to_native() if isinstance(value, DateTime) else value
