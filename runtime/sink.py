"""The loop of a worker from Kafka to a store that keeps the offsets itself, in one transaction with the data.

Whatever disturbs it ends the session; the next one asks the store how far it had come. A dead letter is
written before the store moves on: if the worker dies in between it is written again, with the same origin.
"""

from collections.abc import Sequence
from threading import Event
from typing import Protocol

from confluent_kafka import Consumer

from runtime import dead_letter, kafka, tracing
from runtime.consumer import Batch, Reader, Slot
from runtime.errors import TerminalError, TransientError
from runtime.lifting import lifted
from runtime.patience import persist
from runtime.record import Record
from runtime.stream import Quiet
from runtime.telemetry import logger
from runtime.transaction import send
from runtime.watch import Watched
from runtime.worker import Worker

_FLUSH_S = 20.0


class Sink(Protocol):
    """A store that records are written to."""

    def position(self, topic: str, partition: int) -> int | None:
        """The offset of what comes next, or None where nothing of the partition was ever written.

        Raises:
            TransientError: the store is away.
        """
        ...

    def write(
        self, topic: str, partition: int, expected: int, batch: Sequence[Record], following: int
    ) -> None:
        """Write records and move the partition's offset, in one transaction.

        Args:
            topic: the full name of the topic.
            partition: the number of the partition, which all records are of.
            expected: the offset that the store must still be at (or have none), else nothing is written.
            batch: the records in their order; perhaps none, where the log skips what it keeps for itself or
                where the record was bad.
            following: the offset to move to.

        Raises:
            TransientError: the store is away, or is no longer at `expected`.
            Exception: any other says that a record in the batch is bad, and that nothing was written.
        """
        ...


def run_sink(worker: Worker, sink: Sink, stop: Event) -> None:
    """Write what the sources hold to the sink until stopped, or, where so set, until there is nothing to do.

    Raises:
        TerminalError: it cannot go on.
    """
    persist(lambda stop_: _Session(worker, sink).run(stop_), stop, worker.patience_s, worker.name)


class _Session:
    def __init__(self, worker: Worker, sink: Sink) -> None:
        self._worker = worker
        self._sink = sink
        self._worked = False

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
        return {slot: self._sink.position(*slot) for slot in slots}

    def _work(self, reader: Reader, stop: Event) -> bool:
        quiet = Quiet(self._worker.idle_s)
        while not stop.is_set():
            before = dict(reader.positions)
            batch = reader.gather(self._worker.limits)
            if reader.changed():
                continue
            for slot, part in _by_slot(batch).items():
                self._handle(slot, before[slot], part.records, part.following[slot])
            if quiet.since(bool(batch.records) or not reader.at_end):
                return True
        return True

    def _handle(self, slot: Slot, expected: int, records: Sequence[Record], following: int) -> None:
        seen = Watched(self._worker, records)
        try:
            self._sink.write(*slot, expected, lifted(records), following)
        except (TransientError, TerminalError):
            raise
        except Exception as error:
            if not records:
                raise
            if len(records) == 1:
                letter = self._bury(records[0], error)
                self._sink.write(*slot, expected, [], following)
                self._done(seen, [letter])
                return
            middle = len(records) // 2
            between = records[middle].offset
            self._handle(slot, expected, records[:middle], between)
            self._handle(slot, between, records[middle:], following)
            return
        self._done(seen, [])

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

    def _done(self, seen: Watched, letters: Sequence[Record]) -> None:
        self._worked = True
        seen.stored(letters)


def _by_slot(batch: Batch) -> dict[Slot, Batch]:
    parts = {slot: Batch([], {slot: following}) for slot, following in batch.following.items()}
    for record in batch.records:
        parts[record.topic, record.partition].records.append(record)
    return parts
