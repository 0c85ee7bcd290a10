"""What is withdrawn is gone from every answer that is asked for from then on, and comes back whole."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import pytest
from confluent_kafka.admin import AdminClient
from fastapi import FastAPI
from httpx import Client
from neo4j import Driver

from api.app import create_app
from api.followed import AGAIN_S, Followed
from api.withdrawals import withdrawals
from ontology.lifecycle import By, State
from runtime import kafka as clients
from runtime.distributions import moved
from runtime.errors import TransientError
from runtime.record import Headers, Record
from runtime.servers import Endpoints
from runtime.settings import Settings
from runtime.tell import tell
from runtime.topics import Topics

BY = By(user="ana", issuer="operator", at=datetime(2026, 11, 24, tzinfo=UTC))
FERRY = "mmsi:367000001"
EMPTY = f"/v1/subjects/{FERRY}/gaps"
PATHS = (
    "/v1/subjects?limit=1000",
    f"/v1/subjects/{FERRY}",
    *(
        f"/v1/subjects/{FERRY}/{part}"
        for part in ("stays", "trips", "gaps", "tracks", "routine", "findings", "rdf")
    ),
    "/v1/findings?limit=1000",
    "/v1/places?limit=1000",
    "/v1/feeds",
)
Move = Callable[[State], None]


@pytest.fixture(scope="module")
def app(
    filled: Driver, api_settings: Settings, endpoints: Endpoints, kafka_admin: AdminClient, labelled: Topics
) -> FastAPI:
    """The application as it is served: the log tells what is withdrawn."""
    assert filled is not None
    labelled.ensure(kafka_admin, [labelled.distributions])
    return create_app(api_settings, endpoints)


@pytest.fixture
def move(kafka: str, labelled: Topics, harbour: ModuleType) -> Iterator[Move]:
    """Moves the harbour's distribution; in the end it is seen again."""

    def to(state: State) -> None:
        moved(kafka, labelled, harbour.OBSERVED.distribution, lambda _: state, BY)

    yield to
    to(State.ACTIVE)


def holds(client: Client, path: str) -> Any:
    """What an answer says, less what it says of itself; None where what it is about does not exist."""
    answer = client.get(path)
    assert answer.status_code in (200, 404), answer.text
    if answer.status_code == 404:
        return None
    return (
        answer.json().get("items", answer.json()) if "/rdf" not in path else sorted(answer.text.split("\n"))
    )


def test_it_is_gone_from_every_path_with_all_that_was_concluded_from_it_and_comes_back(
    client: Client, move: Move
) -> None:
    before = {path: holds(client, path) for path in PATHS}
    assert [path for path, found in before.items() if not found] == [EMPTY], "all others tell something"
    move(State.WITHDRAWN)
    assert {path: found for path in PATHS if (found := holds(client, path))} == {}
    move(State.ACTIVE)
    assert {path: holds(client, path) for path in PATHS} == before


def test_as_of_before_it_was_withdrawn_it_is_gone_as_well(client: Client, move: Move) -> None:
    until = client.get("/v1/status").json()["loaded_until"]
    assert holds(client, f"/v1/subjects?as_of={until.replace('+', '%2B')}")
    move(State.WITHDRAWN)
    assert not holds(client, f"/v1/subjects?as_of={until.replace('+', '%2B')}")


def test_a_query_finds_nothing_of_it_and_counts_nothing(client: Client, move: Move) -> None:
    def count() -> Any:
        answer = client.post("/v1/cypher", json={"query": "MATCH (n) RETURN count(n) AS n"})
        assert answer.status_code == 200, answer.text
        return answer.json()["rows"][0]

    whole = count()
    move(State.WITHDRAWN)
    assert count() != whole
    assert client.get("/v1/status").json()["holds"]["subjects"] == 0
    move(State.ACTIVE)
    assert count() == whole


@pytest.mark.parametrize("state", [State.REGISTERED, State.WITHDRAWN])
def test_what_nobody_is_to_see_is_not_seen(
    client: Client, kafka: str, labelled: Topics, move: Move, state: State
) -> None:
    assert holds(client, PATHS[0])
    if state is State.REGISTERED:  # there is no way back to it: another distribution has it
        moved(kafka, labelled, "coming", lambda _: state, BY)
        assert holds(client, PATHS[0]), "nothing of it was told, and nothing concluded from it"
        return
    move(state)
    assert not holds(client, PATHS[0])


