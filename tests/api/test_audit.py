"""Nothing is answered that is not written down: every route, now and later, whatever goes wrong."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from types import ModuleType

import httpx
import pytest
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from httpx import Client
from neo4j import Driver

from api import answer
from api.account import Accounted
from api.app import create_app
from api.audited import UNAUDITED
from runtime.audit.entry import Event
from runtime.audit.keys import Keys
from runtime.audit.notes import notes
from runtime.audit.reader import Read, Seal, Wanted, page
from runtime.audit.verify import verify
from runtime.audit.writer import RETRY_S, Writer, notes_folder
from runtime.replay import everything
from runtime.servers import Endpoints, Stack
from runtime.settings import LOCAL_ISSUER, Settings
from runtime.topics import Topics

Serve = Callable[[FastAPI], AbstractContextManager[str]]
Entries = Callable[[], list[Read]]
Bearer = Callable[..., dict[str, str]]
ONCE = {"Connection": "close"}
"""After a fault the server closes the connection, which the next question may notice too late."""
AUDITOR = {"audit": ("true",), "nationality": ("GB",), "operator": ("true",)}


def _trouble(app: FastAPI, kafka_pid: int | None) -> None:
    """Routes that go wrong in every way, added as any route is: after the application was made."""

    def endless() -> Iterator[bytes]:
        while True:
            yield b"x" * 100_000

    def halting() -> Iterator[bytes]:
        yield b"x" * 100
        assert kafka_pid is not None
        os.kill(kafka_pid, signal.SIGSTOP)
        yield b"the end"

    def gaps() -> Iterator[bytes]:
        yield from (b"", b"x", b"", b"yz" + b"xyz" * 7, b"", b"", b"xyz", b"", b"xyz", b"")

    def slowly(account: Accounted) -> StreamingResponse:
        def rows() -> Iterator[bytes]:
            for _ in range(5):
                account.counts()
                yield b'{"a":1}\n' * 10

        return StreamingResponse(rows(), media_type="application/x-ndjson")

    def breaks() -> None:
        raise RuntimeError("a fault within")

    def asks(account: Accounted) -> dict[str, int]:
        account.asks("MATCH (n {name: $name}) RETURN n", {"name": "ANN", "when": time})
        return {"n": 1}

    app.add_api_route("/endless", lambda: StreamingResponse(endless()))
    app.add_api_route("/halting", lambda: StreamingResponse(halting()))
    app.add_api_route("/one", lambda: StreamingResponse(iter([b"x" * 100])))
    app.add_api_route("/gaps", lambda: StreamingResponse(gaps()))
    app.add_api_route("/slowly", slowly, response_model=None)
    app.add_api_route("/breaks", breaks)
    app.add_api_route("/asks", asks)


@pytest.fixture(scope="module")
def audited(filled: Driver, api_settings: Settings, endpoints: Endpoints, stack: Stack) -> FastAPI:
    """The application, with routes added that go wrong."""
    assert filled is not None
    app = create_app(api_settings, endpoints)
    _trouble(app, stack.kafka.pid)
    return app


@pytest.fixture(scope="module")
def asking(audited: FastAPI, serve: Serve, bearer: Bearer) -> Iterator[Client]:
    """An auditor who asks."""
    headers = bearer("auditor", **AUDITOR)
    with serve(audited) as address, httpx.Client(base_url=address, timeout=60, headers=headers) as known:
        yield known


@pytest.fixture
def entries(kafka: str, api_settings: Settings) -> Entries:
    """The entries so far, the latest first."""
    topic, keys = Topics(api_settings.topic_prefix).audit, Keys.of(api_settings)
    return lambda: list(page(kafka, topic, keys, Wanted(), 1_000).items)


def paths(app: FastAPI) -> list[tuple[str, str]]:
    """Every method and path there is."""
    return sorted((m.upper(), path) for path, methods in app.openapi()["paths"].items() for m in methods)


def test_every_route_is_written_down(audited: FastAPI, asking: Client, entries: Entries) -> None:
    listed = [(m, p) for m, p in paths(audited) if p not in {"/endless", "/halting", "/breaks"}]
    assert len(listed) > 20
    for method, path in listed:
        before = entries()
        told = asking.request(method, path.format(subject="mmsi:1", key="k", id="i", name="n"))
        assert told.status_code < 500, told.text
        now = entries()
        new = [read.entry.route for read in now[: len(now) - len(before)]]
        assert new == ([] if path in UNAUDITED else [f"{method} {path}"])


def test_what_is_not_written_down_tells_nothing_of_the_graph() -> None:
    assert {"/health", "/v1/openapi.json"} == UNAUDITED


def test_an_entry_tells_who_asked_what_and_seals_it(
    asking: Client, entries: Entries, harbour: ModuleType
) -> None:
    told = asking.get(
        "/v1/subjects?q=ferry&limit=2", headers={"Diurnal-Purpose": "Fall Ödön 12".encode()}
    ).json()
    entry = entries()[0].entry
    assert (entry.who, entry.issuer, dict(entry.attributes)) == ("auditor", LOCAL_ISSUER, AUDITOR)
    assert (entry.event, entry.route) == (Event.ANSWERED, "GET /v1/subjects")
    assert entry.rows == len(told["items"]) > 0
    assert (entry.view, entry.moment) == (harbour.VIEW, None)
    assert entry.parameters == ("limit", "q")
    assert entry.size is not None
    assert entry.size > 100
    assert entry.took_us is not None
    assert 0 < entry.took_us < 60_000_000
    assert entry.secret.query == "GET /v1/subjects?q=ferry&limit=2"
    assert entry.secret.purpose == "Fall Ödön 12"


def test_the_moment_is_kept(asking: Client, entries: Entries) -> None:
    assert asking.get("/v1/subjects?as_of=2020-12-05T12:00Z").status_code == 200
    assert entries()[0].entry.moment == datetime(2020, 12, 5, 12, tzinfo=UTC)


def test_a_body_is_kept(asking: Client, entries: Entries) -> None:
    wanted = {"start": "2020-12-01T00:00:00Z", "end": "2020-12-08T00:00:00Z"}
    assert asking.post("/v1/reports", json=wanted).status_code == 201
    entry = entries()[0].entry
    assert (entry.secret.values, entry.rows) == ({"body": wanted}, 1)


def test_a_route_tells_its_query(asking: Client, entries: Entries) -> None:
    assert asking.get("/asks").status_code == 200
    entry = entries()[0].entry
    assert entry.secret.query == "MATCH (n {name: $name}) RETURN n"
    assert entry.secret.values["name"] == "ANN"
    assert entry.parameters == (), "anybody can write anything in the place of a name"


def test_a_query_in_cypher_is_written_down(asking: Client, entries: Entries) -> None:
    query = "MATCH (s:Ship) WHERE s.key <> $name RETURN s.key"
    told = asking.post("/v1/cypher", json={"query": query, "parameters": {"name": "ANN"}})
    assert told.status_code == 200, told.text
    entry = entries()[0].entry
    assert (entry.secret.query, dict(entry.secret.values)) == (query, {"name": "ANN"})
    assert (entry.event, entry.parameters) == (Event.ANSWERED, ())
    assert entry.rows == len(told.json()["rows"]) > 0
    assert asking.post("/v1/cypher", json={"query": "CREATE (n)"}).status_code < 500
    assert (entries()[0].entry.event, entries()[0].entry.secret.query) == (Event.REFUSED, "CREATE (n)")


def test_names_in_free_text_are_sealed_and_those_of_saved_queries_open(
    kafka: str, asking: Client, api_settings: Settings, entries: Entries
) -> None:
    asked = {"query": "RETURN $`ANN EXAMPLE` AS n", "parameters": {"ANN EXAMPLE": 1}}
    assert asking.post("/v1/cypher", json=asked).status_code == 200
    assert entries()[0].entry.secret.values == {"ANN EXAMPLE": 1}
    saved = {"parameters": {"scheme": "MMSI"}}
    assert asking.post("/v1/queries/shared-identifiers", json=saved).status_code == 200
    assert (entries()[0].entry.event, entries()[0].entry.parameters) == (
        Event.ANSWERED,
        ("name", "query", "scheme"),
    )
    strange = {"parameters": {"BOB EXAMPLE": 1}}
    assert asking.post("/v1/queries/shared-identifiers", json=strange).status_code == 422
    assert entries()[0].entry.secret.values["BOB EXAMPLE"] == 1
    lying = [r.value for chunk in everything(kafka, Topics(api_settings.topic_prefix).audit) for r in chunk]
    assert not [value for value in lying if b"EXAMPLE" in value]


def test_refusals_and_faults_are_written_down(asking: Client, entries: Entries) -> None:
    for path, status, event, route in (
        ("/v1/subjects/mmsi:1", 404, Event.REFUSED, "GET /v1/subjects/{subject}"),
        ("/v1/subjects?colour=red", 422, Event.REFUSED, "GET /v1/subjects"),
        ("/nothing", 404, Event.REFUSED, "GET none"),
        ("/breaks", 500, Event.FAILED, "GET /breaks"),
    ):
        assert asking.get(path, headers=ONCE).status_code == status
        entry = entries()[0].entry
        assert (entry.event, entry.route, entry.secret.query) == (event, route, f"GET {path}")
        assert entry.parameters == (), "names that no route has could be anything"


def test_a_long_answer_leaves_between_two_entries(
    asking: Client, entries: Entries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answer, "HELD_BYTES", 100)
    assert asking.get("/slowly").text == '{"a":1}\n' * 50
    ended, begun = (read.entry for read in entries()[:2])
    assert (begun.event, ended.event) == (Event.BEGUN, Event.ANSWERED)
    assert begun.request == ended.request
    assert (ended.rows, ended.size) == (5, 400)


def test_the_newest_bytes_of_a_long_answer_wait_for_its_next(
    asking: Client, entries: Entries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answer, "HELD_BYTES", 10)
    before = len(entries())
    assert asking.get("/one").text == "x" * 100
    assert [read.entry.event for read in entries()[: len(entries()) - before]] == [
        Event.ANSWERED,
        Event.BEGUN,
    ]
    assert asking.get("/gaps").text == "xyz" * 10


def test_who_went_away_is_written_down(asking: Client, entries: Entries) -> None:
    with asking.stream("GET", "/endless") as told:
        assert next(told.iter_bytes())
    deadline = time.monotonic() + 10
    while entries()[0].entry.event is not Event.FAILED:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert [read.entry.event for read in entries()[:2]] == [Event.FAILED, Event.BEGUN]


def test_without_the_log_there_is_no_answer(audited: FastAPI, asking: Client, api_settings: Settings) -> None:
    there = audited.state.audit
    try:
        _ask_in_vain(audited, asking, api_settings)
    finally:
        audited.state.audit = there
    assert asking.get("/asks").status_code == 200


def _ask_in_vain(audited: FastAPI, asking: Client, api_settings: Settings) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        audited.state.audit = Writer(f"127.0.0.1:{nobody.getsockname()[1]}", api_settings, "away")
        for path in ("/v1/subjects", "/asks", "/nothing", "/slowly"):
            told = asking.get(path)
            assert (told.status_code, told.json()["type"]) == (503, "urn:diurnal:problem:audit-away")
            assert told.headers["Retry-After"]
        assert asking.get("/breaks", headers=ONCE).status_code == 500
        assert asking.get("/health").status_code == 200


def test_a_log_that_halts_ends_an_answer_on_its_way(
    asking: Client, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answer, "HELD_BYTES", 10)
    came = bytearray()

    def take() -> None:
        with asking.stream("GET", "/halting") as told:
            for part in told.iter_bytes():
                came.extend(part)

    assert stack.kafka.pid is not None
    try:
        with pytest.raises(httpx.RemoteProtocolError, match="without sending complete"):
            take()
    finally:
        os.kill(stack.kafka.pid, signal.SIGCONT)
    assert came == b"x" * 100, "all before the newest bytes, which wait for the last entry"
    time.sleep(RETRY_S + 0.2)
    assert asking.get("/asks").status_code == 200


@pytest.fixture(scope="module")
def strict(api_settings: Settings, endpoints: Endpoints, serve: Serve, client: Client) -> Iterator[Client]:
    """Asks where a purpose is required."""
    app = create_app(api_settings.model_copy(update={"purpose_required": True}), endpoints)
    with (
        serve(app) as address,
        httpx.Client(base_url=address, timeout=60, headers=client.headers) as known,
    ):
        yield known


@pytest.mark.parametrize(
    "purpose", ["", "x" * 201, "a\tb", b"\xff", "\N{ZERO WIDTH SPACE}".encode()], ids=range(5)
)
def test_a_purpose_that_cannot_be_used(strict: Client, purpose: str | bytes) -> None:
    told = strict.get("/v1/subjects", headers={"Diurnal-Purpose": purpose})
    assert (told.status_code, told.json()["type"]) == (400, "urn:diurnal:problem:purpose")
    assert "Diurnal-Purpose" in told.json()["detail"]


def test_a_required_purpose(strict: Client, entries: Entries) -> None:
    assert strict.get("/v1/subjects").status_code == 400
    assert (entries()[0].entry.event, entries()[0].entry.rows) == (Event.REFUSED, 0)
    assert strict.get("/v1/openapi.json").status_code == 200
    both = [("Diurnal-Purpose", "a"), ("Diurnal-Purpose", "b"), *strict.headers.items()]
    assert strict.get("/v1/subjects", headers=both).status_code == 400
    assert strict.get("/v1/subjects", headers={"Diurnal-Purpose": "x" * 200}).status_code == 200


def test_the_log_is_for_those_who_may_read_it(client: Client, entries: Entries) -> None:
    told = client.get("/v1/audit")
    assert (told.status_code, told.json()["type"]) == (403, "urn:diurnal:problem:not-for-you")
    assert (entries()[0].entry.route, entries()[0].entry.event) == ("GET /v1/audit", Event.REFUSED)


def test_the_log_is_read_page_by_page_and_that_is_written_down(asking: Client, entries: Entries) -> None:
    asking.get("/v1/places?q=one")
    asking.get("/v1/places?q=two", headers={"Diurnal-Purpose": "case 7"})
    first = asking.get("/v1/audit", params={"limit": 1, "who": "auditor"}).json()
    [item] = first["items"]
    assert (item["query"], item["purpose"]) == ("GET /v1/places?q=two", "case 7")
    assert (item["seal"], item["parameters"]) == (Seal.OPEN, ["q"])
    again = {"limit": 1, "who": "auditor", "cursor": first["next"]}
    [item] = asking.get("/v1/audit", params=again).json()["items"]
    assert item["query"] == "GET /v1/places?q=one"
    assert entries()[0].entry.route == "GET /v1/audit"
    assert asking.get("/v1/audit", params={"who": "nobody"}).json()["items"] == []
    assert (
        asking.get("/v1/audit", params={"datetime": "2020-01-01T00:00Z/2020-01-02T00:00Z"}).json()["items"]
        == []
    )


def test_in_the_end_every_chain_is_whole(kafka: str, asking: Client, api_settings: Settings) -> None:
    assert asking.get("/asks").status_code == 200
    topic = Topics(api_settings.topic_prefix).audit
    found = verify(kafka, topic, Keys.of(api_settings), notes(notes_folder(api_settings.home, topic)))
    assert found.whole, found.faults
