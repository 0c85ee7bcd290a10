"""The pairs of label and distribution as the log knows them now: asked for with every question.

A loader numbers a pair before it loads what bears it: what was loaded before a question came is numbered when
the question is looked at, and a pair that is not known here yet is passed by nobody.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Final

from confluent_kafka import KafkaError, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec  # type: ignore[attr-defined]

from ontology.labels import Pair
from runtime import kafka
from runtime.errors import TransientError
from runtime.interner import interned
from runtime.topics import Topics

LOOK_EVERY_S: Final = 0.05
"""For so long an answer may rest on the last look."""
AGAIN_S: Final = 1.5
"""For so long a look that failed is not tried again: whoever asks is told at once."""
SOON_S: Final = 0.25
"""Where the last look failed, nobody waits longer for somebody else's next one: a Kafka that is back answers
within it, and one that is not would hold the threads of all who ask."""
_CALL_S: Final = 5.0
_NO_TOPIC: Final = frozenset(
    {KafkaError.UNKNOWN_TOPIC_OR_PART, KafkaError._UNKNOWN_TOPIC, KafkaError._NOENT}  # noqa: SLF001
)


@dataclass(frozen=True, slots=True)
class Known:
    """The pairs at a moment.

    Attributes:
        version: grows whenever the pairs are read again.
        pairs: every pair that was ever numbered, by its number.
    """

    version: int
    pairs: Mapping[int, Pair]


@dataclass(frozen=True, slots=True)
class _Failure:
    why: str
    at: float

    def again(self) -> TransientError:
        """A new error each time: one that several threads raise would gather all their tracebacks."""
        return TransientError(self.why)


class KnownPairs:
    """Reads the pairs again when the topic has grown; safe to ask from several threads."""

    def __init__(
        self,
        end: Callable[[], Hashable],
        read: Callable[[], Mapping[int, Pair]],
        look_every_s: float = LOOK_EVERY_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Nothing is read yet.

        Args:
            end: tells whether the topic has grown: another answer means that it has.
            read: reads the pairs; both raise TransientError where Kafka is away.
            look_every_s: for so long an answer may rest on the last look.
            clock: seconds that only grow.
        """
        self._end, self._read = end, read
        self._look_every_s, self._clock = look_every_s, clock
        self._at: Hashable = object()
        self._looked = float("-inf")
        self._known = Known(0, {})
        self._failure: _Failure | None = None
        self._lock = threading.Lock()

    def __call__(self) -> Known:
        """What is known now.

        Raises:
            TransientError: Kafka is away, so nobody can know.
        """
        failure = self._failure
        if failure is None:
            self._lock.acquire()
        elif not self._lock.acquire(timeout=SOON_S):
            raise failure.again()
        try:
            return self._looked_at()
        finally:
            self._lock.release()

    def _looked_at(self) -> Known:
        now = self._clock()
        if self._failure is not None and now - self._failure.at < AGAIN_S:
            raise self._failure.again()
        if now - self._looked > self._look_every_s:
            try:
                self._look()
            except TransientError as error:
                self._failure = _Failure(str(error), self._clock())
                raise
            self._failure, self._looked = None, now
        return self._known

    def _look(self) -> None:
        end = self._end()
        if end != self._at:
            self._known = Known(self._known.version + 1, self._read())
            self._at = end


def known_pairs(admin: Callable[[], AdminClient], bootstrap: str, topics: Topics) -> KnownPairs:
    """The pairs of an installation.

    Args:
        admin: gives a client of its Kafka.
        bootstrap: Kafka's `host:port`.
        topics: the installation's topics.
    """
    return KnownPairs(lambda: _end(admin(), topics.labels), lambda: interned(bootstrap, topics))


def _end(admin: AdminClient, topic: str) -> int:
    """The end of the topic; -1 where there is none.

    Raises:
        TransientError: Kafka is away.
    """
    asked = {TopicPartition(topic, 0): OffsetSpec.latest()}  # type: ignore[no-untyped-call]
    try:
        (answer,) = admin.list_offsets(asked, request_timeout=_CALL_S).values()
        return int(answer.result(2 * _CALL_S).offset)
    except TimeoutError as error:
        raise TransientError("Kafka does not tell which labels there are") from error
    except KafkaException as error:
        if kafka.cause(error).code() in _NO_TOPIC:
            return -1
        raise kafka.explain(kafka.cause(error), "asking which labels there are") from error
