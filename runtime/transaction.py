"""Writes a stage's outputs and moves its offsets, both or neither."""

from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any, Final, Self

from confluent_kafka import KafkaError, KafkaException, Producer, TopicPartition

from runtime import kafka
from runtime.bounded import bounded
from runtime.consumer import Slot
from runtime.errors import TransientError
from runtime.record import Record

_COMMIT_S: Final = 20.0
_HANGS_S: Final = 3 * _COMMIT_S
"""Offsets, commit and abort take `_COMMIT_S` each at most, as long as the client keeps to its timeouts."""
_FENCED: Final = frozenset(
    {
        KafkaError._FENCED,  # noqa: SLF001 - how the client spells its local codes
        KafkaError.PRODUCER_FENCED,
        KafkaError.INVALID_PRODUCER_EPOCH,
    }
)


class ProducerFencedError(TransientError):
    """Kafka gave the transactional id to another, or gave up on us: who is right, the group decides."""


class Transactions:
    """Transactions under one stable id: to open it again ends what its last holder left open."""

    def __init__(self, bootstrap: str, transactional_id: str) -> None:
        self._producer = kafka.producer(bootstrap, transactional_id)
        kafka.begin_transactions(self._producer)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._producer.purge()
        del self._producer  # its `close` raises a SystemError once it is fenced

    def commit(
        self,
        outputs: Sequence[Record],
        following: Mapping[Slot, int] | None = None,
        membership: object = None,
    ) -> None:
        """Write the outputs and move the offsets, in one transaction.

        Args:
            outputs: what to write; a partition below 0 leaves the choice to the key.
            following: the offsets to commit for a consumer group, if any.
            membership: the group's proof that its member still holds those partitions.

        Raises:
            TransientError: neither was done, or it is not known: open the transactions anew, and look.
        """
        with bounded(_HANGS_S, "committing a transaction"):
            try:
                self._commit(outputs, following, membership)
            except KafkaException as exception:
                self._abort(kafka.cause(exception))
                raise _explain(kafka.cause(exception)) from exception

    def _commit(
        self, outputs: Sequence[Record], following: Mapping[Slot, int] | None, membership: object
    ) -> None:
        self._producer.begin_transaction()
        for output in outputs:
            send(self._producer, output)
        if following:
            offsets = [TopicPartition(*slot, offset) for slot, offset in following.items()]
            self._producer.send_offsets_to_transaction(offsets, membership, _COMMIT_S)
        self._producer.commit_transaction(_COMMIT_S)

    def _abort(self, error: KafkaError) -> None:
        if error.fatal() or error.retriable():  # nothing to abort with, or Kafka is away: opening anew aborts
            return
        try:
            self._producer.abort_transaction(_COMMIT_S)
        except KafkaException:  # the same: the next opening aborts
            return


def send(producer: Producer, output: Record, told: Callable[[Any, Any], None] | None = None) -> None:
    """Hand a record to a producer, waiting while its queue is full.

    Args:
        producer: the producer.
        output: the record.
        told: called once it is written, or with the error that says why it is not.
    """
    while True:
        try:
            producer.produce(
                output.topic,
                output.value,
                output.key,
                output.partition,
                headers=output.headers.to_kafka(),  # type: ignore[arg-type]
                on_delivery=told,
            )
        except BufferError:
            producer.poll(0.1)
        else:
            return


def _explain(error: KafkaError) -> Exception:
    if error.code() in _FENCED or (error.fatal() and "fenced" in error.str().lower()):
        return ProducerFencedError(f"committing a transaction: {error.str()}")
    return kafka.explain(error, "committing a transaction")
