"""What Kafka alone allows: the same bytes read and written by the bare client, with nothing done between."""

from __future__ import annotations

import time
from dataclasses import dataclass
from uuid import uuid4

from confluent_kafka import Consumer, Producer, TopicPartition

from bench.ground import Servers
from runtime import kafka

_TOGETHER = 10_000


@dataclass(frozen=True, slots=True)
class Held:
    """What a topic holds, and how long it took to read it."""

    values: list[tuple[bytes | None, bytes]]
    seconds: float


def read(servers: Servers, topic: str) -> Held:
    """Everything that a topic holds, by the bare client."""
    admin = kafka.admin(servers.bootstrap)
    partitions = admin.list_topics(topic).topics[topic].partitions
    client = Consumer(
        {
            "bootstrap.servers": servers.bootstrap,
            "group.id": f"limit-{uuid4()}",
            "enable.auto.commit": False,
            "enable.partition.eof": True,
            "isolation.level": "read_committed",
            "queued.max.messages.kbytes": 262_144,
        }
    )
    client.assign([TopicPartition(topic, number, 0) for number in partitions])
    values: list[tuple[bytes | None, bytes]] = []
    open_ = len(partitions)
    client.poll(0)
    began = time.perf_counter()
    while open_:
        for message in client.consume(_TOGETHER, 1.0):
            if message.error():
                open_ -= 1
            else:
                values.append((message.key(), message.value() or b""))
    seconds = time.perf_counter() - began
    client.close()
    return Held(values, seconds)


def write(servers: Servers, values: list[tuple[bytes | None, bytes]]) -> float:
    """Seconds to write records by the bare client, in batches, compressed, to a topic of their own."""
    topic = f"limit.{uuid4().hex[:8]}.knowledge"
    servers.topics(topic.removesuffix("knowledge"))
    client = Producer(
        {
            "bootstrap.servers": servers.bootstrap,
            "compression.type": "lz4",
            "linger.ms": 20,
            "batch.size": 1_048_576,
            "message.max.bytes": 9_000_000,
            "queue.buffering.max.messages": 1_000_000,
            "queue.buffering.max.kbytes": 262_144,
        }
    )
    began = time.perf_counter()
    for key, value in values:
        while True:
            try:
                client.produce(topic, value, key)
            except BufferError:
                client.poll(0.1)
            else:
                break
    client.flush()
    return time.perf_counter() - began
