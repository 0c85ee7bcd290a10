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
"""So long after a chain could not be begun nobody tries again: those who ask are told at once."""


def notes_folder(home: Path, topic: str) -> Path:
    """Where the notes of a home are about the writers of a topic (its full name)."""
    return home / "audit" / "heads" / topic


class Writer:
    """The audit log of a process, safe to use from several threads; it begins at the first entry."""

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
        self._not_before = 0.0
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def ready(self) -> bool:
        """Whether `submit` will not have to begin a chain, which takes a while."""
        return self._session is not None and not self._session.broken

    def begin(self) -> None:
        """Begin a chain, if none is open, so that the first entry need not wait for that.

        Raises:
            AuditAwayError: Kafka does not let it begin.
        """
        if not self.ready:
            self._begun()

    def submit(self, entry: Entry) -> Future[Place]:
        """Hand over an entry; the future is done when the log has taken it, or fails with `AuditAwayError`.

        Raises:
            AuditAwayError: no chain can be begun.
            EntryTooLongError: the entry is longer than a record of the log can be.
        """
        session = self._session
        if session is None or session.broken:
            session = self._begun()
        return session.submit(entry)

    def write(self, entry: Entry) -> Place:
        """Write an entry, and wait until the log has taken it.

        Raises:
            AuditAwayError: it does not.
            EntryTooLongError: the entry is longer than a record of the log can be.
        """
        return taken(self.submit(entry))

    def close(self) -> None:
        """End the chain."""
        with self._lock:
            if self._session is not None:
                self._session.close()
            self._session = None

    def _begun(self) -> Session:
        with self._lock:
            if self._session is not None and not self._session.broken:
                return self._session
            if time.monotonic() < self._not_before:
                raise AuditAwayError("the audit log does not take entries; try again soon")
            if self._session is not None:
                self._session.close()
                self._session = None
            try:
                self._session = self._begin()
            except TransientError as error:
                self._not_before = time.monotonic() + RETRY_S
                raise AuditAwayError(f"the audit log cannot be begun: {error}") from error
            return self._session

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
