"""The API serves one label only, and closes itself when a second one arrives."""

import asyncio
from collections.abc import Callable, Iterator, Mapping

import pytest
from fastapi import FastAPI
from httpx import Client
from neo4j import Driver

from api import server
from api.app import create_app
from api.errors import ClosedError
from api.gate import LabelGate
from graph.reader.reader import Reader
from ontology.labels import DENY, Pair
from runtime.errors import TransientError
from runtime.interner import Interner, interned
from runtime.servers import Endpoints
from runtime.settings import Settings
from runtime.topics import Topics

SECRET = Pair("secret=true", "partner")
PARTNER = Pair("*", "partner")
SECOND = """
    MATCH (s:Subject) WITH s LIMIT 1
    CREATE (s)-[:HAS_TRACK {_sec: [$id], _from: [0], _to: 9223372036854775807}]->
           (:TrackSegment {
               key: 'second', _sec: [$id], _from: [0], _to: 9223372036854775807, label: $label,
               source: 'partner', hour: datetime('2020-12-01T00:00Z'), times: [1], lons: [0.0], lats: [0.0]
           })
"""
Add = Callable[[Pair], None]


@pytest.fixture
def add(filled: Driver, kafka: str, labelled: Topics) -> Iterator[Add]:
    """Tells the graph something under another pair, as a loader does: numbered first."""

    def tell(pair: Pair) -> None:
        filled.execute_query(SECOND, id=Interner(kafka, labelled).intern(pair), label=pair.label)

    yield tell
    filled.execute_query("MATCH (n) WHERE n:_Offset OR n.key = 'second' DETACH DELETE n")


@pytest.fixture
def pairs(kafka: str, labelled: Topics) -> Callable[[], Mapping[int, Pair]]:
    return lambda: interned(kafka, labelled)


@pytest.fixture
def gate(reader: Reader, pairs: Callable[[], Mapping[int, Pair]]) -> LabelGate:
    return LabelGate(reader.driver, "neo4j", pairs, look_every_s=0.0)


def test_what_nobody_may_see_closes_it(gate: LabelGate, add: Add) -> None:
    add(Pair(DENY, "partner"))
    with pytest.raises(ClosedError, match="nobody may see it"):
        gate.check()


def test_one_label_is_let_through(gate: LabelGate) -> None:
    gate.check()


def test_another_distribution_under_the_same_label_is_let_through(gate: LabelGate, add: Add) -> None:
    gate.check()
    add(PARTNER)
    gate.check()


def test_a_pair_that_the_log_does_not_explain_closes(gate: LabelGate, filled: Driver, add: Add) -> None:
    add(PARTNER)
    filled.execute_query("MATCH (t {key: 'second'}) SET t._sec = [99]")
    with pytest.raises(ClosedError, match=r"does not explain.*99"):
        gate.check()


def test_nothing_is_let_through_while_the_log_is_away(reader: Reader) -> None:
    def away() -> Mapping[int, Pair]:
        raise TransientError("Kafka is away")

    with pytest.raises(TransientError):
        LabelGate(reader.driver, "neo4j", away).check()


def test_the_log_is_asked_for_pairs_not_seen_before_only(
    reader: Reader, pairs: Callable[[], Mapping[int, Pair]]
) -> None:
    asked: list[int] = []

    def counted() -> Mapping[int, Pair]:
        asked.append(1)
        return pairs()

    gate = LabelGate(reader.driver, "neo4j", counted, look_every_s=0.0)
    gate.check()
    gate.check()
    assert len(asked) == 1


def test_it_refuses_to_start_over_two_and_names_them(
    api_settings: Settings, endpoints: Endpoints, add: Add
) -> None:
    add(SECRET)
    app = create_app(api_settings, endpoints)

    async def start() -> None:
        async with app.router.lifespan_context(app):
            pytest.fail("it started")

    with pytest.raises(ClosedError, match="secret=true from partner"):
        asyncio.run(start())


def test_nor_does_the_server(api_settings: Settings, endpoints: Endpoints, add: Add) -> None:
    add(SECRET)
    with pytest.raises(ClosedError, match="secret=true from partner"):
        server.serve(api_settings, endpoints, 0)


def test_it_closes_itself_when_a_second_arrives(
    client: Client, app: FastAPI, filled: Driver, monkeypatch: pytest.MonkeyPatch, add: Add
) -> None:
    monkeypatch.setattr(app.state.held.gate, "_look_every_s", 0.0)
    assert client.get("/v1/subjects").status_code == 200
    add(SECRET)
    for path in ("/v1/subjects", "/v1/reports", "/v1/subjects/mmsi:367000001/tracks"):
        answer = client.get(path)
        assert answer.status_code == 503
        assert answer.json()["type"] == "urn:diurnal:problem:closed"
        assert "secret" not in answer.text
    filled.execute_query("MATCH (t:TrackSegment {key: 'second'}) DETACH DELETE t")
    assert client.get("/v1/subjects").status_code == 200


def test_while_no_loader_has_moved_labels_are_not_read_again(
    gate: LabelGate, filled: Driver, add: Add
) -> None:
    filled.execute_query("CREATE (:_Offset {topic: 'knowledge', partition: 0, next: 1})")
    gate.check()
    add(SECRET)
    gate.check()
    filled.execute_query("MATCH (o:_Offset) SET o.next = 2")
    with pytest.raises(ClosedError):
        gate.check()