def test_no_question_after_the_withdrawal_is_answered_with_it_however_many_ask(
    client: Client, move: Move
) -> None:
    ended = threading.Event()
    answers: list[tuple[float, bool]] = []

    def ask() -> None:
        while not ended.is_set():
            began = time.monotonic()
            found = bool(holds(client, PATHS[0]))
            answers.append((began, found))

    with ThreadPoolExecutor(4) as pool:
        asking = [pool.submit(ask) for _ in range(4)]
        try:
            for _ in range(3):
                move(State.WITHDRAWN)
                since, deadline = time.monotonic(), time.monotonic() + 20
                while len(within := [found for began, found in list(answers) if began >= since]) < 8:
                    assert time.monotonic() < deadline, "they go on asking"
                    time.sleep(0.01)
                assert not any(within)
                move(State.ACTIVE)
        finally:
            ended.set()
        for each in asking:
            each.result(30)
    assert any(found for _, found in answers)


def test_a_view_that_began_without_it_goes_on_to_tell_what_it_concluded(
    client: Client, kafka: str, kafka_admin: AdminClient, labelled: Topics, harbour: ModuleType, move: Move
) -> None:
    labelled.ensure(kafka_admin, [labelled.views])
    findings = holds(client, "/v1/status")["holds"]
    move(State.WITHDRAWN)
    assert holds(client, "/v1/status")["holds"]["stays"] == 0
    began = b'{"attributes":null,"outranked":{},"floor":null,"without":["%s"]}'
    said = began % harbour.OBSERVED.distribution.encode()
    tell(kafka, Record(labelled.views, harbour.VIEW.encode(), said, Headers()))
    try:
        deadline = time.monotonic() + 10
        while (now := holds(client, "/v1/status")["holds"]) and not now["stays"]:
            assert time.monotonic() < deadline
        assert (now["subjects"], now["stays"]) == (0, findings["stays"])
    finally:
        tell(kafka, Record(labelled.views, harbour.VIEW.encode(), b"{}", Headers()))


def test_a_report_whose_maker_saw_it_is_nobodys_until_it_is_restored(client: Client, move: Move) -> None:
    period = {"start": "2020-12-01T00:00:00Z", "end": "2020-12-05T00:00:00Z"}
    made = client.post("/v1/reports", json=period)
    assert made.status_code == 201, made.text
    path = f"/v1/reports/{made.json()['id']}"
    move(State.WITHDRAWN)
    assert client.get(path).status_code == 404
    assert not holds(client, "/v1/reports")
    move(State.ACTIVE)
    assert client.get(path).status_code == 200


def test_another_distribution_is_not_touched(client: Client, kafka: str, labelled: Topics) -> None:
    assert holds(client, PATHS[0])
    moved(kafka, labelled, "elsewhere", lambda _: State.WITHDRAWN, BY)
    assert holds(client, PATHS[0])
    assert holds(client, "/v1/findings")


def test_what_cannot_be_read_hides(client: Client, kafka: str, labelled: Topics, harbour: ModuleType) -> None:
    name = harbour.OBSERVED.distribution.encode()
    tell(kafka, Record(labelled.distributions, name, b"damaged", Headers()))
    assert not holds(client, PATHS[0])
    tell(kafka, Record(labelled.distributions, name, b"", Headers()))
    assert holds(client, PATHS[0])


def test_while_the_log_is_away_nobody_is_answered() -> None:
    admin = clients.admin("127.0.0.1:1")
    asked = withdrawals(lambda: admin, "127.0.0.1:1", Topics())
    for _ in range(2):
        with pytest.raises(TransientError):
            asked()


class Log:
    """A topic whose end and content are told, and each look of which can be held up."""

    def __init__(self) -> None:
        self.end, self.looks, self.away = 0, 0, False

    def look(self) -> int:
        self.looks += 1
        if self.away:
            raise TransientError("away")
        return self.end


def test_every_question_looks_for_itself() -> None:
    log = Log()
    followed = Followed(log.look, lambda: log.end, -1)
    for end in range(5):
        log.end = end
        assert followed.current()[1] == end
    assert log.looks == 5


def test_what_was_known_before_the_log_went_away_is_not_told() -> None:
    log, now = Log(), [100.0]
    followed = Followed(log.look, lambda: log.end, -1, clock=lambda: now[0])
    assert followed.current() == (1, 0)
    log.away = True
    for step in (1.0, AGAIN_S / 2, AGAIN_S):
        now[0] += step
        with pytest.raises(TransientError, match="away"):
            followed.current()
    log.away = False
    now[0] += AGAIN_S
    assert followed.current() == (1, 0)


def test_those_who_asked_before_a_look_began_share_it_and_no_others() -> None:
    log, began, go_on = Log(), threading.Event(), threading.Event()

    def look() -> int:
        began.set()
        assert go_on.wait(10)
        return log.look()

    followed = Followed(look, lambda: log.end, -1)
    with ThreadPoolExecutor(6) as pool:
        first = pool.submit(followed.current)
        assert began.wait(10)
        rest = [pool.submit(followed.current) for _ in range(5)]
        time.sleep(0.1)
        log.end = 7
        go_on.set()
        assert {each.result(10)[1] for each in rest} == {7}
        first.result(10)
    assert log.looks == 2, "the first, and one for all who asked while it looked"
