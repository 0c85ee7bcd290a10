"""Topics of a test's own on the session's Kafka."""

import time
import uuid
from collections.abc import Callable

import pytest
from confluent_kafka import IsolationLevel
from confluent_kafka.admin import AdminClient

from runtime.lag import ends
from runtime.record import Headers, Record
from runtime.replay import everything
from runtime.topics import Topics
from runtime.transaction import Transactions


@pytest.fixture
def topics(kafka_admin: AdminClient) -> Topics:
    """An installation of this test's own, with a raw feed called x."""
    made = Topics(f"t{uuid.uuid4().hex[:8]}.")
    made.ensure(kafka_admin, made.all(["x"]))
    return made


@pytest.fixture
def fill(kafka: str, topics: Topics) -> Callable[[list[bytes]], None]:
    """Writes values to the raw topic, in one transaction."""

    def write(values: list[bytes]) -> None:
        with Transactions(kafka, topics.name("fill")) as transactions:
            headers = Headers.of({"Security-Label": "*", "X": "kept"})
            transactions.commit([Record(topics.raw("x"), b"k", value, headers) for value in values])

    return write


@pytest.fixture
def told(kafka: str, kafka_admin: AdminClient) -> Callable[[str], list[Record]]:
    """All committed records of a topic; a commit shows a moment after it was answered, so wait for it."""

    def read(topic: str) -> list[Record]:
        deadline = time.monotonic() + 3
        while _open(kafka_admin, topic) and time.monotonic() < deadline:
            time.sleep(0.02)
        return [record for chunk in everything(kafka, topic) for record in chunk]

    return read


def _open(admin: AdminClient, topic: str) -> bool:
    """Whether a transaction on the topic is not shown to readers yet."""
    return ends(admin, [topic]) != ends(admin, [topic], IsolationLevel.READ_UNCOMMITTED)
