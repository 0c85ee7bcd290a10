"""Reads again what is committed in the log, from its beginning, without a group."""

from collections.abc import Iterator, Mapping
from typing import Final
from uuid import uuid4

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, Message, TopicPartition

from runtime import kafka
from runtime.chunks import chunks
from runtime.consumer import Slot, record_of
from runtime.record import Record

_CALL_S: Final = 15.0
_CHUNK: Final = 10_000


def replay(bootstrap: str, until: Mapping[Slot, int]) -> Iterator[list[Record]]:
    """The records of some partitions before some offsets, in chunks, each partition in its order.

    Args:
        bootstrap: Kafka's `host:port`.
        until: for each partition the offset before which to stop.

    Raises:
        TransientError: Kafka is away.
    """
    wanted = {slot: offset for slot, offset in until.items() if offset > 0}
    if wanted:
        with _Scan(bootstrap) as client:
            yield from _read(client, dict(wanted))


def everything(bootstrap: str, topic: str) -> Iterator[list[Record]]:
    """All records of a topic, in chunks; none where there is no such topic.

    Raises:
        TransientError: Kafka is away.
    """
    with _Scan(bootstrap) as client:
        found = client.list_topics(topic, _CALL_S).topics[topic]
        if found.error is None:
            yield from _read(client, {(topic, number): None for number in found.partitions})


class _Scan:
    """A consumer that starts anywhere and is closed in the end; its errors become ours."""

    def __init__(self, bootstrap: str) -> None:
        self._client = kafka.consumer(bootstrap, f"reader-{uuid4()}", **{"auto.offset.reset": "earliest"})

    def __enter__(self) -> Consumer:
        return self._client

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self._client.close()
        if isinstance(error, KafkaException):
            raise kafka.explain(kafka.cause(error), "reading again") from error


def _read(client: Consumer, left: dict[Slot, int | None]) -> Iterator[list[Record]]:
    client.assign([TopicPartition(*slot, OFFSET_BEGINNING) for slot in left])
    for messages in chunks(client, lambda: [topic for topic, _ in left], _CHUNK, _CALL_S):
        if records := [record for message in messages if (record := _take(message, left)) is not None]:
            yield records


def _take(message: Message, left: dict[Slot, int | None]) -> Record | None:
    """The record of a message if it is wanted; strikes off what is read to its end."""
    error = message.error()
    if error is not None and error.code() != KafkaError._PARTITION_EOF:  # noqa: SLF001 - a local code
        raise kafka.explain(error, f"reading {message.topic()} again")
    record = record_of(message)
    slot = (record.topic, record.partition)
    if slot not in left:
        return None
    until = left[slot]
    if error is not None or (until is not None and record.offset + 1 >= until):
        del left[slot]
    return None if error is not None or (until is not None and record.offset >= until) else record
