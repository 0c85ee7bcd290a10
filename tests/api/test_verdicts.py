"""Verdicts over the API: from somebody's words over the log into the graph, and back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any
from urllib.parse import quote

import pytest
from confluent_kafka.admin import AdminClient
from httpx import Client, Response
from neo4j import Driver

from graph import schema
from graph.loader import Loader
from graph.parse import Parser
from ontology.labels import pair_id
from runtime.record import Record
from runtime.replay import everything
from runtime.topics import Topics

Bearer = Callable[..., dict[str, str]]
PURPOSE = {"Diurnal-Purpose": "case 7"}


class Log:
    """The topic of verdicts, and its loader."""

    def __init__(self, kafka: str, topics: Topics, driver: Driver) -> None:
        self._kafka, self._topic = kafka, topics.verdicts
        self._loader = Loader(driver, Parser(pair_id, [topics.derived], [self._topic]).told)
        self._read = 0

    def records(self) -> list[Record]:
        return [record for chunk in everything(self._kafka, self._topic) for record in chunk]

    def load(self) -> None:
        """Load what is new, as the worker does."""
        for record in self.records()[self._read :]:
            told = self._loader.read(record)
            self._loader.write_told(self._topic, 0, record.offset, told, record.offset + 1)
            self._read += 1


@pytest.fixture(scope="module")
def log(kafka: str, kafka_admin: AdminClient, labelled: Topics, filled: Driver) -> Log:
    schema.ensure(filled)
    labelled.ensure(kafka_admin, [labelled.verdicts, labelled.audit])
    return Log(kafka, labelled, filled)


@pytest.fixture
def finding(client: Client, log: Log, filled: Driver) -> Iterator[str]:
    """The path of the most surprising finding, of which nobody has said anything."""
    (first,) = client.get("/v1/findings", params={"limit": 1}).json()["items"]
    yield f"/v1/findings/{quote(first['key'], safe='')}"
    log.load()
    filled.execute_query("MATCH (v:Verdict) DETACH DELETE v")


def say(client: Client, finding: str, word: str, reason: str | None = None, **headers: str) -> Response:
    said = {"word": word} | ({"reason": reason} if reason else {})
    return client.post(f"{finding}/verdicts", json=said, headers={**PURPOSE, **headers})


def everybodys(client: Client, **asked: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = client.get("/v1/findings", params={"limit": 100, **asked}).json()["items"]
    return items


def test_what_is_dismissed_comes_last_and_is_marked_until_that_is_withdrawn(
    client: Client, log: Log, finding: str
) -> None:
    before = everybodys(client)
    answer = say(client, finding, "dismissed", "ice")
    assert answer.status_code == 201, answer.text
    assert (answer.json()["word"], answer.json()["reason"], answer.json()["by"]) == (
        "dismissed",
        "ice",
        "analyst",
    )
    assert everybodys(client) == before, "it goes over the log, and nowhere else"
    log.load()
    after = everybodys(client)
    assert [item["key"] for item in after] == [item["key"] for item in [*before[1:], before[0]]]
    assert after[-1]["lowered_by"] == after[-1]["verdict"] == answer.json()
    assert after[-1]["rank"] < 0 < after[-1]["surprise"]
    pages: list[dict[str, Any]] = []
    cursor: dict[str, Any] = {}
    for _ in after:
        page = client.get("/v1/findings", params={"limit": 1, **cursor}).json()
        pages += page["items"]
        cursor = {"cursor": page["next"]}
    assert pages == after, "pages hold what is lowered, too"
    assert say(client, finding, "withdrawn").status_code == 201
    log.load()
    assert everybodys(client) == before
    history = client.get(f"{finding}/verdicts").json()["items"]
    assert [one["word"] for one in history] == ["withdrawn", "dismissed"]


def test_what_is_confirmed_keeps_its_rank(client: Client, log: Log, finding: str) -> None:
    before = everybodys(client)
    say(client, finding, "confirmed")
    log.load()
    after = everybodys(client)
    assert [item["rank"] for item in after] == [item["rank"] for item in before]
    assert after[0]["verdict"]["word"] == "confirmed"
    assert after[0]["lowered_by"] is None


def test_it_bears_the_label_and_the_view_of_the_finding(
    client: Client, log: Log, finding: str, harbour: ModuleType
) -> None:
    say(client, finding, "known", "as ever")
    record = log.records()[-1]
    assert (record.label, record.distribution) == (harbour.CONCLUDED.label, harbour.CONCLUDED.distribution)
    assert record.key == client.get(finding).json()["subject"].encode()


def test_a_purpose_is_required(client: Client, finding: str, log: Log) -> None:
    count = len(log.records())
    answer = client.post(f"{finding}/verdicts", json={"word": "confirmed"})
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:diurnal:problem:purpose")
    assert len(log.records()) == count


@pytest.mark.parametrize(
    "said",
    [
        {"word": "dismissed"},
        {"word": "dismissed", "reason": "  "},
        {"word": "perhaps"},
        {},
        {"word": "known", "reason": "x" * 2001},
        {"word": "known", "by": "somebody else"},
    ],
)
def test_what_cannot_be_used_is_refused(client: Client, finding: str, log: Log, said: dict[str, str]) -> None:
    count = len(log.records())
    answer = client.post(f"{finding}/verdicts", json=said, headers=PURPOSE)
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:diurnal:problem:invalid-request")
    assert len(log.records()) == count


def test_nobody_judges_what_they_may_not_read(client: Client, finding: str, log: Log) -> None:
    count = len(log.records())
    assert say(client, f"{finding}0", "confirmed").status_code == 404
    answer = client.post(
        f"{finding}/verdicts", params={"view": "other"}, json={"word": "confirmed"}, headers=PURPOSE
    )
    assert answer.status_code == 403
    assert len(log.records()) == count


def test_who_said_it_is_who_asked(client: Client, finding: str, bearer: Bearer) -> None:
    answer = say(client, finding, "confirmed", **bearer("ben"))
    assert answer.status_code == 201
    assert answer.json()["by"] == "ben"
