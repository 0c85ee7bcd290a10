"""Looks into the log from some offsets on, for whoever watches over it: what lies there, and since when."""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple
from uuid import uuid4

from confluent_kafka import TIMESTAMP_NOT_AVAILABLE, Consumer, KafkaError, KafkaException, Message
from confluent_kafka import TopicPartition as Partition

from runtime import kafka
from runtime.chunks import chunks
from runtime.consumer import Slot, record_of
from runtime.record import Record

_PATIENCE_S: Final = 5.0
_CHUNK: Final = 5_000


class Lying(NamedTuple):
    """A record in the log.

    Attributes:
        record: the record.
        since_ms: when the broker's clock or its producer's said that it was written, epoch milliseconds; None
            where nobody said. It tells how long something has waited, and nothing of the data.
    """

    record: Record
    since_ms: int | None


def glance(bootstrap: str, starts: Mapping[Slot, int], most: int | None = None) -> Iterator[Lying]:
    """What is committed from some offsets on, up to the end that each partition has when it is reached.

    Args:
        bootstrap: Kafka's `host:port`.
        starts: for each partition where to begin; what was deleted before is skipped.
        most: at most so many records of each partition.

    Raises:
        TransientError: Kafka is away.
    """
    if not starts:
        return
    few = {"fetch.message.max.bytes": 65_536} if most is not None else {}
    client = kafka.consumer(bootstrap, f"reader-{uuid4()}", **{"auto.offset.reset": "earliest", **few})
    try:
        client.assign([Partition(*slot, offset) for slot, offset in starts.items()])
        yield from _read(client, dict.fromkeys(starts, 0), most)
    except KafkaException as error:
        raise kafka.explain(kafka.cause(error), "looking into the log") from error
    finally:
        client.close()


def _read(client: Consumer, found: dict[Slot, int], most: int | None) -> Iterator[Lying]:
    for messages in chunks(client, lambda: [topic for topic, _ in found], _CHUNK, _PATIENCE_S):
        for message in messages:
            slot = (message.topic() or "", message.partition() or 0)
            if slot not in found:
                continue
            if _at_end(message):
                del found[slot]
                client.pause([Partition(*slot)])
                continue
            found[slot] += 1
            yield Lying(record_of(message), _since(message))
            if found[slot] == most:
                del found[slot]
                client.pause([Partition(*slot)])


def _at_end(message: Message) -> bool:
    error = message.error()
    if error is None:
        return False
    if error.code() != KafkaError._PARTITION_EOF:  # noqa: SLF001 - how the client spells its local codes
        raise kafka.explain(error, f"looking into {message.topic()}")
    return True


def _since(message: Message) -> int | None:
    kind, since = message.timestamp()
    return None if kind == TIMESTAMP_NOT_AVAILABLE else since
