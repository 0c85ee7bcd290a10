"""One writer of the audit log: one chain, one producer, from its opening entry to its closing one."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import orjson
from confluent_kafka import KafkaError, KafkaException, Message

from runtime import kafka
from runtime.audit.chain import GENESIS, Place, linked
from runtime.audit.cipher import seal
from runtime.audit.entry import Entry, Event
from runtime.audit.errors import AuditAwayError, EntryTooLongError
from runtime.audit.keys import Keys
from runtime.audit.notes import Note
from runtime.record import CONTENT_TYPE
from runtime.topics import MAX_RECORD_BYTES

CONTENT: Final = "application/vnd.diurnal.audit+json"
SCHEMA: Final = 1
PATIENCE_S: Final = 4.0
"""So long the log may take to take an entry: somebody waits for an answer."""

_PRODUCER: Final[dict[str, Any]] = {
    "linger.ms": 0,
    "acks": "all",
    # The client would give up one entry and send the next: a hole in the chain. It is we who give up, all at
    # once.
    "message.timeout.ms": 0,
}


class Session:
    """A chain that is being written. After its first failure, or its end, it takes nothing more.

    Attributes:
        writer: its name.
        over: whether it takes nothing more.
    """

    def __init__(self, bootstrap: str, topic: str, keys: Keys, notes: Path, instance: str) -> None:
        """Begin a chain; its opening entry is still to be written.

        Args:
            bootstrap: Kafka's `host:port`.
            topic: the audit topic's full name.
            keys: to seal and to mark with.
            notes: folder of the home's notes.
            instance: what writes, such as `api`: begins the writer's name.
        """
        self.writer = f"{instance}-{time.time_ns() // 1_000_000:x}-{uuid4().hex[:8]}"
        self.over = False
        self._topic, self._keys = topic, keys
        self._number, self._previous = 0, GENESIS
        self._lock = threading.Lock()
        self._waiting: deque[float] = deque()
        self._note = Note(notes, self.writer)
        self._producer = kafka.producer(bootstrap, **_PRODUCER)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="audit", daemon=True)
        self._thread.start()

    def open(self, after: Place | None, found: Sequence[Place]) -> None:
        """Write the opening entry.

        Args:
            after: the last entry that the log had, of whatever writer.
            found: where writers had come that have ended.

        Raises:
            AuditAwayError: the log does not take it.
        """
        said = {
            "after": None if after is None else after.document(),
            "found": [place.document() for place in found],
        }
        taken(self._put(_own(Event.OPENED), said))

    def submit(self, entry: Entry) -> Future[Place]:
        """Hand over an entry; the future is done when the log has taken it, or fails with `AuditAwayError`.

        Raises:
            EntryTooLongError: the entry is longer than a record of the log can be.
            AuditAwayError: the chain takes nothing more.
        """
        return self._put(entry, {})

    def close(self) -> None:
        """Write the closing entry if the chain is whole, and let go of everything."""
        try:
            with suppress(AuditAwayError):  # it was broken before, or is now: it has no end
                taken(self._put(_own(Event.CLOSED), {}, last=True))
        finally:
            self._give_up()
            self._ended.set()
            self._thread.join()
            self._note.close()

    def _put(self, entry: Entry, said: dict[str, Any], *, last: bool = False) -> Future[Place]:
        done: Future[Place] = Future()
        done.set_running_or_notify_cancel()  # whoever waits may go; the log still takes it
        with self._lock:
            if self.over or (last and not self._number):
                raise AuditAwayError("the audit log does not take entries")
            place, value = self._link(entry, said)
            self._waiting.append(time.monotonic() + PATIENCE_S)
            try:
                self._producer.produce(
                    self._topic,
                    value,
                    self.writer.encode(),
                    0,
                    headers=[(CONTENT_TYPE, CONTENT.encode())],
                    on_delivery=self._delivery(place, done),
                )
            except (BufferError, KafkaException) as error:
                self.over = True
                raise AuditAwayError(f"the audit log does not take an entry: {error}") from error
            self._number, self._previous = place.number, place.hash
            self.over = last  # in the same step: nothing may come to stand after the end
        return done

    def _link(self, entry: Entry, said: dict[str, Any]) -> tuple[Place, bytes]:
        number = self._number + 1
        key = self._keys.to_seal(datetime.now(UTC).date())
        try:
            sealed = seal(key, entry.secret, f"{self.writer}/{number}")
            body = {**entry.open_part(), **said, "schema": SCHEMA, "sealed": sealed}
            place, value = linked(body, self.writer, number, self._previous, self._keys.marking)
        except (orjson.JSONEncodeError, TypeError) as error:
            raise EntryTooLongError(f"what was asked cannot be written down: {error}") from error
        if len(value) > MAX_RECORD_BYTES:
            raise EntryTooLongError(
                f"what was asked is too long to be written down ({len(value):,} bytes of"
                f" {MAX_RECORD_BYTES:,}): ask less at once"
            )
        return place, value

    def _delivery(self, place: Place, done: Future[Place]) -> Callable[[KafkaError | None, Message], None]:
        def tell(error: KafkaError | None, _: Message) -> None:
            self._waiting.popleft()
            if error is None:
                self._note.write(place)
                done.set_result(place)
            else:
                self._give_up()
                done.set_exception(AuditAwayError(f"the audit log does not take an entry: {error.str()}"))

        return tell

    def _serve(self) -> None:
        while not self._ended.is_set():
            self._producer.poll(0.05)
            if self._waiting and time.monotonic() > self._waiting[0]:
                self._give_up()
        self._producer.poll(0)  # tells those who wait still

    def _give_up(self) -> None:
        """Send nothing more: what was handed over and is not under way is dropped, and nothing follows it."""
        with self._lock:
            self.over = True
            self._producer.purge()


def _own(event: Event) -> Entry:
    return Entry(event, datetime.now(UTC), who="diurnal", route="audit")


def taken(done: Future[Place]) -> Place:
    """Waits until the log has taken an entry.

    Raises:
        AuditAwayError: it does not.
    """
    try:
        return done.result(PATIENCE_S + 1.0)
    except TimeoutError:
        raise AuditAwayError(f"the audit log does not take an entry within {PATIENCE_S:.0f} s") from None
