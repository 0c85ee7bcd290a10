"""Interchange with Telicent CORE: its own library from PyPI writes to our log and reads from it.

What its library loses on the way, ours keeps; each is asserted of both.
"""

from __future__ import annotations

import json
import subprocess
import time
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event
from typing import Any, Final

import pytest
from confluent_kafka import IsolationLevel
from confluent_kafka.admin import AdminClient
from neo4j import Driver

from graph.worker import run_graph
from ingest import registry
from ingest.publisher import Options, publish
from ingest.worker import run_ingest
from ontology import iri
from ontology.kind import Thing
from ontology.labels import Pair, canonical
from ontology.observed import Identifier, Subject, SubjectState
from ontology.rdf import read, write
from ontology.times import from_text
from runtime import kafka as clients
from runtime import lag
from runtime.interner import interned
from runtime.record import Headers, Record, passed_on
from runtime.replay import everything
from runtime.servers import Endpoints
from runtime.settings import Settings
from runtime.stream import run_stage
from runtime.topics import Topics
from runtime.transaction import Transactions
from runtime.worker import worker_of

pytestmark = pytest.mark.long

ROOT: Final = Path(__file__).parents[2]
PYTHON: Final = ROOT / ".venv-peer" / "bin" / "python"
PEER: Final = Path(__file__).with_name("telicent_peer.py")
LABEL: Final = "clearance=SECRET&nation=GBR"
KNOWN_AT: Final = "2026-01-02T03:04:05.000000+00:00"
SHIP: Final = iri.subject("mmsi", "367073680")
NUMBER: Final = iri.identifier("MMSI", "367073680")
NAME: Final = "WÆRFT 'Ω'"
THINGS: Final[tuple[Thing, ...]] = (
    Subject(SHIP, "Ship", (NUMBER,)),
    Identifier(NUMBER, "MMSI", "367073680"),
    SubjectState(
        f"{SHIP}:state", SHIP, from_text("2020-12-01T00:00:00+00:00"), name="WÆRFT 'Ω'", length_m=94.5
    ),
)
HEADERS: Final = {
    "Content-Type": "application/n-triples",
    "Security-Label": LABEL,
    "Distribution-Id": "partner-1",
    "Data-Source-Reference": "file-7",
    "Known-At": KNOWN_AT,
    "Request-Id": "request-1",
    "Exec-Path": "receiver",
}
DATA: Final = {name: text for name, text in HEADERS.items() if name not in {"Content-Type", "Request-Id"}}
CENSUS: Final = (
    "MATCH (n) WHERE n:Subject OR n:Identifier OR n:SubjectState "
    "RETURN labels(n) AS labels, properties(n) AS properties ORDER BY n.key"
)
AIS: Final = (
    b"object_id,timestamp,lon,lat\n"
    b"367000001,2020-12-01T00:00:00,-74.01,40.70\n"
    b"367000002,2020-12-01T00:00:10,-74.02,40.71\n"
)


@pytest.fixture
def settings() -> Settings:
    return Settings(topic_prefix=f"p{uuid.uuid4().hex[:8]}.")


@pytest.fixture
def topics(settings: Settings, kafka_admin: AdminClient) -> Topics:
    """An installation's topics, and a raw one of the partner's."""
    made = Topics(settings.topic_prefix)
    made.ensure(kafka_admin, made.all(["ais", "partner"]))
    return made


@pytest.fixture
def peer(kafka: str) -> Callable[..., list[Any]]:
    """Runs Telicent's library in a role to its end, and gives what it told."""

    def run(role: str, *given: object, said: str = "", fails: str = "") -> list[Any]:
        done = subprocess.run(
            [PYTHON, PEER, role, kafka, *map(str, given)],
            input=said,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        if fails:
            assert done.returncode != 0
            assert fails in done.stderr
        else:
            assert done.returncode == 0, done.stdout + done.stderr
        return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]

    return run


@pytest.fixture
def told(kafka: str, kafka_admin: AdminClient) -> Callable[[str], list[Record]]:
    """All committed records of a topic."""

    def ended(topic: str) -> bool:
        return lag.ends(kafka_admin, [topic]) == lag.ends(
            kafka_admin, [topic], IsolationLevel.READ_UNCOMMITTED
        )

    def read_all(topic: str) -> list[Record]:
        deadline = time.monotonic() + 3
        while not ended(topic) and time.monotonic() < deadline:
            time.sleep(0.02)
        return [record for chunk in everything(kafka, topic) for record in chunk]

    return read_all


