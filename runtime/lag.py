"""How far each worker is behind the log, asked of Kafka itself: no worker has to tell, alive or dead."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from confluent_kafka import Consumer, IsolationLevel, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, BrokerMetadata  # type: ignore[attr-defined]
from confluent_kafka.admin import OffsetSpec as Spec  # type: ignore[attr-defined]  # missing in their __all__
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from runtime import kafka
from runtime.consumer import Slot
from runtime.errors import TransientError

_CALL_S: Final = 15.0
_OFFSETS: Final = "__consumer_offsets"
_INTERNAL: Final = frozenset({_OFFSETS, "__transaction_state", "__share_group_state"})


_soon = retry(
    retry=retry_if_exception_type(TransientError),
    stop=stop_after_delay(5.0),
    wait=wait_fixed(0.2),
    reraise=True,
)
"""Just after a topic was made its leader may not be known, just after Kafka came up a group's coordinator."""


@dataclass(frozen=True, slots=True)
class Lag:
    """What of a topic a worker has read.

    Attributes:
        topic: the topic's full name.
        end: offsets written, over all partitions.
        read: offsets read.
    """

    topic: str
    end: int
    read: int

    @property
    def behind(self) -> int:
        """Offsets still to be read; the log's own marks between transactions count as well."""
        return max(0, self.end - self.read)


@_soon
def ends(
    admin: AdminClient,
    topics: Sequence[str],
    isolation: IsolationLevel = IsolationLevel.READ_COMMITTED,
) -> dict[Slot, int]:
    """The end of what is committed in every partition of some topics; topics that are not there are left out.

    Args:
        admin: a client.
        topics: full names.
        isolation: READ_UNCOMMITTED counts what open transactions have written, too.

    Raises:
        TransientError: Kafka is away.
    """
    try:
        known = admin.list_topics(timeout=_CALL_S).topics
        slots = [
            TopicPartition(name, number)
            for name in topics
            if name in known
            for number in known[name].partitions
        ]
        if not slots:
            return {}
        asked = admin.list_offsets(
            dict.fromkeys(slots, Spec.latest()),  # type: ignore[no-untyped-call, arg-type]
            isolation_level=isolation,
            request_timeout=_CALL_S,
        )
        return {(slot.topic, slot.partition): future.result().offset for slot, future in asked.items()}
    except KafkaException as error:
        raise TransientError(f"Kafka does not tell how long the log is: {error.args[0].str()}") from error


@_soon
def committed(admin: AdminClient, group: str) -> dict[Slot, int]:
    """How far a consumer group has come; empty where it never ran.

    Raises:
        TransientError: Kafka is away.
    """
    try:
        known = admin.list_topics(timeout=_CALL_S)
        if _OFFSETS not in known.topics:  # nobody has committed anything yet
            return {}
        slots = [
            TopicPartition(name, number)
            for name, topic in known.topics.items()
            if name not in _INTERNAL
            for number in topic.partitions
        ]
        # Not asked of the admin client: where the group's coordinator has just moved or come up, it ends the
        # process by a fault of memory (librdkafka issue 5040). To ask as a consumer joins no group.
        with _asking(known.brokers.values(), group) as client:
            found = client.committed(slots, _CALL_S) if slots else []
    except KafkaException as error:
        raise TransientError(
            f"Kafka does not tell how far {group} has come: {error.args[0].str()}"
        ) from error
    return {(slot.topic, slot.partition): slot.offset for slot in found if slot.offset >= 0}


@contextmanager
def _asking(brokers: Iterable[BrokerMetadata], group: str) -> Iterator[Consumer]:
    bootstrap = ",".join(f"{broker.host}:{broker.port}" for broker in brokers)
    client = kafka.consumer(bootstrap, group)
    try:
        yield client
    finally:
        client.close()


def lags(written: Mapping[Slot, int], read: Mapping[Slot, int], topics: Sequence[str]) -> list[Lag]:
    """The lag of one worker in each of the topics that it reads."""
    rows = []
    for name in topics:
        slots = [slot for slot in written if slot[0] == name]
        done = sum(min(read.get(slot, 0), written[slot]) for slot in slots)
        rows.append(Lag(name, sum(written[slot] for slot in slots), done))
    return rows
