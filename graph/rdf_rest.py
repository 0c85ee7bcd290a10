"""What a record says beyond the things of our kinds in it, so that nothing of any RDF is left behind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Final

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from graph.rdf_terms import Blanks, Node, digest, literal, resource
from ontology import iri, rdf
from ontology.errors import UnwritableError
from ontology.kind import Thing
from ontology.observed import Subject
from ontology.terms import ours

_LOCAL: Final = 100
"""Characters of a predicate's local name that are indexed."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A triple in a graph.

    Attributes:
        key: stands for all of it.
        subject: a Resource.
        predicate: an IRI.
        object: a Resource, or a Literal of the subject.
        graph: the named graph's IRI; None for the default graph.
    """

    key: str
    subject: Node
    predicate: str
    object: Node
    graph: str | None

    @property
    def name(self) -> str:
        """The predicate's local name: what follows the last "#", "/" or ":"."""
        return self.predicate[1 + max(self.predicate.rfind(mark) for mark in "#/:") :][:_LOCAL]


@dataclass(frozen=True, slots=True)
class Rest(Thing):
    """The statements of one record that are of no kind of ours."""

    ies_class: ClassVar[str] = ours("Rest")
    statements: tuple[Statement, ...]


def rest(value: bytes, content_type: str, said: Sequence[Quad], things: Sequence[Thing]) -> Rest | None:
    """What a record says beyond its things; None for most records of ours, which say nothing else."""
    if things and content_type.startswith(rdf.N_TRIPLES) and is_whole(value, things):
        return None
    told = _told(things)
    left = [quad for quad in said if quad not in told]
    if not left:
        return None
    blanks = Blanks.of(value, str(RdfFormat.from_media_type(content_type)))
    return Rest(blanks.record, tuple(_statement(quad, blanks) for quad in left))


def is_whole(value: bytes, things: Sequence[Thing]) -> bool:
    """Whether a record of N-Triples is, byte for byte, what the graph keeps of its things; this is fast."""
    if any(_kept(thing) is not thing for thing in things):
        return False
    try:
        return b"".join(rdf.write(thing) for thing in things) == value
    except UnwritableError:
        return False


def _told(things: Iterable[Thing]) -> set[Quad]:
    """What an export of these things says."""
    told: set[Quad] = set()
    for thing in map(_kept, things):
        try:
            told.update(parse(rdf.write(thing), format=RdfFormat.N_TRIPLES))
        except UnwritableError:
            continue
    return told


def _kept(thing: Thing) -> Thing:
    """A thing less identifiers that are not named as we do: they are seen only by whom they were told to."""
    if not isinstance(thing, Subject):
        return thing
    named = tuple(name for name in thing.identifiers if iri.identifier_id(name) is not None)
    return thing if len(named) == len(thing.identifiers) else replace(thing, identifiers=named)


def _statement(quad: Quad, blanks: Blanks) -> Statement:
    subject = resource(blanks.named(quad.subject))
    predicate = quad.predicate.value
    if isinstance(quad.object, Literal):
        value = literal(subject.key, quad.object)
    else:
        value = resource(blanks.named(quad.object))
    name = blanks.named(quad.graph_name)
    graph = name.value if isinstance(name, NamedNode) else None
    return Statement(digest(subject.key, predicate, value.key, graph), subject, predicate, value, graph)
