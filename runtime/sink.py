"""The loop of a worker from Kafka to a store that keeps the offsets itself, in one transaction with the data.

While a batch is written, the next one is gathered and read. Whatever disturbs it ends the session; the next
one asks the store how far it had come. A dead letter is written before the store moves on: if the worker dies
in between it is written again, with the same origin.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Generic, NamedTuple, Protocol, TypeVar

from confluent_kafka import Consumer

from runtime import dead_letter, kafka, tracing
from runtime.consumer import Positions, Reader, Slot
from runtime.errors import TerminalError, TransientError
from runtime.lifting import lift
from runtime.patience import persist
from runtime.record import Record
from runtime.stream import Quiet
from runtime.telemetry import logger
from runtime.transaction import send
from runtime.watch import Watched
from runtime.worker import Worker

_FLUSH_S = 20.0

Said = TypeVar("Said")


class Piece(NamedTuple, Generic[Said]):
    """What is written of one partition.

    Attributes:
        topic: the full name of the topic.
        partition: the number of the partition.
        expected: the offset that the store must still be at (or have none), else nothing is written.
        said: what each record says, in their order; perhaps nothing, where the log skips what it keeps for
            itself or where a record was bad.
        following: the offset to move to.
    """

    topic: str
    partition: int
    expected: int
    said: Sequence[Said]
    following: int


class Sink(Protocol[Said]):
    """A store that records are written to."""

    def position(self, topic: str, partition: int) -> int | None:
        """The offset of what comes next, or None where nothing of the partition was ever written.

        Raises:
            TransientError: the store is away.
        """
        ...

    def read(self, record: Record) -> Said:
        """What a record says to the store. This is called while others are written.

        Raises:
            TransientError, TerminalError: it cannot be told now.
            Exception: any other says that the record is bad.
        """
        ...

    def write(self, pieces: Sequence[Piece[Said]]) -> None:
        """Write what records of some partitions say and move their offsets, in one transaction.

        Raises:
            TransientError: the store is away, or is no longer where one of them expects it.
            Exception: any other says that a record in the batch is bad, and that nothing was written.
        """
        ...


@dataclass(slots=True)
class _Part(Generic[Said]):
    """What was gathered of one partition: each record with what it says, or what is wrong with it."""

    slot: Slot
    expected: int
    following: int
    good: list[tuple[Record, Said]] = field(default_factory=list)
    bad: list[tuple[Record, Exception]] = field(default_factory=list)

    def piece(self) -> Piece[Said]:
        """What is to be written."""
        return Piece(*self.slot, self.expected, [said for _, said in self.good], self.following)

    def halves(self) -> tuple["_Part[Said]", "_Part[Said]"]:
        """The part cut in two, for its records can still be refused when they are written."""
        middle = len(self.good) // 2
        between = self.good[middle][0].offset
        return (
            _Part(self.slot, self.expected, between, self.good[:middle]),
            _Part(self.slot, between, self.following, self.good[middle:]),
        )


def run_sink(worker: Worker, sink: Sink[Said], stop: Event) -> None:
    """Write what the sources hold to the sink until stopped, or, where so set, until there is nothing to do.

    Raises:
        TerminalError: it cannot go on.
    """
    persist(lambda stop_: _Session(worker, sink).run(stop_), stop, worker.patience_s, worker.name)


class _Session(Generic[Said]):
    def __init__(self, worker: Worker, sink: Sink[Said]) -> None:
        self._worker = worker
        self._sink = sink
        self._worked = False
        # Held while a batch is written: where to go on is asked when that is done.
        self._writing = Lock()

    def run(self, stop: Event) -> bool:
        worker = self._worker
        try:
            with Reader(
                worker.bootstrap, worker.group, worker.instance, worker.sources, self._start
            ) as reader:
                return self._work(reader, stop)
        except TransientError as error:
            if not self._worked:
                raise
            logger(worker.name).warning("disturbed", reason=str(error))
            return False

    def _start(self, _: Consumer, slots: Sequence[Slot]) -> dict[Slot, int | None]:
        with self._writing:
            return {slot: self._sink.position(*slot) for slot in slots}

    def _work(self, reader: Reader, stop: Event) -> bool:
        quiet = Quiet(self._worker.idle_s)
        with ThreadPoolExecutor(1, "ahead") as ahead:
            coming = ahead.submit(self._gather, reader)
            while not stop.is_set():
                parts = coming.result()
                quiescent = not parts and reader.at_end
                coming = ahead.submit(self._gather, reader)
                with self._writing:
                    self._handle(parts)
                if quiet.since(not quiescent):
                    break
        return True

    def _gather(self, reader: Reader) -> list[_Part[Said]]:
        """The next batch by partition, read; nothing if the partitions held changed meanwhile."""
        before: Mapping[Slot, int] = dict(reader.positions)
        batch = reader.gather(self._worker.limits)
        if reader.changed():
            return []
        return self._read(batch.records, before, batch.following)

    def _read(
        self, records: Sequence[Record], before: Mapping[Slot, int], following: Positions
    ) -> list[_Part[Said]]:
        parts: dict[Slot, _Part[Said]] = {
            slot: _Part(slot, before[slot], end) for slot, end in following.items()
        }
        for record in records:
            part = parts[record.topic, record.partition]
            try:
                part.good.append((record, self._sink.read(lift(record))))
            except (TransientError, TerminalError):
                raise
            except Exception as error:  # noqa: BLE001 - whatever the store's reader finds wrong with it
                part.bad.append((record, error))
        return list(parts.values())

    def _handle(self, parts: Sequence[_Part[Said]]) -> None:
        if not parts:
            return
        seen = Watched(self._worker, [record for part in parts for record, _ in (*part.good, *part.bad)])
        letters = [self._bury(record, error) for part in parts for record, error in part.bad]
        letters += self._store(parts)
        self._worked = True
        seen.stored(letters)

    def _store(self, parts: Sequence[_Part[Said]]) -> list[Record]:
        """Write parts, and what the store refuses of them to the dead letters, which are returned."""
        try:
            self._sink.write([part.piece() for part in parts])
        except (TransientError, TerminalError):
            raise
        except Exception as error:
            if len(parts) > 1:
                return [letter for part in parts for letter in self._store([part])]
            if not parts[0].good:
                raise
            return self._store_less(parts[0], error)
        return []

    def _store_less(self, part: _Part[Said], error: Exception) -> list[Record]:
        """Write a part without that of its records which was refused."""
        if len(part.good) > 1:
            return [letter for half in part.halves() for letter in self._store([half])]
        letter = self._bury(part.good[0][0], error)
        self._sink.write([Piece(*part.slot, part.expected, [], part.following)])
        return [letter]

    def _bury(self, record: Record, error: Exception) -> Record:
        letter = dead_letter.of_record(record, error, self._worker.name, self._worker.topics)
        logger(self._worker.name).warning(
            "dead letter", origin=record.origin, reason=str(error), **tracing.named(record)
        )
        producer = kafka.producer(self._worker.bootstrap)
        send(producer, letter)
        if producer.flush(_FLUSH_S):
            producer.purge()
            raise TransientError("Kafka does not take a dead letter")
        return letter
