"""The API serves one label only, and closes itself when a second one arrives."""

import asyncio
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from httpx import Client
from neo4j import Driver

from api import server
from api.app import create_app
from api.errors import ClosedError
from api.gate import LabelGate
from graph.reader.reader import Reader
from runtime.servers import Endpoints
from runtime.settings import Settings

SECOND = """
    MATCH (s:Subject) WITH s LIMIT 1
    CREATE (s)-[:HAS_TRACK {_sec: [99], _from: [0], _to: 9223372036854775807}]->
           (:TrackSegment {
               key: 'second', _sec: [99], _from: [0], _to: 9223372036854775807, label: 'secret=true',
               source: 'partner', hour: datetime('2020-12-01T00:00Z'), times: [1], lons: [0.0], lats: [0.0]
           })
"""


@pytest.fixture
def second_label(filled: Driver) -> Iterator[None]:
    filled.execute_query(SECOND)
    yield
    filled.execute_query("MATCH (t:TrackSegment {key: 'second'}) DETACH DELETE t")


def test_one_label_is_let_through(reader: Reader) -> None:
    LabelGate(reader).check()


@pytest.mark.usefixtures("second_label")
def test_it_refuses_to_start_over_two_and_names_them(api_settings: Settings, endpoints: Endpoints) -> None:
    app = create_app(api_settings, endpoints)

    async def start() -> None:
        async with app.router.lifespan_context(app):
            pytest.fail("it started")

    with pytest.raises(ClosedError, match="secret=true from partner"):
        asyncio.run(start())


@pytest.mark.usefixtures("second_label")
def test_nor_does_the_server(api_settings: Settings, endpoints: Endpoints) -> None:
    with pytest.raises(ClosedError, match="secret=true from partner"):
        server.serve(api_settings, endpoints, 0)


def test_it_closes_itself_when_a_second_arrives(
    client: Client, app: FastAPI, filled: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.state.held.gate, "_look_every_s", 0.0)
    assert client.get("/v1/subjects").status_code == 200
    filled.execute_query(SECOND)
    try:
        for path in ("/v1/subjects", "/v1/reports", "/v1/subjects/mmsi:367000001/tracks"):
            answer = client.get(path)
            assert answer.status_code == 503
            assert answer.json()["type"] == "urn:diurnal:problem:closed"
            assert "secret" not in answer.text
    finally:
        filled.execute_query("MATCH (t:TrackSegment {key: 'second'}) DETACH DELETE t")
    assert client.get("/v1/subjects").status_code == 200


def test_while_no_loader_has_moved_labels_are_not_read_again(reader: Reader, filled: Driver) -> None:
    filled.execute_query("CREATE (:_Offset {topic: 'knowledge', partition: 0, next: 1})")
    try:
        gate = LabelGate(reader, look_every_s=0.0)
        gate.check()
        filled.execute_query(SECOND)
        gate.check()
        filled.execute_query("MATCH (o:_Offset) SET o.next = 2")
        with pytest.raises(ClosedError):
            gate.check()
    finally:
        filled.execute_query("MATCH (n) WHERE n:_Offset OR n.key = 'second' DETACH DELETE n")
