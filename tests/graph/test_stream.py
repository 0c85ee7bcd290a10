"""From the log to the graph and again: the worker, dead letters, and the rebuild."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from threading import Event, Thread
from typing import Any

import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient
from neo4j import Driver

from graph import offsets
from graph.digest import digest
from graph.errors import RebuildRefusedError
from graph.rebuild import Progress, empty, rebuild
from graph.worker import run_graph
from ontology import rdf
from ontology.kind import Thing
from ontology.observed import Subject, Tick
from ontology.times import to_text
from runtime import compacted, kafka, lag
from runtime.record import DEAD_LETTER_REASON, Headers, Record
from runtime.replay import everything
from runtime.servers import Endpoints, IdentityError
from runtime.settings import Settings
from runtime.topics import Topics
from runtime.transaction import send

DISTRIBUTION = "noaa"


@dataclass
class Log:
    """The log of one installation, with its own prefix."""

    settings: Settings
    endpoints: Endpoints
    topics: Topics

    producer: Producer

    def tell(self, topic: str, things: Sequence[Thing], known_at: Any, label: str = "*") -> None:
        records = []
        for thing in things:
            headers = {
                "Content-Type": "application/n-triples",
                "Security-Label": label,
                "Distribution-Id": DISTRIBUTION,
                "Known-At": to_text(known_at),
            }
            key = getattr(thing, "subject", thing.key)
            records.append(Record(topic, key.encode(), rdf.write(thing), Headers.of(headers)))
        self.put(*records)

    def put(self, *records: Record) -> None:
        for record in records:
            send(self.producer, record)

    def flush(self) -> None:
        assert self.producer.flush(20) == 0

    def load(self, idle_s: float = 1.5) -> None:
        self.flush()
        run_graph(self.settings, self.endpoints, Event(), idle_s=idle_s)


@pytest.fixture
def log(
    server_settings: Settings,
    endpoints: Endpoints,
    kafka_admin: AdminClient,
    fresh_topics: Callable[[str], str],
    graph: Driver,  # noqa: ARG001 - empty and ready
) -> Log:
    topics = Topics(fresh_topics(""))
    topics.ensure(kafka_admin, topics.all(["ais"]))
    settings = server_settings.model_copy(update={"topic_prefix": topics.prefix})
    return Log(settings, endpoints, topics, kafka.producer(endpoints.kafka_bootstrap))


@pytest.fixture
def told(log: Log, telling: Any) -> Log:
    for number in range(6):
        ship = f"urn:diurnal:subject:mmsi:36707368{number}"
        for hour in range(4):
            start = 3600 * hour
            things = [
                Subject(ship, "Ship", (f"urn:diurnal:identifier:MMSI:36707368{number}",)),
                telling.segment(range(start, start + 3000, 60), subject=ship),
                telling.segment(range(start + 1200, start + 3600, 60), subject=ship),
                Tick("urn:diurnal:source:noaa", telling.at(start)),
            ]
            log.tell(log.topics.knowledge, things, telling.at(start + 3600), label="a&b" if number else "b&a")
            stay = telling.stay(start=start, end=start + 600, subject=ship)
            stay = telling.stay(start=start, end=start + 600, subject=ship, key=f"{stay.key}-{number}")
            place = telling.place()
            log.tell(log.topics.derived, [stay, place], telling.at(start + 3600))
    return log


def test_what_the_log_tells_is_in_the_graph(told: Log, graph: Driver) -> None:
    told.load()
    count = "MATCH (n:{}) RETURN count(n)"
    sizes = {
        label: graph.execute_query(count.format(label)).records[0][0]  # type: ignore[arg-type]
        for label in ("Ship", "TrackSegment", "Stay", "Place", "Source", "Identifier")
    }
    assert sizes == {"Ship": 6, "TrackSegment": 48, "Stay": 24, "Place": 1, "Source": 1, "Identifier": 6}
    fixes = graph.execute_query("MATCH (n:TrackSegment) RETURN sum(n.fixes)").records[0][0]
    assert fixes == 6 * 4 * 60
    interned = compacted.latest(told.endpoints.kafka_bootstrap, told.topics.labels)
    used = graph.execute_query("MATCH (n) UNWIND n._sec AS id RETURN DISTINCT id").records
    assert {str(row["id"]) for row in used} == interned.keys()
    assert len(interned) == 2
    ends = lag.ends(kafka.admin(told.endpoints.kafka_bootstrap), [told.topics.knowledge, told.topics.derived])
    stored = offsets.stored(graph)
    assert {slot: stored.get(slot, 0) for slot in ends} == ends


def test_a_rebuild_gives_the_same_graph(told: Log, graph: Driver) -> None:
    told.load()
    before = digest(graph)
    graph.execute_query(
        "MATCH (n:Stay) SET n.fixes = 0"
    )  # whatever was done to it by hand is gone afterwards
    graph.execute_query("CREATE (:Stray {key: 'stray', _to: 0})")
    phases: list[Progress] = []
    loaded = rebuild(told.settings, told.endpoints, phases.append)
    after = digest(graph)
    assert after.differences(before) == []
    assert after == before
    assert loaded == phases[-1].total == phases[-1].done
    assert (phases[0].phase, phases[-1].phase) == ("emptying", "loading")


def test_a_rebuild_and_a_running_worker_share_the_work(told: Log, graph: Driver) -> None:
    told.load()
    before = digest(graph)
    stop = Event()
    worker = Thread(target=run_graph, args=(told.settings, told.endpoints, stop))
    worker.start()
    rebuild(told.settings, told.endpoints)
    stop.set()
    worker.join(60)
    assert not worker.is_alive()
    assert digest(graph) == before


def test_two_do_not_rebuild_at_once(told: Log, graph: Driver) -> None:
    told.load()
    before = digest(graph)
    graph.execute_query("MERGE (r:_Rebuild {key: 'graph'}) ON CREATE SET r.count = 0")
    with graph.session() as session, session.begin_transaction() as tx:
        tx.run("MATCH (r:_Rebuild) SET r.count = r.count").consume()
        with pytest.raises(RebuildRefusedError, match="Nothing was deleted"):
            rebuild(told.settings, told.endpoints)
    assert digest(graph) == before


def test_another_servers_graph_is_not_emptied(told: Log, graph: Driver) -> None:
    told.load()
    before = digest(graph)
    with pytest.raises(IdentityError):
        rebuild(told.settings, replace(told.endpoints, neo4j_identity="diurnal-somebody-else"))
    assert digest(graph) == before


def test_a_loader_does_not_trust_what_it_remembers_of_an_emptied_graph(loading: Any, telling: Any) -> None:
    """Its next partition stands at 0 before and after, so that the offset alone would not tell."""
    loading.load(telling.told(telling.stay()))
    loading.loader.write_told("derived", 1, 0, [], 0)
    empty(loading.driver, "neo4j", [("derived", 0), ("derived", 1)], lambda _: None)
    loading.loader.write_told("derived", 1, 0, [telling.told(telling.stay(), partition=1)], 1)
    assert loading.value("MATCH (:Subject)-[:STAYED]->(n:Stay)-[:AT]->(:Place) RETURN count(n)") == 1


def test_a_bad_record_becomes_a_dead_letter_and_the_rest_goes_on(
    log: Log, telling: Any, graph: Driver
) -> None:
    knowledge = log.topics.knowledge
    headers = {"Security-Label": "*", "Distribution-Id": DISTRIBUTION, "Known-At": to_text(telling.at(0))}
    good = rdf.write(telling.segment(range(0, 600, 60)))
    late = rdf.write(telling.segment(range(600, 900, 60)))
    key = telling.ship.encode()
    bad = {
        b"this is no RDF": headers,
        good + b"# no time": {"Security-Label": "*", "Schema-Version": "1"},
        good + b"# no label": {**headers, "Security-Label": "a &"},
        good + b"# odd type": {**headers, "Content-Type": "application/pdf"},
        rdf.write(telling.stay()): headers,
    }
    log.put(Record(knowledge, key, good, Headers.of(headers)))
    log.put(*(Record(knowledge, key, value, Headers.of(each)) for value, each in bad.items()))
    log.put(Record(knowledge, key, late, Headers.of(headers)))
    log.load()
    assert graph.execute_query("MATCH (n:TrackSegment) RETURN sum(n.fixes)").records[0][0] == 15
    dead = log.topics.dead_letters(knowledge)
    letters = [letter for part in everything(log.endpoints.kafka_bootstrap, dead) for letter in part]
    assert {letter.value for letter in letters} == bad.keys()
    assert all(letter.headers.get(DEAD_LETTER_REASON) for letter in letters)
