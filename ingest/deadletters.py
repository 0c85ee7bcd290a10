"""Reads the dead letters of a feed: what was refused, why, and where it came from."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from runtime.record import (
    DATA_SOURCE_REFERENCE,
    DEAD_LETTER_FIELD,
    DEAD_LETTER_LINE,
    DEAD_LETTER_ORIGIN,
    DEAD_LETTER_REASON,
    DEAD_LETTER_STAGE,
    Record,
)
from runtime.replay import everything
from runtime.topics import Topics

_CALL_S: Final = 15.0
_CHUNK: Final = 1_000


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A record, or a part of one, that was refused.

    Attributes:
        reason: what is wrong, and what would be right.
        field: the field at fault, if one is.
        line: the number of the line at fault, from 1, if it is one line.
        source: what the raw record was taken from, such as a file's name.
        origin: where the raw record stands: topic/partition/offset.
        stage: who refused it.
        value: the bytes refused.
        record: the dead letter itself.
    """

    reason: str
    field: str | None
    line: int | None
    source: str | None
    origin: str
    stage: str
    value: bytes
    record: Record


def read(bootstrap: str, topics: Topics, feed: str) -> Iterator[DeadLetter]:
    """The dead letters of a feed, the oldest first, each once.

    Raises:
        TransientError: Kafka is away.
    """
    return read_topic(bootstrap, topics.dead_letters(topics.raw(feed)))


def read_topic(bootstrap: str, topic: str) -> Iterator[DeadLetter]:
    """The dead letters in a topic, the oldest first, each once; none where there is no such topic.

    Raises:
        TransientError: Kafka is away.
    """
    seen: set[tuple[str, int | None, str | None]] = set()
    for chunk in everything(bootstrap, topic):
        for record in chunk:
            letter = _letter(record)
            mark = (letter.origin, letter.line, letter.field)
            if mark not in seen:  # a worker that died may have written one twice
                seen.add(mark)
                yield letter


def _letter(record: Record) -> DeadLetter:
    headers = record.headers
    line = headers.get(DEAD_LETTER_LINE)
    return DeadLetter(
        reason=headers.get(DEAD_LETTER_REASON) or "no reason was given",
        field=headers.get(DEAD_LETTER_FIELD),
        line=int(line) if line is not None and line.isdigit() else None,
        source=headers.get(DATA_SOURCE_REFERENCE),
        origin=headers.get(DEAD_LETTER_ORIGIN) or record.origin,
        stage=headers.get(DEAD_LETTER_STAGE) or "unknown",
        value=record.value,
        record=record,
    )
