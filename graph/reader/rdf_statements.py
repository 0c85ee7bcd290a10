"""General statements out of the graph, as the quads that went in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, LiteralString

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad

from graph.rdf_terms import named, resource, term_of
from graph.reader.rdf_selection import Selection
from graph.reader.reader import Reader, Row
from ontology.times import to_ms

PAGE: Final = 1_000
"""Subjects of one question, so that none takes long, whatever the size of the graph."""

_TOLD: Final[LiteralString] = """
OPTIONAL MATCH (s)-[e:STATEMENT]->(o)
WHERE $graph IS NULL OR coalesce(e.graph, '') = $graph
RETURN properties(s) AS subject, e.key AS key, e.predicate AS predicate, e.graph AS graph,
       labels(o)[0] AS label, properties(o) AS object
ORDER BY s.key
"""
_KEYS: Final[LiteralString] = """
MATCH (s:Resource)-[e:STATEMENT]->() WHERE s.key IN $keys RETURN e.key AS key
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
    known = _known_by(reader, selection.within.end)
    pages = _every(known, selection) if selection.subject is None else _about(known, selection)
    for page in pages:
        before = _known_before(reader, page, selection.within.start)
        yield from (_quad(row) for row in page if row["predicate"] is not None and row["key"] not in before)


def _known_by(reader: Reader, moment: datetime | None) -> Reader:
    """A reader of what was known by a moment, if that is earlier than its own."""
    if moment is None or to_ms(moment) >= reader.sight.moment:
        return reader
    return replace(reader, sight=replace(reader.sight, moment=to_ms(moment)))


def _known_before(reader: Reader, page: Sequence[Row], start: datetime | None) -> frozenset[str]:
    """Keys of the statements of a page that were known before a moment already."""
    if start is None:
        return frozenset()
    keys = sorted({row["subject"]["key"] for row in page})
    earlier = _known_by(reader, start - timedelta(milliseconds=1))
    return frozenset(row["key"] for row in earlier.rows(_KEYS, keys=keys))


def _every(reader: Reader, selection: Selection) -> Iterator[Sequence[Row]]:
    after = ""
    while page := reader.rows(_PAGE, after=after, some=PAGE, **selection.parameters()):
        yield page
        after = page[-1]["subject"]["key"]


def _about(reader: Reader, selection: Selection) -> Iterator[Sequence[Row]]:
    """What is said of one resource, and of the blank nodes that it leads to."""
    if selection.subject is None:
        return
    node = named(selection.subject)
    wanted = {selection.subject if isinstance(node, BlankNode) else resource(node).key}
    seen: set[str] = set()
    while wanted:
        seen |= wanted
        page = reader.rows(_SOME, keys=sorted(wanted), **replace(selection, subject=None).parameters())
        yield page
        ends = (row["object"]["key"] for row in page if row["label"] == "Resource")
        wanted = {key for key in ends if isinstance(named(key), BlankNode)} - seen


def _quad(row: Row) -> Quad:
    subject = term_of("Resource", row["subject"])
    if isinstance(subject, Literal):
        raise TypeError("a literal is never a subject")
    graph = DefaultGraph() if row["graph"] is None else named(row["graph"])
    return Quad(subject, NamedNode(row["predicate"]), term_of(row["label"], row["object"]), graph)
