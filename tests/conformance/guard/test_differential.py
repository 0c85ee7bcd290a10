"""What anybody is answered, as of any moment, is what a database of what they may know alone would answer.

The whole of it takes minutes: `make differential`. A slice of it runs with every other test.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from threading import Event

import pytest
from confluent_kafka.admin import AdminClient
from neo4j import Driver

from api.errors import ViewRefusedError
from graph import schema
from graph.queries import shelf
from graph.worker import run_graph
from ontology.labels import Pair, canonical, pair_id
from runtime import kafka
from runtime.servers import Endpoints
from runtime.settings import Settings
from runtime.topics import Topics
from runtime.transaction import send
from tests.conformance.guard import corpus, routes, store
from tests.conformance.guard.answers import Query
from tests.conformance.guard.askers import USERS, VIEWS, Asker
from tests.conformance.guard.compare import Compared, compare
from tests.conformance.guard.world import World, world

GENERATED = 200
WORLDS = {
    1: (
        Asker("chief", "full", "now"),
        Asker("anyone", "low", "now"),
        Asker("agent", "full", "between"),
        Asker("anyone", "low", "early"),
    ),
    2: (
        Asker("blue", "low", "after"),
        Asker("agent", "low", "early"),
        Asker("red", "low", "now"),
        Asker("chief", "full", "between"),
    ),
    3: (
        Asker("chief", "low", "between"),
        Asker("agent", "full", "now"),
        Asker("red", "low", "between"),
        Asker("anyone", "low", "after"),
    ),
}
"""Who asks in which world, by its seed."""
WRITES = {"/v1/reports", "/v1/findings/{key}/verdicts"}
"""POST routes that keep something; what a report says is compared apart from its route."""


@pytest.fixture
def filled(neo4j: Driver) -> Driver:
    """With the schema, and emptied by whoever fills it."""
    schema.ensure(neo4j)
    return neo4j


def whole_corpus(seed: int) -> list[Query]:
    return list(dict.fromkeys([*corpus.written(), *corpus.generated(seed, GENERATED)]))


def settled(found: Compared, record: Callable[[str, object], None]) -> None:
    record("answers", found.answers)
    record("empty", found.empty)
    print(f"{found.answers} answers compared, {found.empty} of them empty")  # noqa: T201
    assert found.differences == []
    # An empty answer is right whatever the guard does: too many of them would prove nothing.
    assert found.empty < found.answers / 10


def test_a_slice_of_it(filled: Driver, record_property: Callable[[str, object], None]) -> None:
    askers = [Asker("blue", "low", "between"), Asker("agent", "full", "now")]
    settled(compare(filled, world(0, subjects=4), askers, whole_corpus(0), every=16), record_property)
    store.empty(filled)


@pytest.mark.differential
@pytest.mark.timeout(1500)
@pytest.mark.parametrize("seed", WORLDS)
def test_everybody_is_answered_from_what_they_may_know(
    filled: Driver, seed: int, record_property: Callable[[str, object], None]
) -> None:
    queries = whole_corpus(seed)
    assert len(queries) >= 300
    settled(compare(filled, world(seed), WORLDS[seed], queries), record_property)
    store.empty(filled)


@pytest.mark.differential
def test_before_anything_was_known_there_is_nothing(filled: Driver) -> None:
    found = compare(filled, world(1), [Asker("agent", "full", "before")], corpus.written(), every=4)
    assert found.differences == []
    store.empty(filled)


@pytest.mark.differential
@pytest.mark.timeout(600)
def test_the_same_through_the_log_and_the_worker(
    filled: Driver,
    endpoints: Endpoints,
    server_settings: Settings,
    kafka_admin: AdminClient,
    fresh_topics: Callable[[str], str],
    record_property: Callable[[str, object], None],
) -> None:
    topics = Topics(fresh_topics(""))
    topics.ensure(kafka_admin, topics.all(["ais"]))
    settings = server_settings.model_copy(update={"topic_prefix": topics.prefix})

    def load(driver: Driver, whole: World) -> None:
        store.empty(driver)
        producer = kafka.producer(endpoints.kafka_bootstrap)
        for topic, sent in ((topics.knowledge, whole.observed), (topics.derived, whole.concluded)):
            for one in sent:
                # Kafka gives the offset, and the key the partition.
                send(producer, replace(one.record(topic, -1), partition=-1))
        assert producer.flush(20) == 0
        run_graph(settings, endpoints, Event(), idle_s=2.0)
        store.settle(driver)

    found = compare(filled, world(4), [Asker("chief", "full", "between")], whole_corpus(4), load, every=2)
    settled(found, record_property)
    store.empty(filled)


def test_a_sight_is_what_the_labels_permit() -> None:
    sent = world(1)
    seen = set()
    for user, view in product(USERS, VIEWS):
        asker = Asker(user, view, "now")
        permitted = {one.pair for told in (sent.observed, sent.concluded) for one in told if asker.may(one)}
        try:
            allowed = asker.sight().allowed
        except ViewRefusedError:
            assert view == "full"
            continue
        assert allowed == {pair_id(Pair(canonical(pair.label), pair.distribution)) for pair in permitted}
        seen.add(allowed)
    assert len(seen) >= 5


def test_every_route_that_reads_the_graph_is_asked() -> None:
    asked = routes.paths(
        {"ship": "s", "other": "o", "place": "p", "elsewhere": "e", "finding": "f", "word": "w"}
    )
    assert len(routes.templates()) >= 10
    gets = [path.partition("?")[0] for path in asked]
    posts = [path.removeprefix("POST ").partition(" ")[0] for path in asked if path.startswith("POST ")]
    for method, paths in (("GET", gets), ("POST", posts)):
        for template in set(routes.templates(method)) - WRITES:
            whole = re.compile(re.sub(r"\{\w+\}", "[^/?]+", template))
            assert any(map(whole.fullmatch, paths)), template
    assert set(posts) >= {f"/v1/queries/{name}" for name in shelf.load()}
