"""`diurnal export rdf` on a real graph: every choice there is, to a pipe and to a file."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from confluent_kafka.admin import AdminClient
from neo4j import Driver
from pyoxigraph import RdfFormat, parse

from api.answers.rdf_form import FORMATS, RdfForm
from api.cli import context
from api.cli.errors import InputError
from api.cli.main import app
from graph import schema
from graph.loader import Loader
from graph.parse import Parser
from graph.told import Told
from ontology import rdf
from ontology.labels import Pair
from ontology.observed import Identifier, Subject
from runtime.interner import Interner
from runtime.record import Headers, Record
from runtime.topics import Topics

FERRY = Subject("urn:diurnal:subject:mmsi:367073680", "Ship", ("urn:diurnal:identifier:MMSI:367073680",))
MMSI = Identifier("urn:diurnal:identifier:MMSI:367073680", "MMSI", "367073680")
SAID = """<urn:example:ada> <urn:example:name> "Ada"@en .
<urn:example:g> { <urn:diurnal:subject:mmsi:367073680> <urn:example:owner> [ <urn:example:name> "ACME" ] }"""
OURS, THEIRS = Pair("*", "noaa"), Pair("a&b", "partner")

Run = Callable[..., bytes]


@pytest.fixture(scope="module")
def prefix() -> str:
    return f"t{uuid.uuid4().hex[:8]}."


@pytest.fixture(scope="module")
def filled(neo4j: Driver, kafka: str, kafka_admin: AdminClient, prefix: str) -> Iterator[None]:
    """A ship of ours, and a partner's statements about it."""
    topics = Topics(prefix)
    topics.ensure(kafka_admin, [topics.labels])
    neo4j.execute_query("MATCH (n) DETACH DELETE n")
    schema.ensure(neo4j)
    records = [
        (rdf.write(FERRY) + rdf.write(MMSI), "application/n-triples", OURS),
        (SAID.encode(), "application/trig", THEIRS),
    ]
    parser = Parser(Interner(kafka, topics).intern, [topics.derived])
    told: list[Told] = []
    for offset, (value, content_type, pair) in enumerate(records):
        headers = {
            "Content-Type": content_type,
            "Security-Label": pair.label,
            "Distribution-Id": pair.distribution,
            "Known-At": "2026-01-01T00:00:00+00:00",
        }
        told += parser.told(Record(topics.knowledge, b"k", value, Headers.of(headers), 0, offset))
    Loader(neo4j, parser.told).write_told(topics.knowledge, 0, 0, told, len(records))
    yield
    neo4j.execute_query("MATCH (n) DETACH DELETE n")


@pytest.fixture
def run(
    filled: None,  # noqa: ARG001 - what it reads
    servers_home: Path,
    prefix: str,
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> Run:
    """Calls `diurnal export rdf` and gives what it wrote."""
    monkeypatch.setenv("DIURNAL_TOPIC_PREFIX", prefix)
    monkeypatch.setattr(context, "_overrides", {"home": servers_home})

    def call(*given: str) -> bytes:
        capfdbinary.readouterr()
        app(["--home", str(servers_home), "export", "rdf", *given], standalone_mode=False)
        return capfdbinary.readouterr().out

    return call


def quads(text: bytes, form: RdfForm = RdfForm.NQUADS) -> set[str]:
    return {str(quad).split(" _:")[0] for quad in parse(text, format=FORMATS[form])}


def test_all_comes_in_every_format_that_has_graphs(run: Run) -> None:
    whole = quads(run())
    assert any('"Ada"@en' in quad for quad in whole)
    assert any("ies4#Ship" in quad for quad in whole)
    for form in (RdfForm.TRIG, RdfForm.JSONLD):
        assert quads(run("-f", form), form) == whole


@pytest.mark.parametrize("form", [RdfForm.TURTLE, RdfForm.NTRIPLES, RdfForm.RDFXML])
def test_a_format_without_graphs_takes_one(run: Run, form: RdfForm) -> None:
    with pytest.raises(InputError, match="--graph"):
        run("--format", form)
    assert b"ACME" in run("--format", form, "--graph", "urn:example:g")
    default = run("--format", form, "--graph", "default")
    assert b"Ada" in default
    assert b"ACME" not in default


@pytest.mark.parametrize("subject", ["367073680", "mmsi:367073680", FERRY.key])
def test_a_subject_comes_with_what_is_said_of_it(run: Run, subject: str) -> None:
    text = run("--subject", subject)
    assert set(rdf.read(text, "application/n-quads")) == {FERRY, MMSI}
    assert b"ACME" in text
    assert b"Ada" not in text


def test_any_other_resource_is_chosen_by_its_iri(run: Run) -> None:
    assert run("--subject", "urn:example:ada") == b'<urn:example:ada> <urn:example:name> "Ada"@en .\n'
    assert run("--subject", "urn:example:nobody") == b""


def test_a_kind_is_chosen_by_name(run: Run) -> None:
    assert rdf.read(run("--kind", "Ship")) == [FERRY]
    assert rdf.read(run("--kind", "Identifier")) == [MMSI]
    assert run("--kind", "Aircraft") == b""
    assert run("--kind", "Statement").count(b"\n") == 3
    with pytest.raises(InputError, match="Statement"):
        run("--kind", "Boat")


def test_what_is_known_in_one_way_is_chosen_by_label_and_distribution(run: Run) -> None:
    assert set(rdf.read(run("--label", "*"))) == {FERRY, MMSI}
    assert b"Ada" not in run("--label", "*")
    assert b"Ada" in run("--label", "b & a", "--distribution", "partner")
    assert b"Ada" in run("--distribution", "partner")
    assert run("--label", "c") == b""
    with pytest.raises(InputError, match="label"):
        run("--label", "a &")


def test_time_is_chosen_from_and_to(run: Run) -> None:
    assert b"Ada" in run("--until", "2026-02-01T00:00Z")
    assert b"Ada" not in run("--since", "2026-02-01T00:00Z")
    with pytest.raises(InputError, match="ends before"):
        run("--since", "2026-02-01T00:00Z", "--until", "2026-01-01T00:00Z")


def test_a_file_is_written_whole_or_not_at_all(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "graph.nq"
    assert run("-o", str(path)) == b""
    assert quads(path.read_bytes()) == quads(run())
    with pytest.raises(InputError):
        run("-f", "turtle", "-o", str(tmp_path / "graph.ttl"))
    assert [each.name for each in tmp_path.iterdir()] == ["graph.nq"]
    with pytest.raises(InputError, match="No such file"):
        run("-o", str(tmp_path / "nowhere" / "graph.nq"))


def test_every_form_has_a_format() -> None:
    assert FORMATS.keys() == set(RdfForm)
    assert len(set(FORMATS.values())) == len(RdfForm)
    assert RdfFormat.N_QUADS in FORMATS.values()
