"""Every kind of thing goes to RDF and comes back; what is no RDF, or no whole thing, is named."""

import random
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pyoxigraph
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st

from ontology.errors import RdfError, ShapeError, UnwritableError
from ontology.kind import Thing
from ontology.kinds import KINDS
from ontology.observed import Identifier, Subject, SubjectState, Tick, TrackSegment
from ontology.rdf import read, write
from ontology.terms import IES, ours
from tests.ontology.things import anything, of_kind, segments

SHIP = Subject("urn:diurnal:subject:mmsi:1", "Ship", ("urn:diurnal:identifier:MMSI:1",))
DAY = datetime(2020, 12, 1, 6, 7, 8, 9000, UTC)
NAMED = SubjectState("urn:diurnal:state:1", SHIP.key, DAY, name='the "Ever\\Given"\n', length_m=399.94)


@pytest.mark.parametrize("kind", [kind for kind in KINDS.values() if kind is not TrackSegment])
def test_every_kind_comes_back(kind: type[Thing]) -> None:
    @given(of_kind(kind))
    def comes_back(thing: Thing) -> None:
        assert read(write(thing)) == [thing]

    comes_back()


@given(segments())
def test_a_segment_comes_back(segment: TrackSegment) -> None:
    assert read(write(segment)) == [segment]


@given(st.lists(anything, max_size=4, unique_by=lambda thing: thing.key))
def test_several_things_come_back_in_order(things: list[Thing]) -> None:
    assert read(b"".join(map(write, things))) == things


@given(anything)
def test_other_parsers_read_the_same_triples(thing: Thing) -> None:
    data = write(thing)
    ours_ = len(set(pyoxigraph.parse(data, format=pyoxigraph.RdfFormat.N_TRIPLES)))
    assert len(rdflib.Graph().parse(data=data, format="nt")) == ours_


@given(anything, st.randoms(use_true_random=False))
def test_the_order_of_lines_does_not_matter(thing: Thing, order: random.Random) -> None:
    lines = write(thing).splitlines(keepends=True)
    order.shuffle(lines)
    (found,) = read(b"".join(lines))
    assert _unordered(found) == _unordered(thing)


def _unordered(thing: Thing) -> Thing:
    """Links to several have no order in RDF."""
    changed: dict[str, Any] = {
        name: tuple(sorted(getattr(thing, name)))
        for name in ("identifiers", "evidence", "subjects")
        if hasattr(thing, name)
    }
    return replace(thing, **changed)


@pytest.mark.parametrize(
    "content_type",
    [
        "text/turtle",
        "text/turtle; charset=utf-8",
        "application/n-quads",
        "application/trig",
        "application/rdf+xml",
        "application/ld+json",
    ],
)
def test_other_serialisations_are_read(content_type: str) -> None:
    form = pyoxigraph.RdfFormat.from_media_type(content_type)
    quads = pyoxigraph.parse(write(SHIP) + write(NAMED), format=pyoxigraph.RdfFormat.N_TRIPLES)
    data = pyoxigraph.serialize(quads, format=form)
    assert data is not None
    assert sorted(read(data, content_type), key=lambda thing: thing.key) == [NAMED, SHIP]


def test_the_ies_structure_stands_around_things() -> None:
    text = write(replace(NAMED)).decode()
    assert f"<{IES}inPeriod> <urn:diurnal:period:2020-12-01>" in text
    call_sign = write(Identifier("urn:diurnal:identifier:CallSign:A", "CallSign", "A")).decode()
    assert f"<{IES}inScheme> <urn:diurnal:scheme:CallSign>" in call_sign
    assert f"<{IES}Callsign>" in call_sign


def test_unknown_triples_are_left_alone() -> None:
    other = f'<{SHIP.key}> <http://example.org/p> _:b .\n_:b <http://example.org/q> "x"@en .\n'
    other += "<http://example.org/x> a <http://example.org/C> .\n".replace(
        " a ", " <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
    )
    assert read(other.encode() + write(SHIP)) == [SHIP]
    assert read(b"") == []


def test_malformed_rdf_names_the_line() -> None:
    data = write(SHIP) + b"<urn:a> <urn:b> .\n"
    with pytest.raises(RdfError, match="line 4") as raised:
        read(data)
    assert raised.value.line == len(data.splitlines())


@pytest.mark.parametrize("content_type", ["text/csv", "", "image/png"])
def test_an_unknown_content_type_is_refused(content_type: str) -> None:
    with pytest.raises(RdfError, match="content type"):
        read(write(SHIP), content_type)


def test_a_missing_field_is_named() -> None:
    data = b"".join(line for line in write(NAMED).splitlines(keepends=True) if b"#start>" not in line)
    with pytest.raises(ShapeError, match="vocabulary#start> needs one value and has 0"):
        read(data)


def test_a_field_given_twice_is_named() -> None:
    with pytest.raises(ShapeError, match="has 2"):
        read(write(NAMED) + write(replace(NAMED, name="other")))


def test_a_value_of_the_wrong_form_is_named() -> None:
    with pytest.raises(ShapeError, match=r"SubjectState\.start"):
        read(write(NAMED).replace(b"2020-12-01T06:07:08.009+00:00", b"yesterday"))
    with pytest.raises(ShapeError, match="no xsd:double"):
        read(write(NAMED).replace(b"399.94", b"4_0"))


def test_a_subject_of_no_known_class_is_refused() -> None:
    with pytest.raises(ShapeError, match="rdf:type"):
        read(write(SHIP).replace(b"ies4#Ship", b"ies4#Yacht"))
    with pytest.raises(UnwritableError, match="'Yacht'"):
        write(replace(SHIP, kind="Yacht"))


@pytest.mark.parametrize(
    "thing",
    [
        replace(NAMED, name="\ud800"),
        replace(NAMED, name=5),
        replace(NAMED, type_code=1.5),
        replace(NAMED, start=datetime(2020, 12, 1)),  # noqa: DTZ001 - that is what is refused
        replace(NAMED, subject="no iri"),
        replace(NAMED, start=None),
        replace(SHIP, key="urn:with space"),
    ],
)
def test_what_rdf_cannot_keep_is_refused(thing: Thing) -> None:
    with pytest.raises(UnwritableError):
        write(thing)


def test_instants_are_kept_to_the_millisecond() -> None:
    tick = Tick("urn:diurnal:source:x", datetime(2020, 12, 1, 0, 0, 0, 123999, UTC))
    assert read(write(tick)) == [replace(tick, watermark=datetime(2020, 12, 1, 0, 0, 0, 123000, UTC))]


def test_two_kinds_may_share_a_key() -> None:
    tick = Tick(SHIP.key, DAY)
    assert read(write(SHIP) + write(tick)) == [SHIP, tick]
    assert ours("Tick") in write(tick).decode()
