"""A question is ended when whoever asked goes away, and waits for its turn, but not for ever."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
import pytest
from neo4j import Driver

from graph.reader.reader import Reader
from tests.api.asking import ENDLESS, asked, problem, rows


def running(driver: Driver) -> list[str]:
    """The marks of the questions that run."""
    found = driver.execute_query(
        "SHOW TRANSACTIONS YIELD metaData WHERE metaData.asked IS NOT NULL RETURN metaData.asked AS mark"
    )
    return [row["mark"] for row in found.records]


def until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@contextmanager
def asking(client: httpx.Client, method: str, path: str, body: object = None) -> Iterator[socket.socket]:
    """A connection on which something was asked, until its end."""
    content = b"" if body is None else json.dumps(body).encode()
    address = httpx.URL(str(client.base_url))
    head = [
        f"{method} {path} HTTP/1.1",
        f"Host: {address.host}",
        f"Authorization: {client.headers['Authorization']}",
        "Content-Type: application/json",
        f"Content-Length: {len(content)}",
    ]
    with socket.create_connection((address.host, address.port or 80)) as connection:
        connection.sendall("\r\n".join([*head, "", ""]).encode() + content)
        yield connection


def test_who_goes_away_ends_the_question(client: httpx.Client, filled: Driver) -> None:
    with asking(client, "POST", "/v1/cypher", {"query": ENDLESS}):
        until(lambda: len(running(filled)) == 1)
        time.sleep(0.5)
        assert len(running(filled)) == 1, "it ended by itself"
    until(lambda: running(filled) == [], 3.0)
    assert rows(client, "RETURN 1 AS one") == [[1]]


def test_who_goes_away_while_rdf_is_written_ends_it(
    client: httpx.Client, filled: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def endless(reader: Reader, *_: object, **__: object) -> None:
        reader.rows(ENDLESS)

    monkeypatch.setattr("api.routes.rdf.rdf.write", endless)
    with asking(client, "GET", "/v1/subjects/mmsi:367000002/rdf"):
        until(lambda: len(running(filled)) == 1)
    until(lambda: running(filled) == [], 3.0)


def test_so_many_run_at_once_and_who_waits_too_long_is_told(
    client: httpx.Client, filled: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.answers.respond.TURN_S", 0.3)
    all_run = threading.Semaphore(0)
    with ThreadPoolExecutor(8) as pool:

        def one() -> None:
            with asking(client, "POST", "/v1/cypher", {"query": ENDLESS}):
                assert all_run.acquire(timeout=20)

        asked_at_once = [pool.submit(one) for _ in range(8)]
        try:
            until(lambda: len(running(filled)) == 8)
            answer = asked(client, "RETURN 1 AS one")
            assert problem(answer)[:2] == (503, "too-slow")
            assert "ask again soon" in answer.json()["detail"]
            assert answer.headers["Retry-After"]
        finally:
            all_run.release(8)
        for each in asked_at_once:
            each.result()
    until(lambda: running(filled) == [], 5.0)
    assert rows(client, "RETURN 1 AS one") == [[1]]
