"""An audit log of a test's own on the session's Kafka, and ways to tamper with it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from confluent_kafka.admin import AdminClient

from runtime import kafka as clients
from runtime.audit.entry import Entry, Event, Secret
from runtime.audit.keys import Keys
from runtime.audit.notes import notes
from runtime.audit.verify import Verdict, verify
from runtime.audit.writer import Writer, notes_folder
from runtime.record import Record
from runtime.replay import everything
from runtime.settings import Settings
from runtime.topics import Topics

Copy = Callable[[Sequence[Record]], Verdict]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home and a prefix of this test's own."""
    return Settings(home=tmp_path, topic_prefix=f"t{uuid.uuid4().hex[:8]}.")


@pytest.fixture
def topic(settings: Settings) -> str:
    return Topics(settings.topic_prefix).audit


@pytest.fixture
def writer(kafka: str, settings: Settings) -> Callable[[], Writer]:
    """Makes writers of the same home."""
    return lambda: Writer(kafka, settings, "test")


@pytest.fixture
def entry() -> Callable[..., Entry]:
    """Makes entries that say whatever."""

    def make(query: str = "MATCH (n) RETURN n", who: str = "ann", event: Event = Event.ANSWERED) -> Entry:
        return Entry(
            event=event,
            time=datetime.now(UTC),
            who=who,
            route="POST /v1/cypher",
            attributes={"nationality": ("GB",)},
            view="all",
            parameters=("name",),
            rows=3,
            size=120,
            took_us=1_500,
            secret=Secret(query, {"name": "ANN EXAMPLE"}, "case 12"),
        )

    return make


@pytest.fixture
def lying(kafka: str, topic: str) -> Callable[[], list[Record]]:
    """Everything in the audit topic."""
    return lambda: [record for chunk in everything(kafka, topic) for record in chunk]


@pytest.fixture
def verdict(kafka: str, settings: Settings, topic: str) -> Callable[[], Verdict]:
    """What verification says now."""
    return lambda: verify(kafka, topic, Keys.of(settings), notes(notes_folder(settings.home, topic)))


@pytest.fixture
def copied(kafka: str, kafka_admin: AdminClient, settings: Settings, topic: str) -> Copy:
    """Writes records, tampered with, into a topic of their own, and verifies that with the same keys."""

    def copy(records: Sequence[Record]) -> Verdict:
        elsewhere = Topics(f"t{uuid.uuid4().hex[:8]}.")
        elsewhere.ensure(kafka_admin, [elsewhere.audit])
        producer = clients.producer(kafka)
        for record in records:
            producer.produce(elsewhere.audit, record.value, record.key, 0)
        assert producer.flush(10) == 0
        local = notes(notes_folder(settings.home, topic))
        return verify(kafka, elsewhere.audit, Keys.of(settings), local)

    return copy
