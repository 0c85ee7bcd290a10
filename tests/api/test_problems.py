"""Every error is an RFC 9457 problem, and tells nothing of the inside."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace

import pytest
from fastapi import FastAPI
from httpx import Client

from api.app import create_app
from runtime.servers import Endpoints
from runtime.settings import Settings

Serve = Callable[[FastAPI], AbstractContextManager[str]]


def check(answer: object, status: int, kind: str) -> dict[str, object]:
    assert answer.status_code == status  # type: ignore[attr-defined]
    assert answer.headers["Content-Type"] == "application/problem+json"  # type: ignore[attr-defined]
    problem: dict[str, object] = answer.json()  # type: ignore[attr-defined]
    assert problem["type"] == f"urn:diurnal:problem:{kind}"
    assert problem["status"] == status
    assert problem["title"]
    assert "Traceback" not in str(problem)
    return problem


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ("bbox=1,2,3", "bbox"),
        ("bbox=a,b,c,d", "bbox"),
        ("bbox=0,50,1,40", "bbox"),
        ("bbox=-200,0,0,1", "bbox"),
        ("bbox=nan,0,1,1", "bbox"),
        ("datetime=yesterday", "datetime"),
        ("datetime=2020-12-01", "datetime"),
        ("datetime=2020-12-01T00:00:00", "datetime"),
        ("datetime=2020-12-02T00:00:00Z/2020-12-01T00:00:00Z", "datetime"),
        ("datetime=a/b/c", "datetime"),
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("limit=x", "limit"),
        ("cursor=%25%25", "cursor"),
        ("cursor=WzEsMl0", "cursor"),
        ("bbbox=0,0,1,1", "bbbox"),
    ],
)
def test_a_parameter_that_cannot_be_used_is_named(client: Client, query: str, where: str) -> None:
    problem = check(client.get(f"/v1/stays?{query}"), 422, "invalid-request")
    assert [fault["where"] for fault in problem["errors"]] == [where]  # type: ignore[attr-defined]


def test_no_such_path(client: Client) -> None:
    check(client.get("/v1/nothing"), 404, "no-such-path")


def test_method_not_allowed_says_what_is(client: Client) -> None:
    answer = client.delete("/v1/subjects")
    check(answer, 405, "method-not-allowed")
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize(
    "path",
    [
        "/v1/subjects/mmsi:1",
        "/v1/subjects/mmsi:1/stays",
        "/v1/subjects/mmsi:1/tracks",
        "/v1/subjects/mmsi:1/routine",
        "/v1/subjects/mmsi:1/findings",
        "/v1/findings/urn%3Ax",
        "/v1/places/urn%3Ax",
        "/v1/reports/none",
        "/v1/reports/..%2f..%2ftokens",
    ],
)
def test_what_is_not_known(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_body_that_is_too_long(client: Client) -> None:
    check(client.post("/v1/reports", content=b" " * 70_000), 413, "too-long")
    check(client.post("/v1/reports", content=iter([b" " * 40_000] * 2)), 413, "too-long")


def test_a_body_that_is_wrong(client: Client) -> None:
    for body in (
        {"start": "2020-12-01T00:00:00"},
        {"from": 1},
        {"bbox": [1, 2]},
        {"bbox": [0, 50, 1, 40]},
        [],
    ):
        check(client.post("/v1/reports", json=body), 422, "invalid-request")
    check(client.post("/v1/reports", content=b"{"), 422, "invalid-request")


def test_something_unforeseen_tells_nothing(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr("graph.reader.sources.listed", fail)
    answer = client.get("/v1/feeds")
    check(answer, 500, "fault")
    assert "secret" not in answer.text
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.fixture
def cut_off(api_settings: Settings, endpoints: Endpoints, serve: Serve) -> Iterator[Client]:
    """The API while nobody listens where Neo4j should be."""
    nowhere = replace(endpoints, neo4j_uri="bolt://127.0.0.1:1")
    with serve(create_app(api_settings, nowhere)) as address, Client(base_url=address, timeout=60) as client:
        yield client


def test_while_the_graph_is_away(cut_off: Client, client: Client) -> None:
    known = {"Authorization": client.headers["Authorization"]}
    answer = cut_off.get("/v1/subjects", headers=known)
    check(answer, 503, "graph-away")
    assert answer.headers["Retry-After"] == "5"
    assert cut_off.get("/health").status_code == 200


def test_every_answer_carries_the_security_headers(client: Client, anonymous: Client) -> None:
    for answer in (
        client.get("/v1/subjects"),
        anonymous.get("/v1/x"),
        client.get("/v1/x"),
        anonymous.get("/health"),
    ):
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Server" not in answer.headers
