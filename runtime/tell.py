"""Tells the log one thing that a person said, and waits until it is there."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from ontology.times import from_ms, to_ms, to_text
from ontology.views import distribution_of
from runtime import kafka
from runtime.errors import TransientError
from runtime.record import (
    CONTENT_TYPE,
    DISTRIBUTION_ID,
    EXEC_PATH,
    KNOWN_AT,
    SCHEMA,
    SCHEMA_VERSION,
    SECURITY_LABEL,
    Headers,
    Record,
    request_id_entry,
)
from runtime.transaction import send

_FLUSH_S: Final = 10.0


def moment() -> datetime:
    """Now, to the millisecond, as the log keeps it."""
    return from_ms(to_ms(datetime.now(UTC)))


def headers(label: str, view: str, known: datetime, content_type: str, stage: str) -> Headers:
    """The headers of what somebody says within a view: it bears the view's label, as its conclusions do.

    Args:
        label: canonical floor label of the view.
        view: its name.
        known: when it was said.
        content_type: of the value.
        stage: through what it was said, for the path: "api" or "cli".
    """
    told = {
        CONTENT_TYPE: content_type,
        SECURITY_LABEL: label,
        DISTRIBUTION_ID: distribution_of(view),
        EXEC_PATH: stage,
        SCHEMA_VERSION: SCHEMA,
        KNOWN_AT: to_text(known),
    }
    return Headers((*Headers.of(told), request_id_entry()))


def tell(bootstrap: str, record: Record) -> None:
    """Write a record; when this returns it is in the log.

    Raises:
        TransientError: Kafka does not take it in time; it may be there all the same.
    """
    producer = kafka.producer(bootstrap)
    failed: list[str] = []
    send(producer, record, lambda error, _: failed.append(str(error)) if error else None)
    if producer.flush(_FLUSH_S):
        producer.purge()
        raise TransientError(f"Kafka does not take what was said, for {record.topic}: try again")
    if failed:
        raise TransientError(f"Kafka does not take what was said, for {record.topic}: {failed[0]}")
