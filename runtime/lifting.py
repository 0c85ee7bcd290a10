"""Records of earlier versions, lifted to today's when they are read.

The log is never rewritten: what was written under an earlier version stays as it was. `LIFTS` has, for each
version, the pure function to the next. Version 0 is what has no `Schema-Version`: the records of others, such
as those that `telicent-lib` writes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Final

from ontology.times import from_ms, to_text
from runtime.errors import PoisonError
from runtime.record import KNOWN_AT, SCHEMA, SCHEMA_VERSION, Record

Lift = Callable[[Record], Record]

CURRENT: Final = int(SCHEMA)


def _known_when_written(record: Record) -> Record:
    """Gives a record of others when it was known: the time that its writer's Kafka client gave it.

    It is all that the record has, and stays the same in a rebuild and in an export.

    Raises:
        PoisonError: it has none.
    """
    if record.headers.get(KNOWN_AT) is not None:
        return record
    if record.timestamp <= 0:
        raise PoisonError(f"it has neither a {KNOWN_AT} header nor a time of Kafka's: set one", KNOWN_AT)
    known_at = to_text(from_ms(record.timestamp))
    return _with_headers(record, KNOWN_AT, known_at)


LIFTS: Final[dict[int, Lift]] = {0: _known_when_written}
"""Version → what makes a record of the next one of it. Never changed once released, only added to."""


def version_of(record: Record) -> int:
    """The version under which a record was written; 0 where it says none.

    Raises:
        PoisonError: it is no number.
    """
    text = record.headers.get(SCHEMA_VERSION)
    if text is None:
        return 0
    if not (text.isascii() and text.isdigit()):
        raise PoisonError(f"{SCHEMA_VERSION} {text!r} is no number", SCHEMA_VERSION)
    return int(text)


def lift(record: Record) -> Record:
    """The record as today's version would have it; the record itself where it is of today's.

    Raises:
        PoisonError: it is of a version that this release does not know.
    """
    if record.headers.get(SCHEMA_VERSION) == SCHEMA:
        return record
    version = version_of(record)
    if version > CURRENT:
        raise PoisonError(
            f"it is of {SCHEMA_VERSION} {version}, and this release of Diurnal knows up to {CURRENT}: upgrade"
            " it, and give the record again",
            SCHEMA_VERSION,
        )
    for step in range(version, CURRENT):
        record = LIFTS[step](record)
    return _with_headers(record, SCHEMA_VERSION, SCHEMA)


def lifted(records: Iterable[Record]) -> Sequence[Record]:
    """Each record lifted.

    Raises:
        PoisonError: one cannot be.
    """
    return [lift(record) for record in records]


def readable(chunks: Iterable[Sequence[Record]]) -> Iterator[Sequence[Record]]:
    """Chunks of records that are read again, each lifted, less those that lie among the dead letters."""
    for chunk in chunks:
        kept: list[Record] = []
        for record in chunk:
            with suppress(PoisonError):
                kept.append(lift(record))
        yield kept


def _with_headers(record: Record, name: str, value: str) -> Record:
    return Record(
        record.topic,
        record.key,
        record.value,
        record.headers.with_(name, value),
        record.partition,
        record.offset,
        record.timestamp,
    )
