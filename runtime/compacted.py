"""Reads a compacted topic: the last value of each key."""

import uuid
from typing import Any, Final

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, TopicPartition

from runtime import kafka
from runtime.errors import TransientError

_CALL_S: Final = 15.0
_CHUNK: Final = 10_000


def latest(bootstrap: str, topic: str) -> dict[str, bytes]:
    """The last committed value under each key, of all partitions; keys whose value was deleted are left out.

    Raises:
        TransientError: Kafka is away, or does not know the topic.
    """
    client = kafka.consumer(bootstrap, f"reader-{uuid.uuid4()}", **{"auto.offset.reset": "earliest"})
    try:
        found = client.list_topics(topic, _CALL_S).topics[topic]
        if found.error is not None or not found.partitions:
            raise TransientError(f"Kafka has no topic {topic} yet")
        client.assign([TopicPartition(topic, number, OFFSET_BEGINNING) for number in found.partitions])
        return _read(client, topic, len(found.partitions))
    except KafkaException as exception:
        raise kafka.explain(kafka.cause(exception), f"reading {topic}") from exception
    finally:
        client.close()


def _read(client: Consumer, topic: str, left: int) -> dict[str, bytes]:
    values: dict[str, bytes] = {}
    while left:
        messages = client.consume(_CHUNK, _CALL_S)
        if not messages:
            raise TransientError(f"Kafka does not send what is in {topic}")
        message: Any  # the client types as text what is bytes here
        for message in messages:
            error, key, value = message.error(), message.key(), message.value()
            if error is not None and error.code() == KafkaError._PARTITION_EOF:  # noqa: SLF001 - a local code
                left -= 1
            elif error is not None:
                raise kafka.explain(error, f"reading {topic}")
            elif key is not None:
                _set(values, key.decode("utf-8", "replace"), value)
    return values


def _set(values: dict[str, bytes], key: str, value: bytes | None) -> None:
    if value:
        values[key] = value
    else:
        values.pop(key, None)
