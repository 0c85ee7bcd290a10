"""Whether all has come through: not before every reader is at the end of its log, and not by one look."""

from uuid import uuid4

import pytest
from confluent_kafka import Producer
from neo4j import Driver

from api.cli.flow import STEADY, Flow
from api.cli.prepare import make_topics
from api.cli.progress import StageBoard
from runtime import kafka
from runtime.servers import Endpoints
from runtime.settings import Settings
from runtime.topics import Topics


@pytest.fixture
def settings(endpoints: Endpoints) -> Settings:
    chosen = Settings(topic_prefix=f"f{uuid4().hex[:8]}.")
    make_topics(chosen, endpoints)
    return chosen


def test_nothing_published_is_drained_at_the_second_look(
    settings: Settings, endpoints: Endpoints, neo4j: Driver
) -> None:
    flow = Flow(settings, endpoints, neo4j)
    looks = [flow.drained(StageBoard(None)) for _ in range(STEADY)]
    assert looks == [False] * (STEADY - 1) + [True]


def test_a_record_that_nobody_has_read_is_waited_for(
    settings: Settings, endpoints: Endpoints, neo4j: Driver
) -> None:
    producer = Producer({"bootstrap.servers": endpoints.kafka_bootstrap})
    producer.produce(Topics(settings.topic_prefix).raw("ais"), b"a line")
    assert producer.flush(20) == 0
    flow, stages = Flow(settings, endpoints, neo4j), StageBoard(None)
    assert not any(flow.drained(stages) for _ in range(STEADY + 1))
    assert "ingest" in stages.seconds()


def test_what_a_transaction_left_open_holds_back_is_waited_for(
    settings: Settings, endpoints: Endpoints, neo4j: Driver
) -> None:
    """Whoever died in it is known to be dead some time later only, and until then nobody reads on."""
    topics = Topics(settings.topic_prefix)
    dying = kafka.producer(endpoints.kafka_bootstrap, topics.name("dying"))
    kafka.begin_transactions(dying)
    dying.begin_transaction()
    dying.produce(topics.knowledge, b"never committed")
    assert dying.flush(20) == 0
    flow = Flow(settings, endpoints, neo4j)
    assert not any(flow.drained(StageBoard(None)) for _ in range(STEADY + 1))
    dying.abort_transaction(20)
