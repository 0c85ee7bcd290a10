"""Conclusions as records of `derived`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from analytics.conclusions import Change
from ontology.rdf import write
from ontology.times import from_ms, to_text
from ontology.views import distribution_of
from runtime import metrics
from runtime.record import (
    CONTENT_TYPE,
    DISTRIBUTION_ID,
    EXEC_PATH,
    KNOWN_AT,
    N_TRIPLES,
    SCHEMA,
    SCHEMA_VERSION,
    SECURITY_LABEL,
    Headers,
    Record,
    request_id_entry,
)


@dataclass(frozen=True, slots=True)
class Emitter:
    """Writes the conclusions of one view.

    Attributes:
        topic: the full name of the derived topic.
        view: the view's name; its conclusions are of the distribution `derived:<view>`.
        stage: the worker's name, for the path.
    """

    topic: str
    view: str
    stage: str

    def records(self, changes: Collection[Change], label: str) -> list[Record]:
        """One record a change, keyed by whom it is about, under the view's floor label."""
        common = (
            (CONTENT_TYPE, N_TRIPLES.encode()),
            (SECURITY_LABEL, label.encode()),
            (DISTRIBUTION_ID, distribution_of(self.view).encode()),
            (EXEC_PATH, self.stage.encode()),
            (SCHEMA_VERSION, SCHEMA.encode()),
        )
        metrics.concluded(type(change.thing).__name__ for change in changes)
        return [
            Record(
                self.topic,
                change.about.encode(),
                write(change.thing),
                Headers((*common, (KNOWN_AT, to_text(from_ms(change.known)).encode()), request_id_entry())),
            )
            for change in changes
        ]
