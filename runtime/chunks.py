"""Reads on for as long as something is left to read, and no longer than Kafka keeps sending."""

import time
from collections.abc import Callable, Collection, Iterator
from typing import Final

from confluent_kafka import Consumer, Message

from runtime.errors import TransientError

_GLANCE_S: Final = 0.05
"""The client waits this long for a chunk to fill, even when there is nothing more."""


def chunks(
    client: Consumer, left: Callable[[], Collection[str]], most: int, patience_s: float
) -> Iterator[list[Message]]:
    """Messages of the partitions that a client was assigned, the ends of partitions among them.

    Args:
        client: the consumer.
        left: names what is not read to its end yet; asked before each chunk.
        most: messages in a chunk.
        patience_s: seconds without any message after which Kafka counts as away.

    Raises:
        TransientError: Kafka does not send what is left.
    """
    deadline = time.monotonic() + patience_s
    while unread := left():
        messages = client.consume(most, _GLANCE_S)
        if messages:
            deadline = time.monotonic() + patience_s
            yield messages
        elif time.monotonic() > deadline:
            raise TransientError(f"Kafka does not send what is in {', '.join(sorted(set(unread)))}")
