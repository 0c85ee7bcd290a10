"""Writes entries to the audit log: one chain after another, for a chain that failed is not gone on with."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from runtime import kafka
from runtime.audit.chain import Place
from runtime.audit.entry import Entry
from runtime.audit.errors import AuditAwayError
from runtime.audit.keys import Keys
from runtime.audit.last import last
from runtime.audit.notes import abandoned
from runtime.audit.session import PATIENCE_S, Session, taken
from runtime.errors import TransientError
from runtime.settings import Settings
from runtime.topics import Topics

RETRY_S: Final = 2.0
"""So long after a chain could not be begun nobody tries again: those who ask are told at once.

So are those who ask while one then tries: to find out that Kafka is still away takes seconds.
"""
_BEGIN_S: Final = 2 * PATIENCE_S
"""So long somebody waits while another begins the chain, if Kafka was not away the last time."""
_AGAIN: Final = "the audit log does not take entries; try again soon"


def notes_folder(home: Path, topic: str) -> Path:
    """Where the notes of a home are about the writers of a topic (its full name)."""
    return home / "audit" / "heads" / topic


class Writer:
    """The audit log of a process, safe to use from several threads; it begins when something is written."""

    def __init__(
        self, bootstrap: str, settings: Settings, instance: str, settled: Sequence[Place] = ()
    ) -> None:
        """Nothing is written yet.

        Args:
            bootstrap: Kafka's `host:port`.
            settings: they name the home, the keys and the topics.
            instance: what writes, such as `api`: begins the names of the chains.
            settled: where the operator says that other chains end, of which nobody else says so.

        Raises:
            KeyFileError: the master key cannot be used.
        """
        self._bootstrap = bootstrap
        self._topics = Topics(settings.topic_prefix, settings.topic_replicas)
        self._keys = Keys.of(settings)
        self._notes = notes_folder(settings.home, self._topics.audit)
        self._instance = re.sub(r"[^A-Za-z0-9._]", "-", instance)[:60]
        self._settled = settled
        self._session: Session | None = None
        self._not_before: float | None = None
        self._closed = False
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def ready(self) -> bool:
        """Whether a chain is open, which `submit` needs: to begin one takes a while."""
        session = self._session
        return session is not None and not session.over

    def begin(self) -> None:
        """Begin a chain, if none is open, so that the first entry need not wait for that.

        Raises:
            AuditAwayError: Kafka does not let it begin, or the writer was closed.
        """
        if not self.ready:
            self._begun()

    def submit(self, entry: Entry) -> Future[Place]:
        """Hand over an entry; the future is done when the log has taken it, or fails with `AuditAwayError`.

        It waits for nothing, and begins no chain.

        Raises:
            AuditAwayError: no chain is open.
            EntryTooLongError: the entry is longer than a record of the log can be.
        """
        session = self._session
        if session is None:
            raise AuditAwayError("the audit log does not take entries: no chain is open")
        return session.submit(entry)

    def write(self, entry: Entry) -> Place:
        """Write an entry, and wait until the log has taken it; a chain is begun where none is open.

        Raises:
            AuditAwayError: it does not.
            EntryTooLongError: the entry is longer than a record of the log can be.
        """
        self.begin()
        return taken(self.submit(entry))

    def close(self) -> None:
        """End the chain; no other is begun."""
        self._closed = True  # those who wait to begin one give up
        with self._lock:
            self._end()

    def _begun(self) -> None:
        was_away = self._not_before is not None
        if not self._lock.acquire(timeout=0 if was_away else _BEGIN_S):
            raise AuditAwayError(_AGAIN)
        try:
            if self._closed:
                raise AuditAwayError("the audit log was closed")
            if self.ready:
                return
            if self._not_before is not None and time.monotonic() < self._not_before:
                raise AuditAwayError(_AGAIN)
            self._end()
            self._try_to_begin()
        finally:
            self._lock.release()

    def _try_to_begin(self) -> None:
        try:
            self._session = self._begin()
        except TransientError as error:
            self._not_before = time.monotonic() + RETRY_S
            raise AuditAwayError(f"the audit log cannot be begun: {error}") from error
        self._not_before = None

    def _end(self) -> None:
        if self._session is not None:
            self._session.close()
        self._session = None

    def _begin(self) -> Session:
        topic, admin = self._topics.audit, kafka.admin(self._bootstrap)
        after = last(self._bootstrap, topic) if _there(admin, topic) else None
        if after is None:
            self._topics.ensure(admin, [topic])
        with abandoned(self._notes) as found:
            session = Session(self._bootstrap, topic, self._keys, self._notes, self._instance)
            try:
                session.open(after, [*found, *self._settled])
            except BaseException:
                session.close()
                raise
        return session


def _there(admin: AdminClient, topic: str) -> bool:
    """Whether there is the topic; somebody waits, so that Kafka is away is told soon."""
    try:
        return topic in admin.list_topics(timeout=PATIENCE_S).topics
    except KafkaException as error:
        raise AuditAwayError(f"Kafka does not answer: {kafka.cause(error).str()}") from error
