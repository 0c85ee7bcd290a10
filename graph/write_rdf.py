"""Statements of any RDF into the graph: (:Resource)-[:STATEMENT]->(:Resource or :Literal)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Final, LiteralString, TypeVar

from graph.memory import Memory
from graph.pairs import Pairs, add, columns, merged, read
from graph.rdf_rest import Rest, Statement
from graph.rdf_terms import Node
from graph.statement import Rows, Tx, run
from graph.told import Told
from graph.touches import NodeId, Touch
from ontology.times import OPEN

_AT_ONCE: Final = 10_000
"""Rows of one Cypher statement."""

# Whoever holds the subject's lock may make its statements: two loaders that tell the same make one.
_LOCK: Final[dict[str, LiteralString]] = {
    "Resource": """
UNWIND $rows AS r
MERGE (n:Resource {key: r.key}) SET n += r.facts, n._to = $open
RETURN n._sec AS sec, n._from AS since, r.key AS key
""",
    "Literal": """
UNWIND $rows AS r
MERGE (n:Literal {key: r.key}) SET n += r.facts, n._to = $open
RETURN n._sec AS sec, n._from AS since, r.key AS key
""",
}
_SEE: Final[dict[str, LiteralString]] = {
    "Resource": """
UNWIND $rows AS r
MATCH (n:Resource {key: r.key}) USING INDEX SEEK n:Resource(key)
SET n._sec = r.sec, n._from = r.since
""",
    "Literal": """
UNWIND $rows AS r
MATCH (n:Literal {key: r.key}) USING INDEX SEEK n:Literal(key)
SET n._sec = r.sec, n._from = r.since
""",
}
_KNOWN: Final[LiteralString] = """
UNWIND $rows AS key
MATCH ()-[e:STATEMENT {key: key}]->() USING INDEX SEEK e:STATEMENT(key)
RETURN key, e._sec AS sec, e._from AS since
"""
_CREATE: Final[dict[str, LiteralString]] = {
    "Resource": """
UNWIND $rows AS r
MATCH (a:Resource {key: r.subject}) USING INDEX SEEK a:Resource(key)
MATCH (b:Resource {key: r.object}) USING INDEX SEEK b:Resource(key)
CREATE (a)-[:STATEMENT {key: r.key, predicate: r.predicate, name: r.name, graph: r.graph,
                        _sec: r.sec, _from: r.since, _to: $open}]->(b)
""",
    "Literal": """
UNWIND $rows AS r
MATCH (a:Resource {key: r.subject}) USING INDEX SEEK a:Resource(key)
MATCH (b:Literal {key: r.object}) USING INDEX SEEK b:Literal(key)
CREATE (a)-[:STATEMENT {key: r.key, predicate: r.predicate, name: r.name, graph: r.graph,
                        _sec: r.sec, _from: r.since, _to: $open}]->(b)
""",
}
_AGAIN: Final[LiteralString] = """
UNWIND $rows AS r
MATCH ()-[e:STATEMENT {key: r.key}]->() USING INDEX SEEK e:STATEMENT(key)
SET e._sec = r.sec, e._from = r.since
"""

T = TypeVar("T")


def write(tx: Tx, told: Iterable[Told], memory: Memory) -> None:
    """Write the statements of records, each once with every way in which it is known; `memory` takes note."""
    nodes: dict[NodeId, tuple[Node, Pairs]] = {}
    statements: dict[str, tuple[Statement, Pairs]] = {}
    for each in told:
        for statement in each.thing.statements if isinstance(each.thing, Rest) else ():
            add(statements.setdefault(statement.key, (statement, {}))[1], each.pair, each.known_at)
            for node in (statement.subject, statement.object):
                known = nodes.setdefault(NodeId(node.label, node.key), (node, {}))
                add(known[1], each.pair, each.known_at)
    if statements:
        subjects = {statement.subject.key for statement, _ in statements.values()}
        for label in ("Resource", "Literal"):
            mine = [nodes[name] for name in sorted(nodes) if name.label == label]
            _write_nodes(tx, label, mine, subjects, memory)
        _write_statements(tx, [statements[key] for key in sorted(statements)])


def _write_nodes(
    tx: Tx, label: str, nodes: Sequence[tuple[Node, Pairs]], locked: set[str], memory: Memory
) -> None:
    """Lock subjects, and whatever is new or newly known; literals are each their subject's, and not noted."""
    ids = {node.key: NodeId(label, node.key) for node, _ in nodes}
    news = [
        (node, pairs)
        for node, pairs in nodes
        if node.key in locked or label == "Literal" or not memory.has_node(ids[node.key], Touch(pairs))
    ]
    for some in _several(news):
        rows = Rows({"key": node.key, "facts": node.facts} for node, _ in some)
        before = {
            row["key"]: read(row["sec"], row["since"]) for row in run(tx, _LOCK[label], rows=rows, open=OPEN)
        }
        changed = Rows(
            _known_so({"key": node.key}, whole)
            for node, pairs in some
            if (whole := merged(before[node.key], pairs)) != before[node.key]
        )
        if changed:
            run(tx, _SEE[label], rows=changed).consume()
    if label == "Resource":
        for node, pairs in news:
            memory.remember_node(ids[node.key], Touch(pairs))


def _write_statements(tx: Tx, statements: Sequence[tuple[Statement, Pairs]]) -> None:
    for some in _several(statements):
        keys = Rows(statement.key for statement, _ in some)
        known = {row["key"]: read(row["sec"], row["since"]) for row in run(tx, _KNOWN, rows=keys)}
        for label, query in _CREATE.items():
            made = Rows(
                _row(statement, pairs)
                for statement, pairs in some
                if statement.key not in known and statement.object.label == label
            )
            if made:
                run(tx, query, rows=made, open=OPEN).consume()
        again = Rows(
            _known_so({"key": statement.key}, whole)
            for statement, pairs in some
            if statement.key in known
            and (whole := merged(known[statement.key], pairs)) != known[statement.key]
        )
        if again:
            run(tx, _AGAIN, rows=again).consume()


def _row(statement: Statement, pairs: Pairs) -> dict[str, Any]:
    said = {
        "key": statement.key,
        "subject": statement.subject.key,
        "predicate": statement.predicate,
        "name": statement.name,
        "object": statement.object.key,
        "graph": statement.graph,
    }
    return _known_so(said, pairs)


def _known_so(row: dict[str, Any], pairs: Pairs) -> dict[str, Any]:
    sec, since = columns(pairs)
    return {**row, "sec": sec, "since": since}


def _several(rows: Sequence[T]) -> Iterator[list[T]]:
    left = iter(rows)
    while some := list(islice(left, _AT_ONCE)):
        yield some
