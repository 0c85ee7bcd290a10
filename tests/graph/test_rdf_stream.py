"""RDF of partners from the log to the graph: dead letters with their line, and the rebuild."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from threading import Event

import pytest
from confluent_kafka.admin import AdminClient
from neo4j import Driver

from graph.digest import digest
from graph.rebuild import rebuild
from graph.worker import run_graph
from ontology import rdf
from ontology.observed import Subject
from runtime import kafka as kafka_clients
from runtime.record import DEAD_LETTER_LINE, DEAD_LETTER_REASON, Headers, Record
from runtime.replay import everything
from runtime.servers import Endpoints
from runtime.settings import Settings
from runtime.topics import Topics
from runtime.transaction import send

GOOD = b"""@prefix : <urn:example:> . :g { :a :knows [ :name "Ada"@en, "Bob" ] . } :a :list ( 1 :b ) ."""
AGAIN = b"""@prefix : <urn:example:> . :a :list :b ."""
BAD = b"<urn:example:a> <urn:example:p> <urn:example:b> .\n<urn:example:a> oops .\n"
SHIP = Subject("urn:diurnal:subject:mmsi:367073680", "Ship")


@dataclass
class Log:
    settings: Settings
    endpoints: Endpoints
    topics: Topics

    def put(self, value: bytes, content_type: str, label: str = "*") -> None:
        producer = kafka_clients.producer(self.endpoints.kafka_bootstrap)
        headers = {
            "Content-Type": content_type,
            "Security-Label": label,
            "Distribution-Id": "partner",
            "Known-At": "2026-01-01T00:00:00+00:00",
        }
        send(producer, Record(self.topics.knowledge, b"k", value, Headers.of(headers)))
        producer.flush(20)

    def load(self) -> None:
        run_graph(self.settings, self.endpoints, Event(), idle_s=1.0)


@pytest.fixture
def log(endpoints: Endpoints, kafka_admin: AdminClient) -> Log:
    settings = Settings(topic_prefix=f"t{uuid.uuid4().hex[:8]}.")
    topics = Topics(settings.topic_prefix, settings.topic_replicas)
    topics.ensure(kafka_admin, [topics.knowledge, topics.derived, topics.labels])
    return Log(settings, endpoints, topics)


def test_any_rdf_is_loaded_from_the_log_and_a_rebuild_gives_the_same(graph: Driver, log: Log) -> None:
    log.put(GOOD, "application/trig")
    log.put(rdf.write(SHIP), "application/n-triples")
    log.put(BAD, "application/n-triples")
    log.put(AGAIN, "text/turtle", label="secret")
    log.put(GOOD, "application/trig")
    log.load()
    [letter] = [
        record
        for chunk in everything(log.endpoints.kafka_bootstrap, log.topics.dead_letters(log.topics.knowledge))
        for record in chunk
    ]
    assert letter.value == BAD
    assert letter.headers.get(DEAD_LETTER_LINE) == "2"
    assert "line 2" in (letter.headers.get(DEAD_LETTER_REASON) or "")
    before = digest(graph)
    assert before.parts["STATEMENT"].count == 9
    assert before.parts["Ship:Subject"].count == 1
    rebuild(log.settings, log.endpoints)
    assert digest(graph) == before


def test_a_digest_sees_what_is_said_and_where(graph: Driver, log: Log) -> None:
    log.put(GOOD, "application/trig")
    log.load()
    before = digest(graph)
    for change in ("SET e.graph = 'urn:example:h'", "SET e._sec = [1]", "DELETE e"):
        with graph.session() as session, session.begin_transaction() as tx:
            tx.run(f"MATCH ()-[e:STATEMENT {{name: 'knows'}}]->() {change}").consume()
            tx.commit()
        after = digest(graph)
        assert after.full != before.full, change
        before = after