def raw(topics: Topics, *values: bytes) -> list[Record]:
    """Raw records of the partner's, with every header that there is."""
    return [Record(topics.raw("partner"), SHIP.encode(), value, Headers.of(HEADERS)) for value in values]


def send(bootstrap: str, records: Sequence[Record]) -> None:
    with Transactions(bootstrap, f"test-{uuid.uuid4().hex}") as transactions:
        transactions.commit(records)


def rows(driver: Driver, endpoints: Endpoints, cypher: str) -> list[dict[str, Any]]:
    found = driver.execute_query(cypher, database_=endpoints.neo4j_database).records
    return [row.data() for row in found]


def shown(record: Record) -> list[Any]:
    """A record as the projector tells it."""
    headers = [[name, (value or b"").decode()] for name, value in record.headers]
    return [record.key.decode() if record.key else None, headers, record.value.decode()]


class Keeping:
    """A stage of ours that does what the partner's map function does, through `passed_on`."""

    def __init__(self, topics: Topics) -> None:
        self._topics = topics

    def process(self, batch: Sequence[Record]) -> list[Record]:
        return [
            Record(self._topics.knowledge, record.key, write(thing), passed_on(record.headers, "ours"))
            for record in batch
            for thing in read(record.value)
        ]


def test_what_its_adapter_writes_loads_with_label_and_distribution(
    peer: Callable[..., list[Any]],
    settings: Settings,
    topics: Topics,
    endpoints: Endpoints,
    empty_graph: Driver,
) -> None:
    headers = {"Content-Type": "application/n-triples", "Security-Label": LABEL, "Known-At": KNOWN_AT}
    lines = [{"key": SHIP, "value": write(each).decode(), "headers": [*headers.items()]} for each in THINGS]
    peer("adapt", topics.knowledge, "partner-2", said="\n".join(map(json.dumps, lines)))
    run_graph(settings, endpoints, Event(), idle_s=0.5)

    (state,) = rows(
        empty_graph,
        endpoints,
        "MATCH (s:Ship {key: '" + SHIP + "'})-[:HAS_STATE]->(st:ShipState) "
        "MATCH (s)-[:IDENTIFIED_BY]->(i:Identifier) "
        "RETURN st.name AS name, st.length_m AS length, i.value AS number, st._sec AS sec, st._from AS since",
    )
    assert (state["name"], state["length"], state["number"]) == (NAME, 94.5, "367073680")
    pairs = interned(endpoints.kafka_bootstrap, topics)
    assert [pairs[number] for number in state["sec"]] == [Pair(canonical(LABEL), "partner-2")]
    assert state["since"] == [int(from_text(KNOWN_AT).timestamp() * 1000)]


def test_what_its_mapper_makes_loads_and_what_it_drops_ours_keeps(
    peer: Callable[..., list[Any]],
    told: Callable[[str], list[Record]],
    settings: Settings,
    topics: Topics,
    endpoints: Endpoints,
    empty_graph: Driver,
) -> None:
    """One record out keeps the label alone; a list keeps nothing; ours keeps all, however many come out."""
    given = raw(topics, *map(write, THINGS))
    send(endpoints.kafka_bootstrap, given)
    outs = {how: topics.raw(f"partner-{how}") for how in ("one-untyped", "several")}
    topics.ensure(clients.admin(endpoints.kafka_bootstrap), outs.values())
    for how, out in outs.items():
        peer("map", topics.raw("partner"), out, topics.name(how), len(THINGS), how)

    single, listed = told(outs["one-untyped"]), told(outs["several"])
    assert len(single) == len(listed) == len(THINGS)
    for record in single:
        assert record.headers.all("Security-Label") == [LABEL]
        assert record.headers.all("Input-Request-Id") == ["request-1"]
        for dropped in ("Distribution-Id", "Content-Type", "Data-Source-Reference", "Known-At"):
            assert record.headers.get(dropped) is None, dropped
        assert "receiver" not in record.headers.all("Exec-Path")
    for record in listed:
        assert record.headers.get("Security-Label") is None
        assert record.label == "!", "what lost its label is for nobody"

    worker = worker_of(settings, endpoints.kafka_bootstrap, "keeping", [topics.raw("partner")], idle_s=0.3)
    run_stage(worker, Keeping(topics), Event())
    kept = told(topics.knowledge)
    assert len(kept) == len(THINGS)
    for record in kept:
        assert {name: record.headers.get(name) for name in DATA} | {"Exec-Path": "receiver"} == DATA
        assert record.headers.all("Exec-Path") == ["receiver", "ours"]
        assert record.headers.all("Input-Request-Id") == ["request-1"]

    # In Turtle it is the same knowledge, once the map function itself passes on what the library does not.
    run_graph(settings, endpoints, Event(), idle_s=0.5)
    before = rows(empty_graph, endpoints, CENSUS)
    assert len(before) == len(THINGS)
    peer("map", topics.raw("partner"), topics.knowledge, topics.name("careful"), len(THINGS), "careful")
    assert len(told(topics.knowledge)) == 2 * len(THINGS)
    run_graph(settings, endpoints, Event(), idle_s=0.5)
    assert rows(empty_graph, endpoints, CENSUS) == before
    assert told(topics.dead_letters(topics.knowledge)) == []


