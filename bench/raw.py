"""Raw records as `ingest` publishes them: blocks of lines, or a line each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from uuid import uuid4

from ontology.times import to_text
from runtime.record import (
    CONTENT_TYPE,
    CSV,
    DATA_SOURCE_REFERENCE,
    DISTRIBUTION_ID,
    EXEC_PATH,
    KNOWN_AT,
    REQUEST_ID,
    SCHEMA,
    SCHEMA_VERSION,
    SECURITY_LABEL,
    Headers,
    Record,
)

RECEIVER = "marinecadastre"


def records(topic: str, values: Iterable[bytes]) -> Iterator[Record]:
    """One raw record for each value."""
    known_at = to_text(datetime.now(UTC))
    for value in values:
        headers = Headers.of(
            {
                CONTENT_TYPE: CSV,
                SECURITY_LABEL: "*",
                DISTRIBUTION_ID: "marinecadastre-ais",
                DATA_SOURCE_REFERENCE: "ny_harbor_2020_12_first_week.csv",
                REQUEST_ID: str(uuid4()),
                KNOWN_AT: known_at,
                EXEC_PATH: "publisher",
                SCHEMA_VERSION: SCHEMA,
            }
        )
        yield Record(topic, RECEIVER.encode(), value, headers)
