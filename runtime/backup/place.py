"""Records put back at the offsets that they had.

The log's offsets have holes: the marks at the end of transactions, and what was aborted. A conclusion's
version and a dead letter's origin are offsets, so a hole must be as wide as it was. Kafka gives offsets by
itself, in the order in which it gets records. So a hole is filled with empty records of a second producer,
whose transaction is aborted in the end: nobody ever sees them. The mark of the abort takes an offset itself,
and is set where a hole is.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import Final

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from runtime import kafka
from runtime.backup.errors import OffsetError
from runtime.backup.table import Row
from runtime.bounded import bounded
from runtime.consumer import Slot
from runtime.errors import TransientError

_CALL_S: Final = 20.0
_HANGS_S: Final = 90.0
_OPEN_S: Final = 60.0
"""So long a transaction stays open, if a hole comes by to end it in."""
_MOST_OPEN_MS: Final = 900_000
"""The most that Kafka grants by default; a stretch without any hole would have to take longer to fail."""
_DRAIN_EVERY: Final = 1_000


def take_over(bootstrap: str, slot: Slot) -> Producer:
    """The producer that fills the holes of a partition; what an earlier one left open there is aborted.

    That must be done before the topic is deleted: else the mark of that abort would land in the new one.

    Raises:
        TransientError: Kafka is away.
    """
    topic, number = slot
    hidden = kafka.producer(
        bootstrap, f"{topic}-{number}-import", **{"transaction.timeout.ms": _MOST_OPEN_MS}
    )
    kafka.begin_transactions(hidden)
    return hidden


class Placer:
    """Writes to one empty partition."""

    def __init__(self, bootstrap: str, slot: Slot, *, exact: bool = True) -> None:
        """Begin at offset 0.

        Args:
            bootstrap: Kafka's `host:port`.
            slot: the partition.
            exact: keep offsets; else records follow one another, as in a compacted topic they may.
        """
        self._bootstrap, self._slot, self._exact = bootstrap, slot, exact
        self._producer = kafka.producer(bootstrap)
        self._hidden: Producer | None = None
        self._open_since: float | None = None
        self._trouble: Exception | None = None
        self._next = 0

    def write(self, rows: Iterable[Row]) -> None:
        """Write records, in rising order of their offsets.

        Raises:
            TransientError: Kafka is away.
            OffsetError: a record did not land where it was to.
        """
        for row in rows:
            if self._exact and row.offset > self._next:
                self._fill(row.offset - self._next, last=False)
            self._put(row)
        self._flush(self._producer)

    def finish(self, end: int) -> None:
        """Let the partition end where it ended: at `end`, or one after it."""
        if not self._exact:
            return
        if end > self._next:
            self._fill(end - self._next, last=True)
        elif self._open_since is not None:
            self._abort()

    def _put(self, row: Row) -> None:
        landed = partial(self._landed, self._next if self._exact else None)
        self._queue(
            lambda: self._producer.produce(
                self._slot[0],
                row.value,
                row.key,
                self._slot[1],
                timestamp=row.timestamp,
                headers=list(row.headers),
                on_delivery=landed,
            ),
            self._producer,
        )
        self._next += 1
        if self._next % _DRAIN_EVERY == 0:
            self._producer.poll(0)

    def _queue(self, produce: Callable[[], None], producer: Producer) -> None:
        while True:
            try:
                produce()
            except BufferError:
                producer.poll(0.1)
            else:
                return

    def _fill(self, width: int, *, last: bool) -> None:
        """Leave a hole of some offsets.

        A hole of one at the very end, where no transaction is open, becomes one of two.
        """
        self._flush(self._producer)
        hidden = self._opened()
        began = self._open_since
        closing = last or (began is not None and time.monotonic() - began > _OPEN_S)
        empty = width - 1 if closing and (width > 1 or began is not None) else width
        if began is None:
            hidden.begin_transaction()
            self._open_since = time.monotonic()
        for offset in range(self._next, self._next + empty):
            landed = partial(self._landed, offset)
            self._queue(
                lambda landed=landed: hidden.produce(  # type: ignore[misc]
                    self._slot[0], b"", None, self._slot[1], on_delivery=landed
                ),
                hidden,
            )
        self._flush(hidden)
        self._next += empty
        if closing:
            self._abort()

    def _opened(self) -> Producer:
        if self._hidden is None:
            self._hidden = take_over(self._bootstrap, self._slot)
        return self._hidden

    def _abort(self) -> None:
        try:
            with bounded(_HANGS_S, "aborting a transaction"):
                self._opened().abort_transaction(_CALL_S)
        except KafkaException as error:
            raise kafka.explain(kafka.cause(error), f"writing to {self._slot[0]}") from error
        self._open_since = None
        self._next += 1

    def _flush(self, producer: Producer) -> None:
        left = producer.flush(_CALL_S)
        if self._trouble is not None:
            raise self._trouble
        if left:
            producer.purge()
            raise TransientError(f"Kafka does not take what belongs in {self._slot[0]}")

    def _landed(self, expected: int | None, error: KafkaError | None, message: Message) -> None:
        if error is not None:
            self._trouble = self._trouble or kafka.explain(error, f"writing to {self._slot[0]}")
        elif expected is not None and message.offset() != expected:
            self._trouble = self._trouble or OffsetError(
                f"a record of {self._slot[0]}, partition {self._slot[1]}, landed at {message.offset()}, not"
                f" at {expected}: somebody else writes there, or Kafka was away for too long. Import again:"
                " it begins anew"
            )
