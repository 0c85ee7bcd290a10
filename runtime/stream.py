"""The loop of a worker from Kafka to Kafka: what its stage makes and how far it read go together.

Each batch is one transaction. Whatever disturbs it (a server that dies, a transaction that is aborted, a
group that is shared out anew) ends the session; the next one opens its transactions anew, which ends whatever
was left open, asks Kafka how far the group had come, and goes on from there: nothing lost, nothing doubled.
"""

import time
from collections.abc import Mapping, Sequence
from threading import Event
from typing import Protocol, runtime_checkable

from runtime import dead_letter, kafka, tracing
from runtime.consumer import Batch, Reader, Slot, committed
from runtime.errors import PoisonError, TerminalError, TransientError
from runtime.lifting import lifted
from runtime.patience import persist
from runtime.record import Record
from runtime.telemetry import logger
from runtime.topics import MAX_RECORD_BYTES
from runtime.transaction import ProducerFencedError, Transactions
from runtime.watch import Watched
from runtime.worker import Worker

# Partitions are read abreast, else what waits for the slowest one's tick piles up in memory.
_FETCH_BYTES = 1_048_576


class Stage(Protocol):
    """Turns records into records."""

    def process(self, batch: Sequence[Record]) -> Sequence[Record]:
        """The outputs of a batch; each partition's records come in its order.

        A pure function of the batch, or else the stage is `Restorable`. Any error but a `TransientError` or a
        `TerminalError` says that a record in the batch is bad: the batch is then cut to find it.
        """
        ...


@runtime_checkable
class Restorable(Protocol):
    """A stage that remembers earlier records."""

    def restore(self, positions: Mapping[Slot, int]) -> None:
        """Forget everything, and remember what stood before these positions.

        Called before the first record, and again when the partitions held change, when a transaction failed,
        or when a batch had a bad record in it.
        """
        ...


def run_stage(worker: Worker, stage: Stage, stop: Event) -> None:
    """Run a stage until it is stopped, or, where so set, until there is nothing to do.

    Raises:
        TerminalError: it cannot go on.
    """
    persist(lambda stop_: _Session(worker, stage).run(stop_), stop, worker.patience_s, worker.name)


class _Session:
    def __init__(self, worker: Worker, stage: Stage) -> None:
        self._worker = worker
        self._stage = stage
        self._worked = False

    def run(self, stop: Event) -> bool:
        worker = self._worker
        try:
            with (
                Transactions(worker.bootstrap, worker.transactional_id) as transactions,
                Reader(
                    worker.bootstrap, worker.group, worker.instance, worker.sources, committed, _FETCH_BYTES
                ) as reader,
            ):
                return self._work(reader, transactions, stop)
        except TransientError as error:
            if not self._worked:
                raise
            logger(worker.name).warning("disturbed", reason=str(error))
            return False

    def _work(self, reader: Reader, transactions: Transactions, stop: Event) -> bool:
        quiet = Quiet(self._worker.idle_s)
        while not stop.is_set():
            batch = reader.gather(self._worker.limits)
            if reader.changed():
                self._restore(reader.positions)
            try:
                if batch.following:
                    self._handle(batch, reader, transactions)
            except ProducerFencedError:
                reader.watch(kafka.FENCE_NOTICE_S)
                raise
            if quiet.since(bool(batch.records) or not reader.at_end):
                return True
        return True

    def _handle(self, batch: Batch, reader: Reader, transactions: Transactions) -> None:
        seen = Watched(self._worker, batch.records)
        try:
            outputs = seen.carried(self._process(batch.records))
        except (TransientError, TerminalError):
            raise
        except Exception as error:  # noqa: BLE001 - whatever a bad record makes a stage raise
            self._restore(_before(batch, reader.positions))
            if len(batch.records) == 1:
                self._bury(batch, error, reader, transactions, seen)
                return
            for half in batch.halves():
                self._handle(half, reader, transactions)
            return
        self._commit(batch, outputs, reader, transactions, seen)

    def _process(self, records: Sequence[Record]) -> Sequence[Record]:
        outputs = self._stage.process(lifted(records)) if records else []
        for output in outputs:
            if len(output.value) > MAX_RECORD_BYTES:
                raise PoisonError(
                    f"makes a record of {len(output.value)} bytes for {output.topic}, and the most is"
                    f" {MAX_RECORD_BYTES}: give it in smaller parts"
                )
        return outputs

    def _bury(
        self, batch: Batch, error: Exception, reader: Reader, transactions: Transactions, seen: Watched
    ) -> None:
        record = batch.records[0]
        letter = dead_letter.of_record(record, error, self._worker.name, self._worker.topics)
        logger(self._worker.name).warning(
            "dead letter", origin=record.origin, reason=str(error), **tracing.named(record)
        )
        self._commit(batch, [letter], reader, transactions, seen)

    def _commit(
        self,
        batch: Batch,
        outputs: Sequence[Record],
        reader: Reader,
        transactions: Transactions,
        seen: Watched,
    ) -> None:
        transactions.commit(outputs, batch.following, reader.membership())
        self._worked = True
        seen.committed(outputs)

    def _restore(self, positions: Mapping[Slot, int]) -> None:
        if isinstance(self._stage, Restorable):
            self._stage.restore(positions)


class Quiet:
    """Whether nothing has happened for long enough."""

    def __init__(self, idle_s: float | None) -> None:
        self._idle_s = idle_s
        self._last = time.monotonic()

    def since(self, busy: bool) -> bool:
        """Note whether something happens now; true once nothing did for as long as was set."""
        if busy:
            self._last = time.monotonic()
        return self._idle_s is not None and time.monotonic() - self._last >= self._idle_s


def _before(batch: Batch, positions: Mapping[Slot, int]) -> Mapping[Slot, int]:
    """The positions before a batch: of each partition in it that of its first record."""
    firsts: dict[Slot, int] = {}
    for record in batch.records:
        firsts.setdefault((record.topic, record.partition), record.offset)
    return {**positions, **firsts}
