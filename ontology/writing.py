"""Things as N-Triples: their IES class beside our own, their fields as flat properties, and IES's structure.

What is the same for every thing of a kind (classes, predicates, datatypes) is put into bytes once, for some
hundred thousand conclusions pass here in an hour.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, Final, NamedTuple, TypeAlias

from ontology import ies, ntriples
from ontology.errors import UnwritableError
from ontology.kind import Described, Thing, describe
from ontology.literals import encoder, optional
from ontology.observed import SUBJECT_CLASSES, Subject, TrackSegment
from ontology.segment import write_segment
from ontology.terms import TYPE, ours

_END: Final = b" .\n"

_Lines: TypeAlias = Callable[[bytes, Any], bytes]
"""From `<thing> <predicate> ` and a value to the lines that say it."""


class _Field(NamedTuple):
    """How one field is written: its predicate as ` <…> `, its lines, and whether None has none."""

    name: str
    may_lack: bool
    predicate: bytes
    lines: _Lines


_written: Final[dict[type[Thing], tuple[_Field, ...]]] = {}


def write(thing: Thing) -> bytes:
    """A thing as N-Triples. Several are written one after another.

    Raises:
        UnwritableError: a field holds what RDF cannot keep; the message names it.
    """
    if isinstance(thing, TrackSegment):
        return write_segment(thing)
    key = ntriples.iri(thing.key)
    lines = [key + said for said in _classes(thing)]
    name = ""
    try:
        for name, may_lack, predicate, said in _fields(type(thing)):
            value = getattr(thing, name)
            if value is not None or not may_lack:
                lines.append(said(key + predicate, value))
    except (ValueError, TypeError, OverflowError, AttributeError) as error:
        raise UnwritableError(f"{thing.key}: {type(thing).__name__}.{name}: {error}") from error
    lines.append(ies.structure(thing, key))
    return b"".join(lines)


def _fields(kind: type[Thing]) -> tuple[_Field, ...]:
    if kind not in _written:
        _written[kind] = tuple(
            _Field(
                field.name, optional(field.hint), b" " + ntriples.iri(field.predicate) + b" ", _lines(field)
            )
            for field in describe(kind)
            if not (kind is Subject and field.name == "kind")  # its class says it
        )
    return _written[kind]


def _lines(field: Described) -> _Lines:
    if field.link is not None:
        return _linked
    encode = encoder(field.hint)
    return lambda head, value: head + encode(value) + _END


def _linked(head: bytes, value: Any) -> bytes:  # noqa: ANN401 - an IRI, or several
    if isinstance(value, str):
        return head + ntriples.iri(value) + _END
    return b"".join(head + ntriples.iri(iri) + _END for iri in dict.fromkeys(value))


def _classes(thing: Thing) -> tuple[bytes, ...]:
    """What of the lines that say a thing's classes comes after its key."""
    if not isinstance(thing, Subject):
        return _types(thing.ies_class, type(thing).__name__)
    if thing.kind not in SUBJECT_CLASSES:
        raise UnwritableError(f"{thing.key}: {thing.kind!r} is none of {', '.join(SUBJECT_CLASSES)}")
    return _types(SUBJECT_CLASSES[thing.kind], "Subject")


@cache
def _types(ies_class: str, name: str) -> tuple[bytes, ...]:
    return tuple(
        ntriples.triple(b"", TYPE, ntriples.iri(iri)) for iri in dict.fromkeys((ies_class, ours(name)))
    )
