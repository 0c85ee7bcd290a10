"""Pairs of label and distribution, each under a small number that is the same wherever it is computed.

The `labels` topic lists what the numbers stand for. A number is a hash of its pair, so that nobody has to
agree on it and a rebuild gives the same; two pairs with one number would breach security, and are refused.
"""

from typing import Final

import orjson

from ontology.labels import Pair, pair_id
from runtime import compacted, kafka
from runtime.errors import TerminalError, TransientError
from runtime.record import Headers, Record
from runtime.topics import Topics
from runtime.transaction import send

_FLUSH_S: Final = 20.0


class CollisionError(TerminalError):
    """Two pairs have the same number."""


def interned(bootstrap: str, topics: Topics) -> dict[int, Pair]:
    """Every pair that was ever numbered, by its number; none where there is no `labels` topic.

    Raises:
        TransientError: Kafka is away.
    """
    return {int(key): _pair(value) for key, value in compacted.latest(bootstrap, topics.labels).items()}


class Interner:
    """Numbers pairs, and writes each new one to the `labels` topic before its number is used."""

    def __init__(self, bootstrap: str, topics: Topics) -> None:
        """Read what was numbered so far.

        Raises:
            TransientError: Kafka is away, or has no `labels` topic yet.
        """
        self._topic = topics.labels
        self._bootstrap = bootstrap
        self._pairs = interned(bootstrap, topics)

    @property
    def pairs(self) -> dict[int, Pair]:
        """Every pair known here, by its number."""
        return dict(self._pairs)

    def intern(self, pair: Pair) -> int:
        """The number of a pair.

        Args:
            pair: its label canonical, as `Pair.of` makes it.

        Raises:
            TransientError: Kafka does not take a new pair.
            CollisionError: another pair has that number.
        """
        number = pair_id(pair)
        known = self._pairs.get(number)
        if known is None:
            self._publish(number, pair)
            self._pairs[number] = pair
        elif known != pair:
            raise CollisionError(
                f"{pair} and {known} have the same number {number}: give one of the distributions another id"
            )
        return number

    def _publish(self, number: int, pair: Pair) -> None:
        value = orjson.dumps({"label": pair.label, "distribution": pair.distribution})
        producer = kafka.producer(self._bootstrap)
        send(producer, Record(self._topic, str(number).encode(), value, Headers()))
        if producer.flush(_FLUSH_S):
            producer.purge()
            raise TransientError("Kafka does not take a new pair of label and distribution")


def _pair(value: bytes) -> Pair:
    said = orjson.loads(value)
    return Pair(said["label"], said["distribution"])
