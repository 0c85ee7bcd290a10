"""Topics: names, and how they are kept."""

import time
from dataclasses import replace

import pytest
from confluent_kafka.admin import AdminClient, NewTopic

from runtime.errors import SettingsError, TransientError
from runtime.topics import Topics, partitions


def test_every_name_carries_the_prefix() -> None:
    topics = Topics("p.")
    assert topics.raw("ais") == "p.raw.ais"
    assert topics.dead_letters(topics.raw("ais")) == "p.raw.ais.dlq"
    assert topics.plain("p.knowledge") == "knowledge"
    assert all(name.startswith("p.") for name in topics.all(["ais"]))


def test_topics_are_made_once_and_kept_for_ever(kafka_admin: AdminClient, topics: Topics) -> None:
    topics.ensure(kafka_admin, topics.all(["x"]))
    assert partitions(kafka_admin, topics.knowledge) == 4
    assert partitions(kafka_admin, topics.labels) == 1


def test_raw_topics_are_made_with_as_many_partitions_as_are_set(
    kafka_admin: AdminClient, topics: Topics
) -> None:
    spread = Topics(f"{topics.prefix}spread.", raw_partitions=3)
    spread.ensure(kafka_admin, spread.all(["x"]))
    assert partitions(kafka_admin, spread.raw("x")) == 3
    assert partitions(kafka_admin, spread.dead_letters(spread.raw("x"))) == 1
    assert partitions(kafka_admin, spread.knowledge) == 4
    replace(spread, raw_partitions=5).ensure(kafka_admin, [spread.raw("x")])
    assert partitions(kafka_admin, spread.raw("x")) == 3, "what is there keeps what it has"


def test_a_topic_that_forgets_is_refused(kafka_admin: AdminClient, topics: Topics) -> None:
    name = topics.raw("forgetful")
    kafka_admin.create_topics([NewTopic(name, 1, 1, config={"retention.ms": "60000"})])[name].result(15)
    deadline = time.monotonic() + 15
    while name not in kafka_admin.list_topics(timeout=15).topics:
        assert time.monotonic() < deadline
    with pytest.raises(SettingsError, match=r"retention\.ms"):
        topics.ensure(kafka_admin, [name])


def test_a_topic_that_is_not_there_may_come(kafka_admin: AdminClient, topics: Topics) -> None:
    with pytest.raises(TransientError, match="nowhere"):
        partitions(kafka_admin, topics.name("nowhere"))
