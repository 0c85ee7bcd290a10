"""Reads a group's share of some topics in batches, and knows for each partition what comes next."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from confluent_kafka import OFFSET_INVALID, Consumer, KafkaError, KafkaException, Message, TopicPartition

from runtime import kafka
from runtime.errors import LostOffsetError, WorkerError
from runtime.instance import Instance, static_id
from runtime.record import Headers, Record
from runtime.topics import MAX_RECORD_BYTES

Slot = tuple[str, int]
"""A topic's name and the number of a partition."""
Positions = dict[Slot, int]
"""For each partition the offset of what comes next."""

_CALL_S = 20.0


@dataclass(frozen=True, slots=True)
class Limits:
    """When a batch is full: whichever is reached first.

    Attributes:
        records: so many records.
        bytes_: so many bytes of values, about; a batch has one record at least.
        seconds: so long since its gathering began.
    """

    records: int = 10_000
    bytes_: int = 16 * 1024 * 1024
    seconds: float = 0.2


@dataclass(slots=True)
class Batch:
    """Records in the order of their partitions, and what follows them."""

    records: list[Record] = field(default_factory=list)
    following: Positions = field(default_factory=dict)
    """What comes after the batch in each partition it touches; the log keeps offsets for itself, too."""

    def halves(self) -> tuple["Batch", "Batch"]:
        """The batch cut in two; each half is followed by what follows its own records."""
        middle = len(self.records) // 2
        first = Batch(self.records[:middle])
        first.following = {(r.topic, r.partition): r.offset + 1 for r in first.records}
        return first, Batch(self.records[middle:], self.following)


