"""The pairs of label and distribution as the log knows them now: asked for with every question.

A loader numbers a pair before it loads what bears it: what was loaded before a question came is numbered when
the question is looked at, and a pair that is not known here yet is passed by nobody.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Final

from confluent_kafka.admin import AdminClient

from api.followed import Followed, end_of
from ontology.labels import Pair
from runtime.interner import interned
from runtime.topics import Topics

LOOK_EVERY_S: Final = 0.05
"""For so long an answer may rest on the last look."""


@dataclass(frozen=True, slots=True)
class Known:
    """The pairs at a moment.

    Attributes:
        version: grows whenever the pairs are read again.
        pairs: every pair that was ever numbered, by its number.
    """

    version: int
    pairs: Mapping[int, Pair]


class KnownPairs(Followed[Mapping[int, Pair]]):
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
        super().__init__(end, read, {}, look_every_s, clock)

    def __call__(self) -> Known:
        """What is known now.

        Raises:
            TransientError: Kafka is away, so nobody can know.
        """
        return Known(*self.current())


def known_pairs(admin: Callable[[], AdminClient], bootstrap: str, topics: Topics) -> KnownPairs:
    """The pairs of an installation.

    Args:
        admin: gives a client of its Kafka.
        bootstrap: Kafka's `host:port`.
        topics: the installation's topics.
    """
    return KnownPairs(
        lambda: end_of(admin(), topics.labels, "which labels there are"), lambda: interned(bootstrap, topics)
    )
