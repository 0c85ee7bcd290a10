"""Things of our kinds come out of the graph as they went in, and beside them whatever else a record said."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from neo4j import Driver
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse, serialize

from graph import schema
from graph.loader import Loader
from graph.parse import Parser
from graph.reader import rdf as rdf_reading
from graph.reader.rdf_selection import STATEMENT, Selection
from graph.reader.rdf_things import things
from graph.reader.reader import Reader
from graph.reader.within import Interval
from graph.sight import Sight
from graph.told import Told
from ontology import fixes, iri, rdf
from ontology.concluded import Retraction
from ontology.kind import Thing, describe
from ontology.kinds import KINDS
from ontology.labels import Pair, pair_id
from ontology.observed import Identifier, Subject, SubjectState, Tick, TrackSegment
from ontology.segment import write_segment
from ontology.terms import IES, TYPE, ours
from ontology.times import from_text
from runtime.record import Headers, Record
from tests.graph.pairs_in_use import present
from tests.graph.reader.conftest import filled_with
from tests.ontology.things import of_kind, segments

FERRY = "urn:diurnal:subject:mmsi:367073680"
T0 = from_text("2020-12-01T00:00:00Z")


def wipe(driver: Driver) -> None:
    driver.execute_query("MATCH (n) DETACH DELETE n")


@pytest.fixture(scope="module")
def graph(neo4j: Driver) -> Iterator[Driver]:
    schema.ensure(neo4j)
    yield neo4j
    wipe(neo4j)


def put(driver: Driver, *records: tuple[bytes, str, Pair]) -> None:
    wipe(driver)
    parser = Parser(pair_id, ["derived"])
    told: list[Told] = []
    for offset, (value, content_type, pair) in enumerate(records):
        headers = {
            "Content-Type": content_type,
            "Security-Label": pair.label,
            "Distribution-Id": pair.distribution,
            "Known-At": "2026-01-01T00:00:00+00:00",
        }
        told += parser.told(Record("knowledge", b"k", value, Headers.of(headers), 0, offset))
    Loader(driver, parser.told).write_told("knowledge", 0, 0, told, len(records))


def text(driver: Driver, form: RdfFormat = RdfFormat.N_QUADS, **selection: Any) -> bytes:
    to = io.BytesIO()
    expand = selection.pop("expand", False)
    pairs = selection.pop("pairs", None) or present(driver)
    rdf_reading.write(
        Reader(driver, "neo4j", Sight.of(pairs)), Selection(**selection), to, form, expand=expand
    )
    return to.getvalue()


def unordered(thing: Thing) -> Thing:
    """As RDF gives it back, several links in order of their keys, as the graph gives them."""
    [read] = rdf.read(rdf.write(thing))
    links = {
        name: tuple(sorted(value))
        for name in ("identifiers", "evidence", "subjects")
        if (value := getattr(read, name, None)) is not None
    }
    return replace(read, **links)


def less_what_statements_say(thing: Thing) -> Thing:
    """A subject less identifiers with others' names: who refers to one sees it as what their record said."""
    if not isinstance(thing, Subject):
        return thing
    return replace(thing, identifiers=tuple(filter(iri.identifier_id, thing.identifiers)))


def keepable(thing: Thing) -> bool:
    """Whether its integers are longs, and its position is on the globe."""
    values = [getattr(thing, field.name) for field in describe(type(thing))]
    numbers = [value for value in values if isinstance(value, int)]
    lon, lat = (getattr(thing, name, None) or 0.0 for name in ("lon", "lat"))
    return all(-(2**63) <= number < 2**63 for number in numbers) and abs(lon) <= 180 and abs(lat) <= 90


KEPT = [kind for kind in KINDS.values() if kind not in (Retraction, Tick, TrackSegment)]


