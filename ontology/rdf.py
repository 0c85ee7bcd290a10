"""Things to RDF and back, over what `describe` says of their kind.

A thing is written by `ontology.writing`. It is read by our own class and the flat properties only; whatever
else is said is left alone.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final, TypeAlias

from pyoxigraph import Literal, NamedNode, Quad

from ontology import moving
from ontology.errors import ShapeError
from ontology.kind import Described, Thing, describe
from ontology.kinds import KINDS
from ontology.literals import codec, optional
from ontology.observed import SUBJECT_CLASSES, Subject, TrackSegment
from ontology.quads import quads
from ontology.reading import read_written
from ontology.segment import TRACK, read_segment
from ontology.terms import OURS, TYPE
from ontology.times import to_ms
from ontology.writing import write

__all__ = ["N_TRIPLES", "Said", "read", "things", "write"]

N_TRIPLES: Final = "application/n-triples"

Said: TypeAlias = dict[str, list[Any]]
"""What is said of one resource: predicate → objects, each once, in the order in which they stand."""

_SUBJECT_KINDS: Final = {iri: kind for kind, iri in SUBJECT_CLASSES.items()}
_FIX_FIELDS: Final = frozenset(moving.Fixes._fields)


def read(data: bytes, content_type: str = N_TRIPLES) -> list[Thing]:
    """The things that RDF describes, in the order in which they are first mentioned.

    Named graphs are read as one. A link to several has no order in RDF: they come as they stand, each once.

    Args:
        data: one or more things; other triples are left alone.
        content_type: any that RDF has: application/n-triples, text/turtle, application/n-quads, …

    Raises:
        RdfError: the data is no RDF of that content type; it names the line.
        ShapeError: a thing lacks a field, or has it in a form that cannot be read.
    """
    if content_type.startswith(N_TRIPLES):
        one = read_segment(data) or read_written(data)
        if one is not None:
            return [one]
    return things(quads(data, content_type))


def things(said: Iterable[Quad]) -> list[Thing]:
    """The things that quads describe; see `read`.

    Raises:
        ShapeError: a thing lacks a field, or has it in a form that cannot be read.
    """
    return [
        thing
        for key, words in _resources(said).items()
        for kind in _kinds(words)
        for thing in _things(key, kind, words)
    ]


def _resources(quads: Iterable[Quad]) -> dict[str, Said]:
    resources: dict[str, Said] = {}
    for quad in quads:
        if isinstance(quad.subject, NamedNode):
            objects = resources.setdefault(quad.subject.value, {}).setdefault(quad.predicate.value, [])
            if quad.object not in objects:
                objects.append(quad.object)
    return resources


def _kinds(said: Said) -> list[type[Thing]]:
    types = [node.value for node in said.get(TYPE, ()) if isinstance(node, NamedNode)]
    names = [iri.removeprefix(OURS) for iri in types if iri.startswith(OURS)]
    return [KINDS[name] for name in names if name in KINDS]


def _things(key: str, kind: type[Thing], said: Said) -> list[Thing]:
    fields = [field for field in describe(kind) if field.name not in _FIX_FIELDS]
    values = {field.name: _value(key, kind, field, said) for field in fields}
    if kind is not TrackSegment:
        return [kind(key=key, **values)]
    tracks = [node.value for node in said.get(TRACK, ()) if isinstance(node, Literal)]
    if not tracks:
        raise ShapeError(f"{key}: a TrackSegment needs <{TRACK}>")
    pieces = [moving.parse(track, to_ms(values["hour"])) for track in tracks]
    return [TrackSegment(key=key, **values, **piece._asdict()) for piece in pieces]


def _value(key: str, kind: type[Thing], field: Described, said: Said) -> Any:  # noqa: ANN401
    if kind is Subject and field.name == "kind":
        return _subject_kind(key, said)
    objects = said.get(field.predicate, [])
    if field.link is not None:
        return _linked(key, field, objects)
    try:
        found = [codec(field.hint).decode(node.value) for node in objects if isinstance(node, Literal)]
    except (ValueError, OverflowError) as error:
        raise ShapeError(f"{key}: {kind.__name__}.{field.name}: {error}") from error
    return _single(key, field, found, optional(field.hint))


def _linked(key: str, field: Described, objects: Sequence[Any]) -> Any:  # noqa: ANN401
    iris = [node.value for node in objects if isinstance(node, NamedNode)]
    if field.hint == tuple[str, ...]:
        return tuple(iris)
    return _single(key, field, iris, optional(field.hint))


def _single(key: str, field: Described, found: Sequence[Any], may_lack: bool) -> Any:  # noqa: ANN401
    if not found and may_lack:
        return None
    if len(found) != 1:
        raise ShapeError(f"{key}: <{field.predicate}> needs one value and has {len(found)}")
    return found[0]


def _subject_kind(key: str, said: Said) -> str:
    kinds = {_SUBJECT_KINDS.get(node.value) for node in said[TYPE] if isinstance(node, NamedNode)} - {None}
    if len(kinds) != 1:
        raise ShapeError(f"{key}: a subject has one rdf:type of {', '.join(SUBJECT_CLASSES.values())}")
    return str(kinds.pop())
