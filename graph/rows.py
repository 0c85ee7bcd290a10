"""A thing as the graph keeps it: labels, properties and edges, read off the ontology's description."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import numpy as np
from neo4j.spatial import WGS84Point

from graph.errors import PoisonError
from ontology import iri
from ontology.kind import Thing, describe
from ontology.kinds import KINDS
from ontology.observed import SUBJECT_CLASSES, Identifier, Sighting, Subject, SubjectState

Properties = dict[str, Any]
"""A node's or relationship's properties, as the driver takes them."""

EVIDENCE: Final = "Evidence"
"""The target of links to whatever version of a conclusion is current."""


MOST_KEY: Final = 1_900
"""Characters of a key, which are indexed: Neo4j's limit is about 8,000 bytes."""
MOST_TEXT: Final = 8_000
"""Characters of any other text: the limit of a text index is 32,766 bytes."""

_LITERALS: Final = {
    kind: tuple(field.name for field in describe(kind) if field.link is None) for kind in KINDS.values()
}
LINKS_SAID: Final = {
    kind: tuple(field.name for field in describe(kind) if field.link)
    if kind.versioned or kind in (SubjectState, Sighting)
    else ()
    for kind in KINDS.values()
}
"""Links whose keys are properties, too: who sees a thing may know whom it is about, and not see that node.

An edge to evidence begins and ends with what it leads to; one to a subject is seen by whom that was told to.
"""
_LINKS: Final = {
    kind: tuple((field.name, field.link) for field in describe(kind) if field.link) for kind in KINDS.values()
}


class Edge(NamedTuple):
    """A relationship between a thing and another node.

    Attributes:
        kind: the relationship's type.
        label: the other end's label.
        key: the other end's key.
        incoming: the arrow comes from the other end.
    """

    kind: str
    label: str
    key: str
    incoming: bool


def check(thing: Thing) -> None:
    """See that the graph can keep a thing: what an index cannot take would fail as if Neo4j were broken.

    Raises:
        PoisonError: a subject of a kind that cannot be watched, an identifier or a sighting that is not what
            its name says, or a text too long.
    """
    if isinstance(thing, Subject) and thing.kind not in SUBJECT_CLASSES:
        known = ", ".join(SUBJECT_CLASSES)
        raise PoisonError(f"{thing.key[:200]} is of the kind {thing.kind!r}, not one of {known}", "kind")
    if isinstance(thing, Identifier):
        named = iri.identifier_id(thing.key)
        if named is not None and named != (thing.scheme, thing.value):
            raise PoisonError(
                f"{thing.key[:200]} is not the name of {thing.scheme} {thing.value[:200]}", "value"
            )
    if isinstance(thing, Sighting) and thing.key != named_by(thing):
        raise PoisonError(
            f"{thing.key[:200]} is not the name of a sighting that says this: {named_by(thing)}", "key"
        )
    _check_length("key", thing.key, MOST_KEY)
    for name in _LITERALS.get(type(thing), ()):
        if isinstance(value := getattr(thing, name), str):
            _check_length(name, value, MOST_TEXT)
    for edge in edges(thing):
        _check_length(edge.kind, edge.key, MOST_KEY)


def named_by(thing: Sighting) -> str:
    """The key of a sighting by all that it says: told again under another label, it says nothing else."""
    said = thing.lon, thing.lat, thing.confidence, thing.reference
    return iri.sighting(thing.subject, thing.sensor, thing.source, thing.label, thing.time, *said)


def _check_length(name: str, text: str, most: int) -> None:
    if len(text) > most:
        raise PoisonError(f"{name} has {len(text)} characters, and the most is {most}: {text[:50]}…", name)


def label(thing: Thing) -> str:
    """The label by which a thing's node is found."""
    return type(thing).__name__


def labels(thing: Thing) -> tuple[str, ...]:
    """All labels under which a conclusion's or another thing's node is made."""
    return (label(thing), "Conclusion") if thing.versioned else (label(thing),)


def properties(thing: Thing) -> Properties:
    """A thing's literals under their fields' names, its key, keys of what it is about, its position."""
    row: Properties = {"key": thing.key}
    for name in _LITERALS[type(thing)]:
        value = getattr(thing, name)
        if value is not None:
            row[name] = plain(value)
    for name in LINKS_SAID[type(thing)]:
        if (value := getattr(thing, name)) is not None:
            row[name] = plain(value)
    if "lon" in row and "lat" in row:
        row["position"] = WGS84Point((row["lon"], row["lat"]))
    return row


def known_by_name(label: str, key: str) -> Properties | None:
    """All properties of a node, where they follow from its key: of identifiers named as we name them."""
    named = iri.identifier_id(key) if label == Identifier.__name__ else None
    return None if named is None else {"key": key, "scheme": named[0], "value": named[1]}


def edges(thing: Thing) -> Iterator[Edge]:
    """A thing's relationships, in the order of its fields; none where nothing is linked."""
    for name, link in _LINKS.get(type(thing), ()):
        value = getattr(thing, name)
        if value is None:
            continue
        for key in (value,) if isinstance(value, str) else value:
            yield Edge(link.relationship, link.target, key, link.incoming)


def plain(value: object) -> object:
    """A value as Neo4j stores it: tuples and arrays become lists."""
    if isinstance(value, tuple):
        return list(value)
    return value.tolist() if isinstance(value, np.ndarray | np.generic) else value