def test_a_record_that_cannot_be_mapped_is_lost_there_and_a_dead_letter_here(
    peer: Callable[..., list[Any]],
    told: Callable[[str], list[Record]],
    settings: Settings,
    topics: Topics,
    endpoints: Endpoints,
    kafka_admin: AdminClient,
) -> None:
    source, out = topics.raw("partner"), topics.raw("partner-mapped")
    topics.ensure(kafka_admin, [out])
    send(endpoints.kafka_bootstrap, raw(topics, write(THINGS[0]), b"poison", write(THINGS[1])))
    group = topics.name("partner")
    peer("map", source, out, group, 3, "one", fails="this record cannot be mapped")
    peer("map", source, out, group, 1, "one")  # its process died, and is started again
    assert [read(record.value, "text/turtle") for record in told(out)] == [[THINGS[0]], [THINGS[1]]]
    assert told(topics.dead_letters(source)) == [], "nothing tells of the record between them"

    worker = worker_of(settings, endpoints.kafka_bootstrap, "keeping", [source], idle_s=0.3)
    run_stage(worker, Keeping(topics), Event())
    assert sorted(read(record.value)[0].key for record in told(topics.knowledge)) == sorted([NUMBER, SHIP])
    (letter,) = told(topics.dead_letters(source))
    assert letter.value == b"poison"
    assert {name: letter.headers.get(name) for name in HEADERS} == HEADERS
    assert letter.headers.get("Dead-Letter-Reason")
    assert letter.headers.get("Dead-Letter-Origin") == f"{source}/0/1"


def test_its_projector_reads_ours_with_every_header(
    peer: Callable[..., list[Any]],
    told: Callable[[str], list[Record]],
    settings: Settings,
    topics: Topics,
    endpoints: Endpoints,
    tmp_path: Path,
) -> None:
    file = tmp_path / "ais.csv"
    file.write_bytes(AIS)
    options = Options(label=LABEL, distribution="noaa")
    publish(registry.feed("ais"), file, settings, endpoints, options=options)
    run_ingest(settings, endpoints, [registry.feed("ais")], Event(), idle_s=0.3)
    ours = told(topics.knowledge)
    theirs = peer("project", topics.knowledge, f"{topics.prefix}projector", len(ours))

    assert sorted(map(shown, ours)) == sorted(
        [each["key"], each["headers"], each["value"]] for each in theirs
    )
    data = [each for each in theirs if "TrackSegment" in each["value"]]
    assert len(data) == 2
    for each in data:
        headers = {name.lower(): value for name, value in each["headers"]}
        assert each["label"] == headers["security-label"] == canonical(LABEL)
        assert headers["distribution-id"] == "noaa"
        assert headers["content-type"] == "application/n-triples"
        assert from_text(headers["known-at"])
        assert {"exec-path", "request-id", "input-request-id", "schema-version"} <= headers.keys()
        assert each["triples"] == sum(1 for line in each["value"].splitlines() if line.strip())