class Reader:
    """One member of a consumer group.

    It starts where `start` says for each partition that it is given, and goes on from there. Nothing is
    committed by it.
    """

    def __init__(
        self,
        bootstrap: str,
        group: str,
        instance: Instance,
        topics: Sequence[str],
        start: Callable[[Consumer, Sequence[Slot]], Mapping[Slot, int | None]],
        fetch_bytes: int = MAX_RECORD_BYTES,
    ) -> None:
        """Join the group.

        Args:
            bootstrap: Kafka's `host:port`.
            group: the full name of the group.
            instance: this member's number or name in it; of two with the same the older is fenced off.
            topics: full names of the topics.
            start: tells the offset at which each of some partitions goes on; None begins at the beginning.
            fetch_bytes: how much of one partition is fetched at once, compressed: the more, the fewer
                partitions a batch holds something of. A record that is larger comes all the same.
        """
        self.positions: Positions = {}
        self._start = start
        self._changed = False
        self._at_end: set[Slot] = set()
        self._trouble: WorkerError | None = None
        self._held_back: list[TopicPartition] = []
        self._mean_bytes = 1024.0 * 1024
        own = {"group.instance.id": static_id(group, instance), "fetch.message.max.bytes": fetch_bytes}
        self._consumer = kafka.consumer(bootstrap, group, **own)
        self._consumer.subscribe(
            list(topics), on_assign=self._on_assign, on_revoke=self._on_revoke, on_lost=self._on_revoke
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._consumer.close()

    @property
    def at_end(self) -> bool:
        """Whether everything is read of every partition held, of which there is one at least."""
        return bool(self.positions) and self._at_end >= self.positions.keys()

    def changed(self) -> bool:
        """Whether the partitions held changed since this was asked last."""
        changed, self._changed = self._changed, False
        return changed

    def membership(self) -> object:
        """Proves to a transaction that this member still holds its partitions."""
        return self._consumer.consumer_group_metadata()

    def gather(self, limits: Limits) -> Batch:
        """The next batch, perhaps empty. It counts as read from now on.

        Raises:
            TransientError: Kafka is away, or the group is being shared out anew.
            TerminalError: another took this member's place, or what comes next is lost.
        """
        batch, size = Batch(), 0
        self._resume()
        deadline = time.monotonic() + limits.seconds
        while (left := deadline - time.monotonic()) > 0:
            room = min(limits.records - len(batch.records), int((limits.bytes_ - size) / self._mean_bytes))
            if batch.records and room < 1:
                break
            size += self._take(self._consume(max(1, room), left), batch)
            if self._changed:  # what was gathered before may belong to another by now, or is read again
                return Batch()
        self.positions |= batch.following
        return batch

    def watch(self, seconds: float) -> None:
        """Do nothing for a while but listen whether another took this member's place.

        Raises:
            FencedError: so it is.
        """
        self._consumer.pause([TopicPartition(*slot) for slot in self.positions])
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            self._consume(1, left)

    def _resume(self) -> None:
        if self._held_back:
            self._consumer.resume(self._held_back)
            self._held_back = []

    def _consume(self, count: int, seconds: float) -> list[Message]:
        try:
            messages: list[Message] = self._consumer.consume(count, seconds)
        except KafkaException as exception:
            raise kafka.explain(kafka.cause(exception), "reading") from exception
        if self._trouble is not None:
            raise self._trouble
        return messages

    def _take(self, messages: Iterable[Message], batch: Batch) -> int:
        size, count, following = 0, 0, batch.following
        for message in messages:
            if (error := message.error()) is not None:
                self._note(error, message, batch)
                continue
            record = record_of(message)
            batch.records.append(record)
            slot = (record.topic, record.partition)
            following[slot] = record.offset + 1
            self._at_end.discard(slot)
            size += len(record.value)
            count += 1
        if count:
            self._mean_bytes = 1.0 + size / count
        return size

    def _note(self, error: KafkaError, message: Message, batch: Batch) -> None:
        slot, offset = (message.topic() or "", message.partition() or 0), message.offset() or 0
        if error.code() != KafkaError._PARTITION_EOF:  # noqa: SLF001 - how the client spells its local codes
            raise kafka.explain(error, f"reading {slot[0]}")
        self._at_end.add(slot)
        if self.positions.get(slot, offset) < offset:
            batch.following[slot] = offset

    def _on_assign(self, client: Consumer, assigned: list[TopicPartition]) -> None:
        try:
            slots = [(partition.topic, partition.partition) for partition in assigned]
            self.positions = _checked(client, self._start(client, slots))
            self._held_back = [TopicPartition(*slot, offset) for slot, offset in self.positions.items()]
            client.assign(self._held_back)
            # nothing flows before `gather` has thrown away what it had, so that nothing is read twice
            client.pause(self._held_back)
            self._at_end.clear()
            self._changed = True
        except KafkaException as exception:
            self._trouble = kafka.explain(kafka.cause(exception), "taking over partitions")
        except WorkerError as error:
            self._trouble = error

    def _on_revoke(self, _: Consumer, revoked: list[TopicPartition]) -> None:
        for partition in revoked:
            self.positions.pop((partition.topic, partition.partition), None)
            self._at_end.discard((partition.topic, partition.partition))
        self._held_back = []
        self._changed = True


def record_of(message: Any) -> Record:  # noqa: ANN401 - the client types as optional what a message always has
    """A message as a record."""
    return Record(
        message.topic(),
        message.key(),
        message.value() or b"",
        Headers(message.headers() or ()),
        message.partition(),
        message.offset(),
        message.timestamp()[1],
    )


def committed(client: Consumer, slots: Sequence[Slot]) -> dict[Slot, int | None]:
    """The offsets that the group has committed, once no transaction about them is open."""
    found = client.committed([TopicPartition(*slot) for slot in slots], _CALL_S)
    return {(p.topic, p.partition): None if p.offset == OFFSET_INVALID else p.offset for p in found}


def _checked(client: Consumer, starts: Mapping[Slot, int | None]) -> Positions:
    positions: Positions = {}
    for slot, start in starts.items():
        low, high = client.get_watermark_offsets(TopicPartition(*slot), _CALL_S)
        if start is not None and not low <= start <= high:
            raise LostOffsetError(
                f"{slot[0]} partition {slot[1]} goes on at offset {start}, but the log has {low} to {high}"
                " only: restore the log from its export, or rebuild what was projected from it"
            )
        positions[slot] = low if start is None else start
    return positions
