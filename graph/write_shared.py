"""Shared nodes and relationships into the graph: locked, read, merged with what is told, written."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any, Final

from neo4j.time import DateTime

from graph import write_kinds, write_states
from graph.memory import Memory
from graph.pairs import Pairs, columns, merged, read
from graph.rows import Properties
from graph.statement import Tx, run
from graph.touches import FIRST, EdgeId, NodeId, Touch, Touches, combined
from graph.write_kinds import Kinds
from ontology.times import OPEN

# Setting a property takes the node's lock, and what is read after it cannot change before the commit:
# two loaders that tell of the same place at once would else lose one another's pairs.
_LOCK_NODES: Final = """
UNWIND $keys AS key
MERGE (n:{label} {{key: key}}) SET n._to = $open
RETURN key, n._sec AS sec, n._from AS since, {facts} AS facts
"""
_SET_NODES: Final = (
    "UNWIND $rows AS r MATCH (n:{label} {{key: r.key}}) USING INDEX SEEK n:{label}(key) SET n += r.properties"
)
_LOCK_EDGES: Final = """
UNWIND range(0, size($rows) - 1) AS i
MATCH (a:{a} {{key: $rows[i].a}}) USING INDEX SEEK a:{a}(key)
MATCH (b:{b} {{key: $rows[i].b}}) USING INDEX SEEK b:{b}(key)
MERGE (a)-[e:{kind}]->(b) SET e._to = $open
RETURN i, e._sec AS sec, e._from AS since
"""
_SET_EDGES: Final = """
UNWIND $rows AS r
MATCH (a:{a} {{key: r.a}}) USING INDEX SEEK a:{a}(key)
MATCH (b:{b} {{key: r.b}}) USING INDEX SEEK b:{b}(key)
MATCH (a)-[e:{kind}]->(b)
SET e._sec = r.sec, e._from = r.since
"""


def write(tx: Tx, touches: Touches, memory: Memory) -> None:
    """Write what is news of shared nodes and relationships; `memory` takes note."""
    nodes = {node: touch for node, touch in touches.nodes.items() if not memory.has_node(node, touch)}
    kinds: Kinds = {}
    for label, group in groupby(sorted(nodes), key=lambda node: node.label):
        facts = _write_nodes(tx, label, {node: nodes[node] for node in group})
        if label == "Subject":
            kinds = facts
    edges = {edge: pairs for edge, pairs in touches.edges.items() if not memory.has_edge(edge, pairs)}
    for shape, several in groupby(sorted(edges, key=_shape_then_keys), key=_shape):
        _write_edges(tx, shape, {edge: edges[edge] for edge in several})
    stated = write_states.write(tx, touches.states, memory)
    write_kinds.write(tx, kinds, stated)
    for node, touch in nodes.items():
        memory.remember_node(node, touch)
    for edge, pairs in edges.items():
        memory.remember_edge(edge, pairs)


def _write_nodes(tx: Tx, label: str, nodes: Mapping[NodeId, Touch]) -> Kinds:
    """Write nodes of a label; of those that are told of, the facts before and after."""
    names = FIRST[label][0] if label in FIRST else ()
    lock = _LOCK_NODES.format(label=label, facts=f"n {{{', '.join(f'.{name}' for name in names)}}}")
    before = {row["key"]: row for row in run(tx, lock, keys=[node.key for node in nodes], open=OPEN)}
    rows, changes = [], {}
    for node, touch in nodes.items():
        row = before[node.key]
        known = {name: _native(value) for name, value in row["facts"].items() if value is not None}
        told = combined(label, known, touch.properties)
        rows.append({"key": node.key, "properties": {**told, **_known_so(_merged_with(row, touch.pairs))}})
        if touch.pairs:
            changes[node.key] = (known, told)
    run(tx, _SET_NODES.format(label=label), rows=rows).consume()
    return changes


def _merged_with(row: Any, pairs: Pairs) -> Pairs:  # noqa: ANN401 - a row of the driver
    """What a row's node is known by already, and more."""
    return merged(read(row["sec"], row["since"]), pairs)


def _known_so(pairs: Pairs) -> Properties:
    """What is told to nobody has neither list, and so is seen by nobody."""
    sec, since = columns(pairs)
    return {"_sec": sec, "_from": since} if pairs else {}


def _write_edges(tx: Tx, shape: tuple[str, str, str], edges: Mapping[EdgeId, Pairs]) -> None:
    a, kind, b = shape
    ends = [{"a": edge.start.key, "b": edge.end.key} for edge in edges]
    lock = _LOCK_EDGES.format(a=a, kind=kind, b=b)
    before = {row["i"]: row for row in run(tx, lock, rows=ends, open=OPEN)}
    rows = []
    for index, pairs in enumerate(edges.values()):
        sec, since = columns(_merged_with(before[index], pairs))
        rows.append({**ends[index], "sec": sec, "since": since})
    run(tx, _SET_EDGES.format(a=a, kind=kind, b=b), rows=rows).consume()


def _shape(edge: EdgeId) -> tuple[str, str, str]:
    return edge.start.label, edge.kind, edge.end.label


def _shape_then_keys(edge: EdgeId) -> tuple[tuple[str, str, str], str, str]:
    return _shape(edge), edge.start.key, edge.end.key


def _native(value: Any) -> Any:  # noqa: ANN401 - any property
    return value.to_native() if isinstance(value, DateTime) else value