@settings(max_examples=60, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(thing=st.one_of(*map(of_kind, KEPT), segments(unique=True)))
def test_any_thing_comes_out_as_it_went_in(graph: Driver, thing: Thing) -> None:
    assume(keepable(thing))
    wipe(graph)
    expected = less_what_statements_say(unordered(thing))
    Loader(graph, lambda _: []).write_told("derived", 0, 0, [Told(thing, 7, 0, "0-0")], 1)
    found = [
        each
        for each in things(Reader(graph, "neo4j", Sight.of([7])), Selection(kind=type(thing).__name__))
        if each.key == expected.key
    ]
    assert [each for each in found if type(each) is type(expected)] == [expected]


def test_the_harbour_comes_out_whole_in_every_format(graph: Driver, harbour: ModuleType) -> None:
    every = [*harbour.observed(), *harbour.concluded()]
    wanted = {triple for thing in every for triple in parse(rdf.write(thing), format=RdfFormat.N_TRIPLES)}
    with filled_with(graph, harbour):
        for form in (RdfFormat.N_QUADS, RdfFormat.TURTLE, RdfFormat.TRIG, RdfFormat.JSON_LD):
            assert set(parse(text(graph, form), format=form)) == wanted
        for kind in {type(thing).__name__ for thing in every}:
            keys = {thing.key for thing in every if type(thing).__name__ == kind}
            assert {thing.key for thing in rdf.read(text(graph, kind=kind))} == keys


def test_a_subject_is_exported_with_all_that_is_its_own(graph: Driver, harbour: ModuleType) -> None:
    with filled_with(graph, harbour):
        subjects = [thing for thing in harbour.observed() if isinstance(thing, Subject)]
        for subject in subjects:
            found = rdf.read(text(graph, subject=subject.key))
            others = {other.key for other in subjects} - {subject.key}
            assert subject.key in {thing.key for thing in found}
            assert not others & {getattr(thing, "subject", thing.key) for thing in found}
            mine = {
                thing.key
                for thing in [*harbour.observed(), *harbour.concluded()]
                if getattr(thing, "subject", None) == subject.key
            }
            assert mine <= {thing.key for thing in found}
            assert set(subject.identifiers) <= {thing.key for thing in found}


def test_tracks_are_cut_by_time_and_expanded(graph: Driver, harbour: ModuleType) -> None:
    with filled_with(graph, harbour):
        whole = [thing for thing in harbour.observed() if isinstance(thing, TrackSegment)]
        expanded = text(graph, RdfFormat.N_TRIPLES, kind="TrackSegment", expand=True)
        assert expanded.count(b"#Fix>") == sum(len(segment.times) for segment in whole)
        assert {s.key for s in fixes.compact(expanded)} == {s.key for s in whole}
        middle = int(np.median(np.concatenate([segment.times for segment in whole])))
        within = Interval(end=from_text(str(np.datetime64(middle, "ms")) + "Z"))
        cut = text(graph, RdfFormat.N_TRIPLES, kind="TrackSegment", expand=True, within=within)
        assert cut.count(b"#Fix>") == sum(int((segment.times <= middle).sum()) for segment in whole)


THINGS = (
    Subject(FERRY, "Ship", ("urn:diurnal:identifier:MMSI:367073680",)),
    Identifier("urn:diurnal:identifier:MMSI:367073680", "MMSI", "367073680"),
    SubjectState("urn:diurnal:state:1", FERRY, T0, name="ADA", length_m=30.0),
)
MORE = [
    Quad(NamedNode(FERRY), NamedNode("urn:example:owner"), Literal("ACME", language="en")),
    Quad(NamedNode(FERRY), NamedNode(TYPE), NamedNode("urn:example:Ferry")),
    Quad(NamedNode("urn:diurnal:state:1"), NamedNode(ours("name")), Literal("ADA", language="en")),
    Quad(
        NamedNode("urn:example:x"), NamedNode("urn:example:of"), NamedNode(FERRY), NamedNode("urn:example:g")
    ),
]
ONE, TWO = Pair("a", "one"), Pair("b", "one")


def test_a_mixed_record_loses_nothing(graph: Driver) -> None:
    of_ours = b"".join(map(rdf.write, THINGS))
    whole = {*parse(of_ours, format=RdfFormat.N_TRIPLES), *MORE[:2], MORE[3]}
    value = serialize(whole, format=RdfFormat.TRIG)
    put(graph, (value, "application/trig", ONE))
    assert set(parse(text(graph), format=RdfFormat.N_QUADS)) == whole
    assert set(rdf.read(text(graph, kind="Ship"))) == {THINGS[0]}
    assert set(parse(text(graph, kind=STATEMENT), format=RdfFormat.N_QUADS)) == {*MORE[:2], MORE[3]}
    assert b"ACME" in text(graph, subject=FERRY)
    assert b"ADA" in text(graph, subject=FERRY)


def test_another_spelling_of_a_thing_is_kept_beside_it(graph: Driver) -> None:
    """`Z` for +00:00, and no structure of IES: the thing is ours, and the spelling is the partner's."""
    said = f"""<urn:diurnal:state:1> a <{ours("SubjectState")}> ; <{IES}isStateOf> <{FERRY}> ;
        <{ours("start")}> "2020-12-01T00:00:00Z"^^<http://www.w3.org/2001/XMLSchema#dateTime> .""".encode()
    put(graph, (said, "text/turtle", ONE))
    assert set(parse(said, format=RdfFormat.TURTLE)) <= set(parse(text(graph), format=RdfFormat.N_QUADS))
    assert [thing.start for thing in rdf.read(text(graph, kind="SubjectState"))] == [T0]  # type: ignore[attr-defined]
    assert text(graph, kind=STATEMENT).count(b"\n") == 1


def test_what_is_wholly_ours_leaves_no_statements(graph: Driver, harbour: ModuleType) -> None:
    segment = next(thing for thing in harbour.observed() if isinstance(thing, TrackSegment))
    put(
        graph,
        (b"".join(map(rdf.write, THINGS)), "application/n-triples", ONE),
        (b"".join(map(rdf.write, reversed(THINGS))), "text/turtle", TWO),
        (write_segment(segment), "application/n-triples", ONE),
        (write_segment(segment), "text/turtle", ONE),
    )
    assert text(graph, kind=STATEMENT) == b""
    [row] = graph.execute_query("MATCH (n:Resource|Literal) RETURN count(n) AS n").records
    assert row["n"] == 0


def test_things_are_exported_by_how_they_are_known(graph: Driver) -> None:
    value = b"".join(map(rdf.write, THINGS[:2]))
    put(
        graph,
        (value, "application/n-triples", ONE),
        (rdf.write(THINGS[2]), "application/n-triples", TWO),
    )
    one, two = ({"pairs": frozenset([pair_id(pair)])} for pair in (ONE, TWO))
    assert set(rdf.read(text(graph, **one))) == set(THINGS[:2])
    assert THINGS[2] in rdf.read(text(graph, **two))
    assert b"identifier" not in text(graph, **two)


def test_a_record_in_the_style_of_ies_loads_and_comes_out(graph: Driver) -> None:
    """As telicent-ies-tool writes: types of IES alone, identifiers and states as nodes of their own."""
    said = f"""@prefix ies: <{IES}> . @prefix data: <http://data.example.org/> .
        data:p1 a ies:Person ; ies:isIdentifiedBy data:p1_name .
        data:p1_name a ies:PersonName ; ies:representationValue "Ada Lovelace" ; ies:inScheme data:names .
        data:p1_born a ies:BirthState ; ies:isStartOf data:p1 ; ies:inPeriod data:period .
        data:period a ies:ParticularPeriod ; ies:iso8601PeriodRepresentation "1815-12-10" .""".encode()
    put(graph, (said, "text/turtle", ONE))
    assert set(parse(text(graph), format=RdfFormat.N_QUADS)) == set(parse(said, format=RdfFormat.TURTLE))
    [row] = graph.execute_query(
        "MATCH (p:Resource)-[:STATEMENT {name: 'isIdentifiedBy'}]->(:Resource)"
        "-[:STATEMENT {name: 'representationValue'}]->(v:Literal) RETURN p.key AS who, v.value AS name"
    ).records
    assert (row["who"], row["name"]) == ("http://data.example.org/p1", "Ada Lovelace")


def test_an_identifier_of_others_comes_out_though_nobody_told_what_it_is(graph: Driver) -> None:
    ferry = Subject(FERRY, "Ship", ("http://example.org/hull/7", "urn:diurnal:identifier:MMSI:367073680"))
    put(graph, (rdf.write(ferry), "application/n-triples", Pair("*", "partner")))
    assert set(parse(text(graph), format=RdfFormat.N_QUADS)) >= set(
        parse(rdf.write(ferry), format=RdfFormat.N_TRIPLES)
    )


def test_a_state_known_in_two_ways_comes_out_once_with_its_earliest_start(graph: Driver) -> None:
    later, earlier = (
        SubjectState("urn:diurnal:state:1", FERRY, from_text(f"2020-12-01T0{hour}:00:00Z"), name="ADA")
        for hour in (5, 3)
    )
    secret = Pair("clearance=S", "partner")
    put(graph, (rdf.write(later), "application/n-triples", Pair("*", "partner")),
        (rdf.write(earlier), "application/n-triples", secret))  # fmt: skip
    assert rdf.read(text(graph)) == [earlier]
    assert rdf.read(text(graph, pairs={pair_id(Pair("*", "partner"))})) == [later]
