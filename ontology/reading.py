"""One thing as `ontology.rdf.write` writes it, read at a fraction of the cost of a parser of RDF.

Conclusions come by the ten thousand, each a record of its own and nearly all written by ourselves. What is in
any way written otherwise (an escape, a language, a blank node, a comment, a second thing, a value too many)
is left to the parser, which also says what is wrong with it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from ontology.kind import Described, Thing, describe
from ontology.kinds import KINDS
from ontology.literals import codec, optional
from ontology.observed import Subject, TrackSegment
from ontology.terms import OURS, TYPE

_IRI: Final = r'<([a-z][a-z0-9+.-]*:[^<>"{}|^`\\\x00-\x20]+)>'
_LINE: Final = re.compile(rf'^{_IRI} {_IRI} (?:{_IRI}|"([^"\\\x00-\x1f]*)"(?:\^\^{_IRI})?) \.$', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Slot:
    """Where the objects of one predicate go.

    Attributes:
        name: of the field.
        decode: the literal's text to a value, or None where the object is a resource.
        several: whether there may be any number of them.
    """

    name: str
    decode: Callable[[str], Any] | None
    several: bool


@dataclass(frozen=True, slots=True)
class _Form:
    """What is to be known of a kind.

    Attributes:
        slots: by predicate.
        blank: fields that may be left out, with what they are then.
        size: how many fields there are.
    """

    slots: dict[str, _Slot]
    blank: dict[str, Any]
    size: int


_forms: dict[type[Thing], _Form] = {}


def read_written(data: bytes) -> Thing | None:
    """The one thing of a record in N-Triples, or None where a parser must look at it."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    lines = _LINE.findall(text)
    if not lines or len(lines) != text.count("\n"):
        return None
    key = lines[0][0]
    kinds = [line for line in lines if line[1] == TYPE and line[2].startswith(OURS)]
    if len(kinds) != 1 or kinds[0][0] != key:
        return None
    kind = KINDS.get(kinds[0][2].removeprefix(OURS))
    return None if kind is None or kind in (Subject, TrackSegment) else _thing(key, kind, lines)


def _thing(key: str, kind: type[Thing], lines: list[tuple[str, ...]]) -> Thing | None:
    form = _form(kind)
    values, told = dict(form.blank), set()
    for subject, predicate, resource, literal, _ in lines:
        if subject != key or (slot := form.slots.get(predicate)) is None:
            continue
        if (slot.decode is None) is not bool(resource):
            return None
        if slot.several:
            values[slot.name] = (*dict.fromkeys((*values[slot.name], resource)),)
        elif predicate in told:
            return None
        else:
            told.add(predicate)
            try:
                values[slot.name] = resource if slot.decode is None else slot.decode(literal)
            except (ValueError, OverflowError):
                return None
    return kind(key=key, **values) if len(values) == form.size else None


def _form(kind: type[Thing]) -> _Form:
    if kind not in _forms:
        _forms[kind] = _formed(describe(kind))
    return _forms[kind]


def _formed(fields: tuple[Described, ...]) -> _Form:
    blank: dict[str, Any] = {}
    for field in fields:
        if _several(field):
            blank[field.name] = ()
        elif optional(field.hint):
            blank[field.name] = None
    return _Form({field.predicate: _slot(field) for field in fields}, blank, len(fields))


def _slot(field: Described) -> _Slot:
    decode = codec(field.hint).decode if field.link is None else None
    return _Slot(field.name, decode, _several(field))


def _several(field: Described) -> bool:
    return field.link is not None and field.hint == tuple[str, ...]
