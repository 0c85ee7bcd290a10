"""RDF's terms as nodes of the graph, and back.

An IRI, a blank node and a triple term are each a `Resource`, one node whoever tells of it; a literal is a
`Literal` of its subject. What is said stands on the statement alone: a node has nothing but its own name or
value, so that it shows nothing which its reader may not see.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from hashlib import blake2b
from typing import Any, Final, NamedTuple, TypeAlias

import orjson
from pyoxigraph import BaseDirection, BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from graph.rows import MOST_KEY, Properties
from ontology.literals import codec
from ontology.terms import DATE_TIME, XSD

Resource: TypeAlias = NamedNode | BlankNode | Triple
Term: TypeAlias = Resource | Literal

BLANK: Final = "urn:diurnal:blank:"
"""Blank nodes are kept under names of ours: `urn:diurnal:blank:<record>:<number>`."""
_OURS: Final = re.compile(BLANK + "([0-9a-f]{32}):([0-9]+)")
_LONG: Final = "urn:diurnal:long:"
_TRIPLE: Final = "urn:diurnal:triple:"
_HEAD: Final = 100
"""Characters of a literal that are indexed."""
_NUMBERS: Final = frozenset(
    XSD + name
    for name in (
        *("integer", "decimal", "double", "float", "long", "int", "short", "byte"),
        *("nonNegativeInteger", "positiveInteger", "nonPositiveInteger", "negativeInteger"),
        *("unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"),
    )
)
_MOST_DIGITS: Final = 400
"""A number with more is none that a double could hold."""


class Node(NamedTuple):
    """A term as the graph keeps it."""

    label: str
    """"Resource" or "Literal"."""
    key: str
    facts: Properties


class Blanks:
    """The names of one record's blank nodes: its digest, and a number in the order of being mentioned.

    So a record that is told again names the same nodes, and no other record does.
    """

    def __init__(self, record: str) -> None:
        self.record = record
        self._numbers: dict[BlankNode, int] = {}

    @classmethod
    def of(cls, value: bytes, content_type: str) -> Blanks:
        """The blank nodes of a record, by its value and what the value is."""
        return cls(digest(content_type, blake2b(value, digest_size=32).hexdigest()))

    def named(self, term: Any) -> Any:  # noqa: ANN401 - a term of the kind that was given
        """A term with names in place of its blank nodes."""
        if isinstance(term, BlankNode):
            number = self._numbers.setdefault(term, len(self._numbers))
            return NamedNode(f"{BLANK}{self.record}:{number}")
        if isinstance(term, Triple):
            return Triple(self.named(term.subject), term.predicate, self.named(term.object))
        return term


def digest(*parts: object) -> str:
    """32 hex digits that stand for these parts in their order."""
    return blake2b(orjson.dumps(parts), digest_size=16).hexdigest()


def resource(term: Resource) -> Node:
    """An IRI or a triple as a node; its blank nodes have names already."""
    if isinstance(term, Triple):
        text = f"<<( {term} )>>"
        return Node("Resource", _TRIPLE + digest(text), {"triple": text})
    if len(term.value) > MOST_KEY or term.value.startswith((_LONG, _TRIPLE)):
        return Node("Resource", _LONG + digest(term.value), {"iri": term.value})
    return Node("Resource", term.value, {})


def literal(subject: str, term: Literal) -> Node:
    """A literal as a node of its own, of the subject with that key: a value that all share would be a jam."""
    value, datatype = term.value, term.datatype.value
    direction = None if term.direction is None else str(term.direction)
    facts: Properties = {"value": value, "head": value[:_HEAD], "datatype": datatype}
    told = {"language": term.language, "direction": direction, **_meant(value, datatype)}
    facts |= {name: part for name, part in told.items() if part is not None}
    return Node("Literal", digest(subject, value, datatype, term.language, direction), facts)


def term_of(label: str, said: Mapping[str, Any]) -> Term:
    """The term that a node was made from, by its label and properties; blank nodes are blank again."""
    if label == "Resource":
        if "triple" in said:
            whole: Triple = _blank_again(_parsed(said["triple"]))
            return whole
        return named(said.get("iri") or said["key"])
    if "language" in said:
        direction = {"ltr": BaseDirection.LTR, "rtl": BaseDirection.RTL}.get(said.get("direction", ""))
        return Literal(said["value"], language=said["language"], direction=direction)
    return Literal(said["value"], datatype=NamedNode(said["datatype"]))


def named(iri: str) -> NamedNode | BlankNode:
    """The IRI, or the blank node that is kept under it."""
    match = _OURS.fullmatch(iri)
    return BlankNode(f"b{match[1]}x{match[2]}") if match else NamedNode(iri)


def _parsed(text: str) -> Triple:
    (quad,) = parse(f"<urn:x> <urn:x> {text} .", format=RdfFormat.N_TRIPLES)
    if not isinstance(quad.object, Triple):
        raise ValueError(f"{text!r} is no triple")
    return quad.object


def _blank_again(term: Any) -> Any:  # noqa: ANN401 - a term of the kind that was given
    if isinstance(term, Triple):
        return Triple(_blank_again(term.subject), term.predicate, _blank_again(term.object))
    return named(term.value) if isinstance(term, NamedNode) else term


def _meant(value: str, datatype: str) -> Properties:
    """A well-formed number or instant as Neo4j's own, to compare by; the value itself stays as it came."""
    try:
        if datatype in _NUMBERS and len(value) <= _MOST_DIGITS:
            return {"number": codec(float).decode(value)}
        if datatype == DATE_TIME:
            instant: datetime = codec(datetime).decode(value)
            return {"instant": instant}
    except (ValueError, OverflowError):
        pass
    return {}
