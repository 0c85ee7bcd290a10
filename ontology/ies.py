"""The four-dimensional structure of IES around a thing, by template: periods, bounding states, schemes.

It is there for whoever reads IES. Diurnal itself reads the flat properties only, which say the same.
"""

from datetime import UTC, date, datetime
from typing import Final

from ontology import iri, ntriples
from ontology.concluded import Trip
from ontology.kind import Thing
from ontology.observed import Identifier, Sighting, SubjectState
from ontology.terms import (
    AS_WKT,
    BOUNDING_STATE,
    EVENT_PARTICIPANT,
    GEOMETRY,
    HAS_GEOMETRY,
    IDENTIFIER_CLASSES,
    IN_PERIOD,
    IN_SCHEME,
    IS_END_OF,
    IS_PARTICIPANT_IN,
    IS_PARTICIPATION_OF,
    IS_START_OF,
    ISO_PERIOD,
    LABEL,
    NAMING_SCHEME,
    PARTICULAR_PERIOD,
    TYPE,
    WKT,
)
from ontology.times import to_text

_BOUND: Final = {
    name: f"%(bound)b <{TYPE}> <{BOUNDING_STATE}> .\n%(bound)b <{predicate}> %(key)b .\n".encode()
    for name, predicate in (("start", IS_START_OF), ("end", IS_END_OF))
}
_PERIOD: Final = (
    f"%(key)b <{IN_PERIOD}> <{iri.ROOT}period:%(iso)b> .\n"
    f"<{iri.ROOT}period:%(iso)b> <{TYPE}> <{PARTICULAR_PERIOD}> .\n"
    f'<{iri.ROOT}period:%(iso)b> <{ISO_PERIOD}> "%(iso)b" .\n'
).encode()
"""ISO 8601 needs no encoding in an IRI."""


def structure(thing: Thing, key: bytes) -> bytes:
    """What IES says around a thing, by its key in N-Triples; nothing where it says nothing."""
    if isinstance(thing, Identifier):
        return _scheme(key, thing.scheme)
    if isinstance(thing, SubjectState):
        return _in_period(key, thing.start.astimezone(UTC).date())
    if isinstance(thing, Sighting):
        return _in_period(key, thing.time) + _geometry(thing, key)
    lines = [
        _bound(key, name, when)
        for name, when in (("start", getattr(thing, "start", None)), ("end", getattr(thing, "end", None)))
        if isinstance(when, datetime)
    ]
    return b"".join((*lines, _geometry(thing, key), _participation(thing, key)))


def _scheme(key: bytes, name: str) -> bytes:
    scheme = ntriples.iri(iri.scheme(name))
    lines = ntriples.triple(key, IN_SCHEME, scheme)
    lines += ntriples.triple(scheme, TYPE, ntriples.iri(NAMING_SCHEME))
    lines += ntriples.triple(scheme, LABEL, ntriples.quoted(name))
    if name in IDENTIFIER_CLASSES:
        lines += ntriples.triple(key, TYPE, ntriples.iri(IDENTIFIER_CLASSES[name]))
    return lines


def _in_period(key: bytes, when: date) -> bytes:
    text = to_text(when).replace("+00:00", "Z") if isinstance(when, datetime) else when.isoformat()
    return _PERIOD % {b"key": key, b"iso": text.encode()}


def _bound(key: bytes, name: str, when: datetime) -> bytes:
    bound = _within(key, name)
    return _BOUND[name] % {b"bound": bound, b"key": key} + _in_period(bound, when)


def _geometry(thing: Thing, key: bytes) -> bytes:
    lon, lat = getattr(thing, "lon", None), getattr(thing, "lat", None)
    if lon is None or lat is None:
        return b""
    point = _within(key, "geometry")
    return (
        ntriples.triple(key, HAS_GEOMETRY, point)
        + ntriples.triple(point, TYPE, ntriples.iri(GEOMETRY))
        + ntriples.triple(point, AS_WKT, ntriples.literal(f"POINT({float(lon)!r} {float(lat)!r})", WKT))
    )


def _participation(thing: Thing, key: bytes) -> bytes:
    if not isinstance(thing, Trip):
        return b""
    participant = _within(key, "participant")
    return (
        ntriples.triple(participant, TYPE, ntriples.iri(EVENT_PARTICIPANT))
        + ntriples.triple(participant, IS_PARTICIPANT_IN, key)
        + ntriples.triple(participant, IS_PARTICIPATION_OF, ntriples.iri(thing.subject))
    )


def _within(key: bytes, name: str) -> bytes:
    """The IRI of a part of a thing."""
    return key[:-1] + b"/" + name.encode() + b">"
