"""General statements out of the graph, as the quads that went in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final, LiteralString

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad

from graph.rdf_terms import named, resource, term_of
from graph.reader.rdf_selection import Selection
from graph.reader.reader import Reader, Row

PAGE: Final = 1_000
"""Subjects of one question, so that none takes long, whatever the size of the graph."""

# Since when it is known in one of the wanted ways; one that is known in none is never in time.
_TOLD: Final[LiteralString] = """
OPTIONAL MATCH (s)-[e:STATEMENT]->(o)
WHERE e._to = $open AND ($graph IS NULL OR coalesce(e.graph, '') = $graph)
  AND $since_ms <= reduce(first = $open, i IN range(0, size(e._sec) - 1) |
    CASE WHEN e._from[i] < first AND ($pairs IS NULL OR e._sec[i] IN $pairs) THEN e._from[i] ELSE first END
  ) <= $until_ms
RETURN properties(s) AS subject, e.predicate AS predicate, e.graph AS graph,
       labels(o)[0] AS label, properties(o) AS object
ORDER BY s.key
"""
_PAGE: Final[LiteralString] = (
    "MATCH (s:Resource) WHERE s.key > $after WITH s ORDER BY s.key LIMIT $some" + _TOLD
)
_SOME: Final[LiteralString] = "MATCH (s:Resource) WHERE s.key IN $keys WITH s" + _TOLD


def statements(reader: Reader, selection: Selection) -> Iterator[Quad]:
    """The statements of a selection, each once, by their subjects.

    Raises:
        GraphAwayError: Neo4j does not answer.
        TooSlowError: a page took too long.
    """
    rows = _every(reader, selection) if selection.subject is None else _about(reader, selection)
    for row in rows:
        if row["predicate"] is not None:
            yield _quad(row)


def _every(reader: Reader, selection: Selection) -> Iterator[Row]:
    after: str | None = ""
    while after is not None:
        before, after = after, None
        for row in reader.stream(_PAGE, after=before, some=PAGE, **selection.parameters()):
            after = row["subject"]["key"]
            yield row


def _about(reader: Reader, selection: Selection) -> Iterator[Row]:
    """What is said of one resource, and of the blank nodes that it leads to."""
    if selection.subject is None:
        return
    node = named(selection.subject)
    wanted = {selection.subject if isinstance(node, BlankNode) else resource(node).key}
    seen: set[str] = set()
    while wanted:
        seen |= wanted
        rows = reader.stream(_SOME, keys=sorted(wanted), **replace(selection, subject=None).parameters())
        wanted = set()
        for row in rows:
            if row["label"] == "Resource" and isinstance(named(row["object"]["key"]), BlankNode):
                wanted.add(row["object"]["key"])
            yield row
        wanted -= seen


def _quad(row: Row) -> Quad:
    subject = term_of("Resource", row["subject"])
    if isinstance(subject, Literal):
        raise TypeError("a literal is never a subject")
    graph = DefaultGraph() if row["graph"] is None else named(row["graph"])
    return Quad(subject, NamedNode(row["predicate"]), term_of(row["label"], row["object"]), graph)
