"""The workers on a real log."""

from __future__ import annotations

from dataclasses import replace
from threading import Event

import pytest

from analytics.errors import AloneError
from analytics.fold import conclude
from analytics.track import Track
from analytics.worker import run_analytics
from runtime import kafka
from runtime.record import DEAD_LETTER_REASON, KNOWN_AT, SCHEMA, SCHEMA_VERSION, Headers, Record
from runtime.replay import everything
from runtime.servers import Endpoints
from runtime.settings import Settings
from runtime.topics import Topics
from runtime.transaction import send
from runtime.worker import Worked
from tests.analytics.log import headers, knowledge, matches


def test_only_number_0_works(endpoints: Endpoints) -> None:
    with pytest.raises(AloneError):
        run_analytics(Settings(), endpoints, Event(), 1)


@pytest.fixture
def settings() -> Settings:
    return Settings(topic_prefix="analytics-test-", batch_records=300)


def test_on_a_real_log(endpoints: Endpoints, settings: Settings, fleet: dict[str, Track], end: int) -> None:
    topics = Topics(settings.topic_prefix)
    topics.ensure(kafka.admin(endpoints.kafka_bootstrap), [topics.knowledge])
    records = knowledge(topics.knowledge, fleet, end)
    ours = [*(entry for entry in headers(0) if entry[0] != KNOWN_AT), (SCHEMA_VERSION, SCHEMA.encode())]
    bad = Record(topics.knowledge, b"bad", records[0].value, Headers(ours), 0)
    broken = replace(bad, headers=headers(0), value=records[0].value.replace(b"MovingPoint", b"Nonsense"))
    producer = kafka.producer(endpoints.kafka_bootstrap)
    for record in [*records[:100], bad, broken, *records[100:]]:
        send(producer, record)
    assert producer.flush(30) == 0

    interrupted = Event()
    seen: list[int] = []

    def count(worked: Worked) -> None:
        seen.append(worked.read)
        interrupted.set()

    run_analytics(settings, endpoints, interrupted, on_batch=count)
    assert 0 < sum(seen) < len(records), "it stopped in the middle"
    run_analytics(settings, endpoints, Event(), idle_s=2.0)

    derived = [record for chunk in everything(endpoints.kafka_bootstrap, topics.derived) for record in chunk]
    matches(derived, conclude(fleet, end))
    letters = [
        record
        for chunk in everything(endpoints.kafka_bootstrap, topics.dead_letters(topics.knowledge))
        for record in chunk
    ]
    assert len(letters) == 2
    assert any("Known-At" in (letter.headers.get(DEAD_LETTER_REASON) or "") for letter in letters)
