from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic
from neo4j import Driver

from runtime.servers import Endpoints, Stack
from runtime.servers.identity import neo4j_driver, prove


def _produce(endpoints: Endpoints, topic: str, values: list[bytes]) -> None:
    producer = Producer({"bootstrap.servers": endpoints.kafka_bootstrap, "enable.idempotence": True})
    for value in values:
        producer.produce(topic, value)
    assert producer.flush(30) == 0


def _read(endpoints: Endpoints, topic: str, count: int) -> list[bytes | None]:
    consumer = Consumer(
        {"bootstrap.servers": endpoints.kafka_bootstrap, "group.id": "t", "isolation.level": "read_committed"}
    )
    consumer.assign([TopicPartition(topic, 0, 0)])
    try:
        return [message.value() for message in consumer.consume(count, timeout=30)]
    finally:
        consumer.close()


def _create(endpoints: Endpoints, topic: str) -> None:
    admin = AdminClient({"bootstrap.servers": endpoints.kafka_bootstrap})
    admin.create_topics([NewTopic(topic, 1)])[topic].result(30)


def test_both_servers_come_up_in_time_and_prove_who_they_are(stack: Stack) -> None:
    # Twenty seconds on a machine that has nothing else to do; the limit stretches when others use it.
    others = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
    sys.stderr.write(f"\nboth servers ready after {stack.seconds:.1f} s, at {others:.1f} times the load\n")
    assert stack.seconds < 20 * others
    prove(stack.endpoints)
    assert Endpoints.read(stack.home) == stack.endpoints
    assert (stack.home / "endpoints.json").stat().st_mode & 0o077 == 0
    assert (stack.home / "secrets" / "neo4j-password").stat().st_mode & 0o077 == 0


def test_a_transaction_goes_through_kafka(stack: Stack, fresh_topics: Callable[[str], str]) -> None:
    topic = fresh_topics("transaction")
    _create(stack.endpoints, topic)
    producer = Producer(
        {"bootstrap.servers": stack.endpoints.kafka_bootstrap, "transactional.id": fresh_topics("writer")}
    )
    producer.init_transactions(30)
    producer.begin_transaction()
    producer.produce(topic, b"committed")
    producer.commit_transaction(30)
    assert _read(stack.endpoints, topic, 1) == [b"committed"]


def test_the_graph_is_empty_and_takes_a_node(empty_graph: Driver) -> None:
    count = "MATCH (n) RETURN count(n) AS n"
    assert empty_graph.execute_query(count).records[0]["n"] == 0
    empty_graph.execute_query("CREATE (:Probe)")
    assert empty_graph.execute_query(count).records[0]["n"] == 1


@pytest.mark.parametrize("unclean", [False, True], ids=["stopped", "killed"])
def test_data_outlives_a_server(stack: Stack, fresh_topics: Callable[[str], str], unclean: bool) -> None:
    topic = fresh_topics("lasting")
    _create(stack.endpoints, topic)
    _produce(stack.endpoints, topic, [b"a", b"b"])
    with neo4j_driver(stack.endpoints) as driver:
        driver.execute_query("CREATE (:Lasting {topic: $topic})", topic=topic)
    ports = stack.kafka.port, stack.neo4j.port
    for server in (stack.kafka, stack.neo4j):
        (server.kill if unclean else server.stop)()
        assert not server.alive
    began = time.monotonic()
    stack.kafka.start()
    stack.neo4j.start()
    sys.stderr.write(f"\nrestarted one after the other in {time.monotonic() - began:.1f} s\n")
    assert (stack.kafka.port, stack.neo4j.port) == ports
    prove(stack.endpoints)
    assert _read(stack.endpoints, topic, 2) == [b"a", b"b"]
    with neo4j_driver(stack.endpoints) as driver:
        found = driver.execute_query("MATCH (n:Lasting {topic: $topic}) RETURN n", topic=topic).records
        assert len(found) == 1
