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


class KnownPairs:
    """Reads the pairs again when the topic has grown; safe to ask from several threads."""

    def __init__(
        self,
        end: Callable[[], Hashable],
        read: Callable[[], Mapping[int, Pair]],
        look_every_s: float = LOOK_EVERY_S,
    ) -> None:
        """Nothing is read yet.

        Args:
            end: tells whether the topic has grown: another answer means that it has.
            read: reads the pairs; both raise TransientError where Kafka is away.
            look_every_s: for so long an answer may rest on the last look.
        """
        self._end, self._read = end, read
        self._look_every_s = look_every_s
        self._at: Hashable = object()
        self._looked = float("-inf")
        self._known = Known(0, {})
        self._lock = threading.Lock()

    def __call__(self) -> Known:
        """What is known now.

        Raises:
            TransientError: Kafka is away, so nobody can know.
        """
        with self._lock:
            now = time.monotonic()
            if now - self._looked > self._look_every_s:
                end = self._end()
                if end != self._at:
                    self._known = Known(self._known.version + 1, self._read())
                    self._at = end
                self._looked = now
            return self._known


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
