"""Every record that a stage emits has the shapes of `ontology/shapes.ttl`, and what is spoilt has not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Final

import pyshacl
import pytest
import rdflib
from rdflib import RDF, SH, XSD, Literal, URIRef

from ingest.registry import FEEDS
from ontology import terms
from ontology.kind import Described, describe
from ontology.kinds import KINDS
from ontology.literals import optional
from ontology.moving import Fixes
from ontology.observed import Subject, TrackSegment
from tests.conformance import emitted

OURS: Final = rdflib.Namespace(terms.OURS)
IES: Final = rdflib.Namespace(terms.IES)
GEO: Final = rdflib.Namespace(terms.GEO)
SOSA: Final = rdflib.Namespace(terms.SOSA)
Spoil = Callable[[rdflib.Graph], None]


@cache
def shapes() -> rdflib.Graph:
    return rdflib.Graph().parse(Path(terms.__file__).parent / "shapes.ttl")


@cache
def concluded() -> emitted.Emitted:
    return emitted.of_analytics() | emitted.of_a_file() | emitted.of_analysts()


@cache
def observed() -> emitted.Emitted:
    every: emitted.Emitted = {}
    for feed in FEEDS:
        for name, records in emitted.of_feed(feed).items():
            every.setdefault(name, []).extend(records)
    return every


@cache
def examples() -> dict[str, bytes]:
    """Kind → a record that holds a thing of it, with as many of its fields as any."""
    found: dict[str, bytes] = {}
    for name, records in [*observed().items(), *concluded().items()]:
        for kind in name.split("+"):
            found[kind] = max([found.get(kind, b""), *records], key=lambda data: data.count(b"\n"))
    found["Fix"] = emitted.of_expansion(found["TrackSegment"])
    return found


def graph(data: bytes) -> rdflib.Graph:
    return rdflib.Graph().parse(data=data, format="nt")


def problems(data: rdflib.Graph) -> str:
    try:
        conforms, _, text = pyshacl.validate(data, shacl_graph=shapes(), inference="none")
    except TypeError as error:  # pyshacl's way to say that sh:lessThanOrEquals met what has no order
        return str(error)
    return "" if conforms else str(text)


def test_the_shapes_are_well_formed_shacl() -> None:
    conforms, _, text = pyshacl.validate(rdflib.Graph(), shacl_graph=shapes(), meta_shacl=True)
    assert conforms, text


@pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: feed.name)
def test_every_kind_of_record_of_a_feed_has_its_shape(feed: emitted.Feed) -> None:
    records = emitted.of_feed(feed)
    assert {"TrackSegment", "Sighting"} & records.keys()
    assert any("Subject" in name for name in records)
    for name, values in records.items():
        for value in values:
            assert problems(graph(value)) == "", name
    if "TrackSegment" in records:
        assert problems(graph(emitted.of_expansion(records["TrackSegment"][0]))) == ""


def test_every_kind_of_conclusion_has_its_shape() -> None:
    for name, values in concluded().items():
        for value in values:
            assert problems(graph(value)) == "", name


def test_an_alert_has_the_shape_of_a_finding_though_it_rests_on_fixes_alone() -> None:
    value = emitted.of_a_rule()
    assert problems(graph(value)) == ""
    other = value.replace(b'"alert: who-comes"', b'"unusual hour"')
    assert other != value
    assert problems(graph(other)) != "", "any other finding has evidence"


def test_every_kind_was_looked_at() -> None:
    assert examples().keys() == {*KINDS, "Fix"}
    targets = {str(node).removeprefix(terms.OURS) for node in shapes().objects(predicate=SH.targetClass)}
    assert targets >= examples().keys()


# ---- A check that cannot fail is none: each record is spoilt in every way, one at a time.


def fields(kind: str) -> list[Described]:
    """The fields of a kind that are said by one predicate each."""
    thing = KINDS[kind]
    skipped = {"kind"} if thing is Subject else set(Fixes._fields) if thing is TrackSegment else set()
    return [field for field in describe(thing) if field.name not in skipped]


def focus(data: rdflib.Graph, kind: str) -> URIRef:
    found = next(data.subjects(RDF.type, OURS[kind]))
    assert isinstance(found, URIRef)
    return found


def drop(kind: str, predicate: URIRef) -> Spoil:
    return lambda data: _set(data, focus(data, kind), predicate)


def put(kind: str, predicate: URIRef, *values: rdflib.term.Node) -> Spoil:
    return lambda data: _set(data, focus(data, kind), predicate, *values)


def add(kind: str, predicate: URIRef, value: rdflib.term.Node) -> Spoil:
    return lambda data: _add(data, focus(data, kind), predicate, value)


def _set(data: rdflib.Graph, key: URIRef, predicate: URIRef, *values: rdflib.term.Node) -> None:
    assert (key, predicate, None) in data, f"nothing to spoil: {predicate}"
    data.remove((key, predicate, None))
    for value in values:
        data.add((key, predicate, value))


def _add(data: rdflib.Graph, key: URIRef, predicate: URIRef, value: rdflib.term.Node) -> None:
    data.add((key, predicate, value))


def renamed(kind: str) -> Spoil:
    """The thing under a name that is none of ours."""

    def spoil(data: rdflib.Graph) -> None:
        key, other = focus(data, kind), URIRef("urn:diurnal:nothing:1")
        for s, p, o in list(data.triples((key, None, None))):
            data.remove((s, p, o))
            data.add((other, p, o))

    return spoil


def unfit(node: rdflib.term.Node) -> rdflib.term.Node:
    """What cannot stand where this stands."""
    return Literal("no") if isinstance(node, URIRef) else Literal("no", datatype=XSD.anyURI)


def by_field() -> Iterator[tuple[str, str, Spoil]]:
    for kind, record in examples().items():
        if kind == "Fix":
            continue
        data = graph(record)
        key = focus(data, kind)
        yield kind, "named otherwise", renamed(kind)
        yield kind, "a term of nobody's", add(kind, URIRef("urn:example:more"), Literal("x"))
        for field in fields(kind):
            predicate = URIRef(field.predicate)
            if values := list(data.objects(key, predicate)):
                yield kind, f"{field.name} of another sort", put(kind, predicate, unfit(values[0]))
                if field.hint != tuple[str, ...] or field.link is None:
                    yield kind, f"{field.name} twice", add(kind, predicate, second(values[0]))
            if not optional(field.hint) and (kind, field.name) != ("Subject", "identifiers"):
                yield kind, f"no {field.name}", drop(kind, predicate)


def second(node: rdflib.term.Node) -> rdflib.term.Node:
    """Another value of the same form, where there is one."""
    if isinstance(node, URIRef):
        return URIRef(f"{node}0")
    assert isinstance(node, Literal)
    text = {XSD.boolean: "true" if str(node) == "false" else "false"}.get(node.datatype)
    return Literal(text or f"{str(node)[:-1]}8", datatype=node.datatype, normalize=False)


def number(value: float) -> Literal:
    return Literal(repr(value), datatype=XSD.double)


def whole(value: int) -> Literal:
    return Literal(str(value), datatype=XSD.integer)


def instant(text: str) -> Literal:
    return Literal(text, datatype=XSD.dateTime, normalize=False)


def json(text: str) -> Literal:
    return Literal(text, datatype=RDF.JSON, normalize=False)


PAST: Final = instant("1999-01-01T00:00:00+00:00")
BY_VALUE: Final[tuple[tuple[str, str, Spoil], ...]] = (
    ("Identifier", "empty", put("Identifier", IES.representationValue, Literal(""))),
    ("Identifier", "a scheme with a blank", put("Identifier", OURS.scheme, Literal("M M"))),
    ("Identifier", "no naming scheme", drop("Identifier", IES.inScheme)),
    ("Subject", "of no class that is watched", put("Subject", RDF.type, OURS.Subject, IES.Location)),
    ("Subject", "of two classes", add("Subject", RDF.type, IES.Person)),
    ("Subject", "identified by a stranger", put("Subject", IES.isIdentifiedBy, URIRef("http://e.org/1"))),
    ("SubjectState", "longer than any ship", put("SubjectState", OURS.lengthM, number(1200.0))),
    ("SubjectState", "no wider than nothing", put("SubjectState", OURS.widthM, number(0.0))),
    ("SubjectState", "type code", put("SubjectState", OURS.typeCode, whole(256))),
    ("SubjectState", "IMO number", put("SubjectState", OURS.imo, Literal("12345"))),
    ("SubjectState", "no period", drop("SubjectState", IES.inPeriod)),
    ("SubjectState", "of a stranger", put("SubjectState", IES.isStateOf, URIRef("http://e.org/1"))),
    ("TrackSegment", "half past", put("TrackSegment", OURS.hour, instant("2020-06-30T00:30:00+00:00"))),
    ("TrackSegment", "a latitude of 91", put("TrackSegment", OURS.boundingBox, json("[1.0,2.0,3.0,91.0]"))),
    ("TrackSegment", "longitude 181", put("TrackSegment", OURS.boundingBox, json("[181.0,2.0,3.0,9.0]"))),
    ("TrackSegment", "three numbers", put("TrackSegment", OURS.boundingBox, json("[1.0,2.0,3.0]"))),
    ("TrackSegment", "no cells", put("TrackSegment", OURS.cells, json("[]"))),
    ("TrackSegment", "cells of another size", put("TrackSegment", OURS.cells, json('["862a1072fffffff"]'))),
    ("TrackSegment", "no track", drop("TrackSegment", OURS.track)),
    ("TrackSegment", "no Feature", put("TrackSegment", OURS.track, json('{"type":"Point"}'))),
    ("Sighting", "a latitude of 91", put("Sighting", OURS.lat, number(91.0))),
    ("Sighting", "surer than sure", put("Sighting", OURS.confidence, number(1.5))),
    ("Sighting", "of a stranger", put("Sighting", IES.isStateOf, URIRef("http://e.org/1"))),
    ("Sighting", "no period", drop("Sighting", IES.inPeriod)),
    ("Tick", "a day", put("Tick", OURS.watermark, Literal("2020-06-30", datatype=XSD.date))),
    ("Place", "a latitude of 91", put("Place", OURS.lat, number(91.0))),
    ("Place", "a latitude of -90.1", put("Place", OURS.lat, number(-90.1))),
    ("Place", "a longitude of -181", put("Place", OURS.lon, number(-181.0))),
    ("Place", "not a number", put("Place", OURS.lon, Literal("NaN", datatype=XSD.double))),
    ("Place", "within a negative radius", put("Place", OURS.radiusM, number(-1.0))),
    ("Place", "no time zone", put("Place", OURS.timezone, Literal("five o'clock"))),
    ("Place", "no geometry", drop("Place", GEO.hasDefaultGeometry)),
    ("Stay", "ends before it starts", put("Stay", OURS.end, PAST)),
    ("Stay", "last seen before it starts", put("Stay", OURS.lastSeen, PAST)),
    ("Stay", "no instant", put("Stay", OURS.start, instant("2020-13-01T00:00:00+00:00"))),
    ("Stay", "fewer fixes than none", put("Stay", OURS.fixes, whole(-1))),
    ("Stay", "at no place of ours", put("Stay", IES.inLocation, URIRef("http://e.org/1"))),
    ("Trip", "ends before it starts", put("Trip", OURS.end, PAST)),
    ("Trip", "a negative speed", put("Trip", OURS.maxSpeed, number(-0.1))),
    ("Trip", "made by nobody", put("Trip", OURS.journeyOf, URIRef("urn:diurnal:place:x"))),
    ("Gap", "ends before it starts", put("Gap", OURS.end, PAST)),
    ("Gap", "a latitude of 91", put("Gap", OURS.endLat, number(91.0))),
    ("Gap", "a negative distance", put("Gap", OURS.distanceM, number(-1.0))),
    ("Routine", "23 hours", put("Routine", OURS.weekdayHours, json("[" + ",".join("1" * 23) + "]"))),
    ("Routine", "24 hours of a week", put("Routine", OURS.weekHours, json("[" + ",".join("1" * 24) + "]"))),
    ("Routine", "no visits", put("Routine", OURS.visits, whole(0))),
    ("Routine", "no day", put("Routine", OURS.through, Literal("2020-02-30", datatype=XSD.date))),
    ("Meeting", "ends before it starts", put("Meeting", OURS.end, PAST)),
    ("Meeting", "alone", put("Meeting", OURS.involved, URIRef("urn:diurnal:subject:mmsi:1"))),
    ("Meeting", "fewer before than none", put("Meeting", OURS.earlier, whole(-1))),
    ("Finding", "ends before it starts", put("Finding", OURS.end, PAST)),
    ("Finding", "more matches than days", put("Finding", OURS.matches, whole(10_000))),
    ("Finding", "of no kind that there is", put("Finding", OURS.kind, Literal("odd"))),
    ("Finding", "a negative surprise", put("Finding", OURS.surprise, number(-1.0))),
    ("Finding", "coverage", put("Finding", OURS.coverage, Literal("perhaps"))),
    ("Finding", "evidence of another sort", put("Finding", OURS.evidence, URIRef("urn:diurnal:place:x"))),
    ("Retraction", "of a place", put("Retraction", OURS.kind, Literal("Place"))),
    ("Verdict", "ends before it starts", put("Verdict", OURS.end, PAST)),
    ("Verdict", "of no word that there is", put("Verdict", OURS.word, Literal("perhaps"))),
    ("Verdict", "on what is no finding", put("Verdict", OURS.verdictOn, Literal("urn:diurnal:stay:1"))),
    ("Fix", "a negative speed", put("Fix", OURS.speed, number(-1.0))),
    ("Fix", "a course of 361", put("Fix", OURS.course, number(361.0))),
    ("Fix", "before its hour", put("Fix", SOSA.resultTime, PAST)),
    ("Fix", "nobody's", drop("Fix", SOSA.hasFeatureOfInterest)),
    ("Fix", "no position", drop("Fix", GEO.hasDefaultGeometry)),
    ("Fix", "a term of nobody's", add("Fix", URIRef("urn:example:more"), Literal("x"))),
)


def around(node: URIRef, predicate: URIRef, *values: rdflib.term.Node) -> Spoil:
    """Spoil what IES says around a thing: the first node of that class."""
    return lambda data: _set(data, next(data.subjects(RDF.type, node)), predicate, *values)  # type: ignore[arg-type]


WKT: Final = GEO.wktLiteral
AROUND: Final[tuple[tuple[str, str, Spoil], ...]] = (
    ("Place", "a point at 91", around(GEO.Geometry, GEO.asWKT, Literal("POINT(1.0 91.0)", datatype=WKT))),
    ("Place", "no point", around(GEO.Geometry, GEO.asWKT)),
    ("Stay", "a bound of nothing", around(IES.BoundingState, IES.inPeriod)),
    ("Stay", "a period without a text", around(IES.ParticularPeriod, IES.iso8601PeriodRepresentation)),
    ("Stay", "a period", around(IES.ParticularPeriod, IES.iso8601PeriodRepresentation, Literal("today"))),
    ("Identifier", "a scheme without a label", around(IES.NamingScheme, rdflib.RDFS.label)),
    ("Trip", "a participant of nobody", around(IES.EventParticipant, IES.isParticipationOf)),
    ("Trip", "nobody takes part", around(IES.EventParticipant, IES.isParticipantIn)),
)


def test_whatever_is_spoilt_is_refused() -> None:
    spoilt = [*by_field(), *BY_VALUE, *AROUND]
    assert len(spoilt) > 200
    accepted = []
    for kind, what, spoil in spoilt:
        data = graph(examples()[kind])
        spoil(data)
        if not problems(data):
            accepted.append(f"{kind}: {what}")
    assert accepted == []


def test_what_is_sound_is_accepted() -> None:
    """So that the test above refuses for the spoiling and not for the record."""
    for kind, record in examples().items():
        assert problems(graph(record)) == "", kind
