"""The quick reader gives what the parser gives, or leaves the record to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from ontology import rdf
from ontology.concluded import Finding, Place, Retraction, Routine
from ontology.kind import Thing
from ontology.ntriples import iri
from ontology.quads import quads
from ontology.reading import read_written

START = datetime(2020, 12, 1, 9, 52, 19, tzinfo=UTC)
FINDING = Finding(
    key="urn:diurnal:finding:all:unusual",
    view="all",
    kind="unusual place",
    subject="urn:diurnal:subject:mmsi:367073680",
    place=None,
    start=START,
    end=START.replace(microsecond=250_000),
    statement="At Pier 11, for once.",
    matches=0,
    days=4,
    surprise=2.3,
    coverage="observed",
    alternatives=("weather", 'the "crew"'),
    evidence=("urn:diurnal:stay:all:1", "urn:diurnal:stay:all:2"),
)
THINGS = [
    replace(FINDING, alternatives=("weather",)),
    replace(FINDING, alternatives=(), evidence=(), place="urn:diurnal:place:all:-74.00000:40.70000"),
    Place("urn:diurnal:place:all:-74.0:40.7", "all", "Île d'Orléans", -74.0, 40.7, 150.0, "America/New_York"),
    Retraction("urn:diurnal:stay:all:1", "all", "Stay"),
    Routine(
        key="urn:diurnal:routine:all:1",
        view="all",
        subject="urn:diurnal:subject:mmsi:1",
        place="urn:diurnal:place:all:1",
        timezone="UTC",
        through=date(2020, 12, 6),
        weekdays=4,
        weekends=2,
        weekday_hours=tuple(range(24)),
        weekend_hours=tuple(range(24)),
        week_hours=(),
        visits=9,
        summary="Here at night.",
    ),
]


def parsed(data: bytes) -> list[Thing]:
    return rdf.things(quads(data, rdf.N_TRIPLES))


def test_most_are_read_quickly() -> None:
    seen = [read_written(rdf.write(thing)) for thing in THINGS[2:4]]
    assert seen == THINGS[2:4]


@pytest.mark.parametrize("thing", [*THINGS, FINDING], ids=lambda thing: type(thing).__name__)
def test_what_is_read_is_what_a_parser_reads(thing: Thing) -> None:
    data = rdf.write(thing)
    assert read_written(data) in (thing, None)
    assert rdf.read(data) == parsed(data) == [thing]


def line(predicate: str, value: bytes, key: str = FINDING.key) -> bytes:
    return iri(key) + b" <" + predicate.encode() + b"> " + value + b" .\n"


PLACE = THINGS[2]
OTHERWISE = {
    "an escape": rdf.write(replace(FINDING, statement='He said "no".')),
    "a language": rdf.write(PLACE) + line("urn:x:y", b'"quai"@fr', PLACE.key),
    "a blank node": rdf.write(PLACE) + line("urn:x:y", b"_:b0", PLACE.key),
    "a comment": b"# hello\n" + rdf.write(PLACE),
    "a second thing": rdf.write(PLACE) + rdf.write(THINGS[3]),
    "a value too many": rdf.write(PLACE) + line("urn:diurnal:vocabulary#view", b'"other"', PLACE.key),
    "a value too few": b"\n".join(each for each in rdf.write(PLACE).splitlines() if b"#view>" not in each),
    "a resource for a literal": rdf.write(PLACE).replace(b'"all"', b"<urn:all>"),
    "a number that is none": rdf.write(PLACE).replace(b'"150.0"', b'"wide"'),
    "an IRI that is none": rdf.write(PLACE).replace(b"<urn:diurnal:place", b"<diurnal place"),
    "no UTF-8": rdf.write(PLACE).replace("Î".encode(), b"\xff"),
    "nothing": b"",
    "no kind of ours": line("urn:x:y", b'"z"'),
}


@pytest.mark.parametrize("data", OTHERWISE.values(), ids=OTHERWISE)
def test_what_is_written_otherwise_is_left_to_the_parser(data: bytes) -> None:
    assert read_written(data) is None


def test_the_same_said_twice_is_said_once() -> None:
    again = line("urn:diurnal:vocabulary#evidence", b"<urn:diurnal:stay:all:1>")
    data = rdf.write(THINGS[0]) + again
    assert rdf.read(data) == parsed(data) == [THINGS[0]]
