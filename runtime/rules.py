"""Standing rules in the topic `rules`: compacted, the last record of a name is how it stands."""

from __future__ import annotations

from typing import Final

from pydantic import ValidationError

from ontology.rules import Standing
from runtime.compacted import latest
from runtime.errors import PoisonError
from runtime.record import Record
from runtime.tell import headers, moment
from runtime.topics import Topics

JSON: Final = "application/json"


def standing(record: Record) -> Standing:
    """The rule that a record tells.

    Raises:
        PoisonError: it tells none.
    """
    try:
        return Standing.model_validate_json(record.value)
    except ValidationError as error:
        raise PoisonError(f"it is no standing rule: {error}") from error


def record_of(topic: str, rule: Standing, label: str, stage: str) -> Record:
    """A rule as a record.

    Args:
        topic: full name of the topic of rules.
        rule: it.
        label: under which it is told.
        stage: "api" or "cli".
    """
    value = rule.model_dump_json(by_alias=True, exclude_none=True).encode()
    return Record(topic, rule.key.encode(), value, headers(label, rule.view, moment(), JSON, stage))


def all_rules(bootstrap: str, topics: Topics) -> dict[str, Standing]:
    """Every rule of every view, by its key, those too that were removed.

    Raises:
        TransientError: Kafka is away.
    """
    found = latest(bootstrap, topics.rules)
    return {key: Standing.model_validate_json(value) for key, value in found.items()}
