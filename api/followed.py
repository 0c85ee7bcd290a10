"""A topic that is asked for with every question, and read again when it has grown."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from confluent_kafka import KafkaError, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec  # type: ignore[attr-defined]

from runtime import kafka
from runtime.errors import TransientError

AGAIN_S: Final = 1.5
"""For so long a look that failed is not tried again: whoever asks is told at once."""
SOON_S: Final = 0.25
"""Where the last look failed, nobody waits longer for somebody else's next one: a Kafka that is back answers
within it, and one that is not would hold the threads of all who ask."""
_CALL_S: Final = 5.0
_NO_TOPIC: Final = frozenset(
    {KafkaError.UNKNOWN_TOPIC_OR_PART, KafkaError._UNKNOWN_TOPIC, KafkaError._NOENT}  # noqa: SLF001
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Failure:
    why: str
    at: float

    def again(self) -> TransientError:
        """A new error each time: one that several threads raise would gather all their tracebacks."""
        return TransientError(self.why)


class Followed(Generic[T]):
    """Reads a topic again when it has grown; safe to ask from several threads."""

    def __init__(
        self,
        end: Callable[[], Hashable],
        read: Callable[[], T],
        nothing: T,
        look_every_s: float = 0.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Nothing is read yet.

        Args:
            end: tells whether the topic has grown: another answer means that it has.
            read: reads it; both raise TransientError where Kafka is away.
            nothing: what is known before anything was read; nobody is given it.
            look_every_s: for so long before they asked somebody's answer may rest on another's look; at 0
                it rests on one that began after they had asked.
            clock: seconds that only grow.
        """
        self._end, self._read = end, read
        self._look_every_s, self._clock = look_every_s, clock
        self._at: Hashable = object()
        self._looked = float("-inf")
        self._version, self._value = 0, nothing
        self._failure: _Failure | None = None
        self._lock = threading.Lock()

    def current(self) -> tuple[int, T]:
        """How often it was read, and what it says now.

        Raises:
            TransientError: Kafka is away, so nobody can know.
        """
        asked, failure = self._clock(), self._failure
        if failure is None:
            self._lock.acquire()
        elif not self._lock.acquire(timeout=SOON_S):
            raise failure.again()
        try:
            return self._looked_at(asked)
        finally:
            self._lock.release()

    def _looked_at(self, asked: float) -> tuple[int, T]:
        now = self._clock()
        if self._failure is not None and now - self._failure.at < AGAIN_S:
            raise self._failure.again()
        if asked - self._looked > self._look_every_s:
            try:
                self._look()
            except TransientError as error:
                self._failure = _Failure(str(error), self._clock())
                raise
            self._failure, self._looked = None, now
        return self._version, self._value

    def _look(self) -> None:
        end = self._end()
        if end != self._at:
            self._version, self._value = self._version + 1, self._read()
            self._at = end


def end_of(admin: AdminClient, topic: str, asking: str) -> int:
    """The end of a topic of one partition; -1 where there is none.

    Args:
        admin: a client.
        topic: full name.
        asking: what is asked, for the error: "which labels there are".

    Raises:
        TransientError: Kafka is away.
    """
    asked = {TopicPartition(topic, 0): OffsetSpec.latest()}  # type: ignore[no-untyped-call]
    try:
        (answer,) = admin.list_offsets(asked, request_timeout=_CALL_S).values()
        return int(answer.result(2 * _CALL_S).offset)
    except TimeoutError as error:
        raise TransientError(f"Kafka does not tell {asking}") from error
    except KafkaException as error:
        if kafka.cause(error).code() in _NO_TOPIC:
            return -1
        raise kafka.explain(kafka.cause(error), f"asking {asking}") from error
