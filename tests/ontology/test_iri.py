"""IRIs: stable for ever, different for different things, valid, and read back where that is of use."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ontology import iri, ntriples
from ontology.errors import IriError
from tests.ontology.things import words

HOUR = datetime(2020, 12, 1, 4, tzinfo=UTC)
SHIP = iri.subject("mmsi", "367073680")
PIER = iri.place("main", -74.0123456, 40.7)


def test_the_names_are_fixed_for_ever() -> None:
    assert SHIP == "urn:diurnal:subject:mmsi:367073680"
    assert iri.identifier("MMSI", "367073680") == "urn:diurnal:identifier:MMSI:367073680"
    assert iri.identifier("CallSign", "WDE 12/é") == "urn:diurnal:identifier:CallSign:WDE%2012%2F%C3%A9"
    assert iri.identifier_id("urn:diurnal:identifier:CallSign:WDE%2012%2F%C3%A9") == ("CallSign", "WDE 12/é")
    for other in ("CallSign:WDE%2012%2f%C3%A9", "CallSign:a/b", "CallSign:", "a b:c", "a:b:c"):
        assert iri.identifier_id(f"urn:diurnal:identifier:{other}") is None, other
    assert iri.identifier_id("urn:diurnal:subject:mmsi:367073680") is None
    assert iri.scheme("MMSI") == "urn:diurnal:scheme:MMSI"
    assert iri.source("derived:main") == "urn:diurnal:source:derived%3Amain"
    assert iri.sensor("roof") == "urn:diurnal:sensor:roof"
    assert PIER == "urn:diurnal:place:main:-74.01235:40.70000"
    assert iri.stay("main", SHIP, 1606795200000) == "urn:diurnal:stay:main:mmsi:367073680:1606795200000"
    assert iri.trip("main", SHIP, -1) == "urn:diurnal:trip:main:mmsi:367073680:-1"
    assert iri.gap("a b", SHIP, 0) == "urn:diurnal:gap:a%20b:mmsi:367073680:0"
    assert iri.routine("main", SHIP, PIER) == (
        "urn:diurnal:routine:main:mmsi:367073680:main:-74.01235:40.70000"
    )
    assert iri.finding("main", "unusual place", SHIP, None, 5) == (
        "urn:diurnal:finding:main:unusual%20place:mmsi:367073680:-:5"
    )
    assert iri.finding("main", "unusual hour", SHIP, PIER, 5) == (
        "urn:diurnal:finding:main:unusual%20hour:mmsi:367073680:main:-74.01235:40.70000:5"
    )
    assert iri.segment(SHIP, "roof", "nyharbor", "*", HOUR) == (
        "urn:diurnal:segment:3bc697e8cb12469ddf853f3bb8e7dbb7"
    )
    assert iri.state(SHIP, "nyharbor", "*", date(2020, 12, 1), "EVER GIVEN", 70, None) == (
        "urn:diurnal:state:mmsi:367073680:2020-12-01:12ad1a8a20ffbeade138ff37921a85d6"
    )


@given(st.sampled_from(["mmsi", "x-1.y_z", "ICAO24"]), words)
def test_a_subject_is_read_back(scheme: str, value: str) -> None:
    assert iri.subject_id(iri.subject(scheme, value)) == (scheme, value)


@given(words)
def test_sources_and_sensors_are_read_back(name: str) -> None:
    assert iri.source_id(iri.source(name)) == name
    assert iri.sensor_id(iri.sensor(name)) == name


@pytest.mark.parametrize(
    "other", ["http://example.org/ship", "urn:diurnal:subject:mmsi", "urn:diurnal:stay:a:b"]
)
def test_what_is_not_ours_is_not_read(other: str) -> None:
    assert iri.subject_id(other) is None
    assert iri.source_id(other) is None
    assert iri.sensor_id(other) is None


@given(words, words, words, st.floats(-180, 180), st.floats(-90, 90), st.integers(-(10**13), 10**13))
def test_every_name_is_a_valid_iri(one: str, two: str, three: str, lon: float, lat: float, ms: int) -> None:
    subject = iri.subject("mmsi", one)
    place = iri.place(two, lon, lat)
    names = [subject, place, iri.identifier("IMO", two), iri.source(three), iri.stay(three, subject, ms)]
    names += [iri.routine(two, subject, place), iri.finding(two, three, subject, place, ms)]
    names += [
        iri.segment(subject, two, three, one, HOUR),
        iri.scheme(one),
        iri.period("2020-12-01T04:00:00Z"),
    ]
    names += [iri.stay(two, "http://example.org/a?b=c#d", ms)]
    for name in names:
        assert ntriples.iri(name) == b"<" + name.encode("ascii") + b">"


@given(st.lists(st.tuples(words, words, words), min_size=2, max_size=2, unique=True))
def test_different_things_have_different_names(two: list[tuple[str, str, str]]) -> None:
    names = {iri.finding(view, kind, iri.subject("mmsi", value), None, 0) for view, kind, value in two}
    assert len(names) == 2


def test_another_subject_is_never_taken_for_ours() -> None:
    foreign = "mmsi:367073680"
    assert iri.stay("main", foreign, 0) != iri.stay("main", SHIP, 0)


def test_what_was_said_makes_the_name_of_a_state() -> None:
    day = date(2020, 12, 1)
    said = [("A", 70), ("A", None), ("A", 70.5), (None, "A"), ("A",)]
    assert len({iri.state(SHIP, "feed", "*", day, *words) for words in said}) == len(said)
    assert iri.state(SHIP, "feed", "*", day, "A") != iri.state(SHIP, "feed", "secret", day, "A")
    assert iri.state(SHIP, "feed", "*", day, "A") != iri.state(SHIP, "other", "*", day, "A")


def test_what_is_no_part_is_refused() -> None:
    for scheme in ("", "a:b", "é", " mmsi"):
        with pytest.raises(IriError, match="scheme"):
            iri.subject(scheme, "1")
    with pytest.raises(IriError, match="empty"):
        iri.subject("mmsi", "")
    with pytest.raises(IriError, match="surrogate"):
        iri.source("\ud800")
    with pytest.raises(IriError, match="no name"):
        iri.state(SHIP, "feed", "*", date(2020, 12, 1), object())


def test_zero_has_no_sign() -> None:
    assert iri.place("main", -0.000001, -0.0) == "urn:diurnal:place:main:0.00000:0.00000"
