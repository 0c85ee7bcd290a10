"""Tells the log one thing that a person said, and waits until it is there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from ontology.labels import Pair
from ontology.times import from_ms, to_ms, to_text
from ontology.views import View, distribution_of
from runtime import kafka
from runtime.errors import SettingsError, TransientError
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


def floor_of(view: View, pairs: Iterable[Pair]) -> str:
    """The label of what is said within a view: its floor, else the one that its conclusions have.

    Raises:
        SettingsError: it has none, and its conclusions none or several.
    """
    if view.floor is not None:
        return view.floor
    labels = sorted({pair.label for pair in pairs if pair.distribution == distribution_of(view.name)})
    if len(labels) != 1:
        raise SettingsError(
            f"the view {view.name!r} has no label of its own: set DIURNAL_VIEW_LABEL, or its floor in"
            " DIURNAL_VIEWS"
        )
    return labels[0]
