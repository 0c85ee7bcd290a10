"""Distributions on a real log: moved, seen at once, two at a time, and what cannot be read."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from confluent_kafka.admin import AdminClient, ConfigResource  # type: ignore[attr-defined]

from ontology.errors import LifecycleError
from ontology.lifecycle import By, Details, Distribution, State
from runtime.distributions import distributions, hidden, moved, record_of
from runtime.errors import TransientError
from runtime.record import DISTRIBUTION_ID, KNOWN_AT, SECURITY_LABEL, Headers, Record
from runtime.replay import everything
from runtime.tell import tell
from runtime.topics import Topics

BY = By(user="ana", issuer="operator", at=datetime(2026, 11, 24, tzinfo=UTC), reason="a dispute")


@pytest.fixture(scope="module")
def topics(kafka_admin: AdminClient) -> Topics:
    made = Topics(f"d{uuid.uuid4().hex[:8]}.")
    made.ensure(kafka_admin, [made.distributions])
    return made


def to(state: State, kafka: str, topics: Topics, name: str = "harbour") -> Distribution:
    return moved(kafka, topics, name, lambda _: state, BY)


def test_where_there_is_no_topic_nothing_is_hidden(kafka: str) -> None:
    assert hidden(distributions(kafka, Topics("nowhere."))) == frozenset()


def test_without_kafka_nobody_can_know() -> None:
    with pytest.raises(TransientError):
        distributions("127.0.0.1:1", Topics())


def test_what_was_moved_is_read_moved(kafka: str, topics: Topics) -> None:
    for state in (State.WITHDRAWN, State.ACTIVE, State.WITHDRAWN):
        after = to(state, kafka, topics)
        assert distributions(kafka, topics)["harbour"] == after
        assert ("harbour" in hidden(distributions(kafka, topics))) == (state is State.WITHDRAWN)
    terms = Details(owner="port", licence="OGL 3.0", contact="port@example.org")
    kept = moved(kafka, topics, "harbour", lambda before: before.state, BY, details=terms)
    assert (kept.state, kept.details, len(kept.actions)) == (State.WITHDRAWN, terms, 4)


def test_the_record_says_of_whom_and_when_and_is_for_nobody(kafka: str, topics: Topics) -> None:
    to(State.ACTIVE, kafka, topics, "told")
    record = [each for chunk in everything(kafka, topics.distributions) for each in chunk][-1]
    assert record.key == b"told"
    assert record.headers.get(DISTRIBUTION_ID) == "told"
    assert record.headers.get(SECURITY_LABEL) == "!"
    assert record.headers.get(KNOWN_AT) == "2026-11-24T00:00:00+00:00"


def test_the_topic_keeps_the_last_word_for_ever(kafka_admin: AdminClient, topics: Topics) -> None:
    asked = ConfigResource(ConfigResource.Type.TOPIC, topics.distributions)
    found = kafka_admin.describe_configs([asked])[asked].result(15)
    assert found["cleanup.policy"].value == "compact"
    assert topics.is_truth(topics.distributions)


def test_of_two_at_once_none_undoes_what_it_had_not_seen(kafka: str, topics: Topics) -> None:
    """Each says how it found the distribution: every action follows from the one before it."""

    def move(number: int) -> bool:
        try:
            to(State.WITHDRAWN if number % 2 else State.ACTIVE, kafka, topics, "both")
        except TransientError:
            return False
        return True

    with ThreadPoolExecutor(3) as pool:
        done = sum(pool.map(move, range(6)))
    found = distributions(kafka, topics)["both"]
    assert found is not None
    assert 1 <= done == len(found.actions)
    for before, after in zip(found.actions, found.actions[1:], strict=False):
        assert before.state.target == after.state.source


@pytest.mark.parametrize(
    ("name", "value"),
    [("damaged", b"{}"), ("later", b'{"distributionId":"later","news":1}'), ("other", None)],
)
def test_what_cannot_be_read_is_hidden_and_stays_so(
    kafka: str, topics: Topics, name: str, value: bytes | None
) -> None:
    other = Distribution(distribution_id="another")
    said = value or record_of("", other, BY, "cli").value
    tell(kafka, Record(topics.distributions, name.encode(), said, Headers()))
    assert name in hidden(distributions(kafka, topics))
    assert "another" not in distributions(kafka, topics)
    with pytest.raises(LifecycleError, match="cannot be read"):
        to(State.ACTIVE, kafka, topics, name)
