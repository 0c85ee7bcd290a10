"""Distributions in the topic `distribution-lifecycle`: compacted, the last record of one is how it stands."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Final
from uuid import uuid4

import structlog
from pydantic import ValidationError

from ontology.errors import LifecycleError
from ontology.lifecycle import By, Details, Distribution, State
from ontology.times import to_text
from runtime.compacted import latest
from runtime.errors import TransientError
from runtime.record import (
    CONTENT_TYPE,
    DENY,
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
from runtime.topics import Topics
from runtime.transaction import Transactions

JSON: Final = "application/json"
_SEEN_S: Final = 20.0
_log = structlog.get_logger(__name__)


def distributions(bootstrap: str, topics: Topics) -> dict[str, Distribution | None]:
    """Every distribution of which something was said, by its id; None where what was said cannot be read.

    Raises:
        TransientError: Kafka is away.
    """
    return {key: _read(key, value) for key, value in latest(bootstrap, topics.distributions).items()}


def hidden(some: Mapping[str, Distribution | None]) -> frozenset[str]:
    """The ids of those that nobody may see; where nobody can read what was said of one, it is one of them."""
    return frozenset(key for key, one in some.items() if one is None or one.hidden)


def moved(
    bootstrap: str,
    topics: Topics,
    distribution: str,
    target: Callable[[Distribution], State],
    by: By,
    *,
    details: Details | None = None,
    stage: str = "cli",
) -> Distribution:
    """Move a distribution; when this returns, whoever reads the topic from then on reads it moved.

    Whoever moves one holds the one transactional id of the topic: of two at once, one fails and changes
    nothing, so that no withdrawal is undone by somebody who had not seen it yet.

    Args:
        bootstrap: Kafka's `host:port`.
        topics: the installation's; the topic is there.
        distribution: its id.
        target: the state that it is to have, given how it stands.
        by: who says so.
        details: who answers for it from now on; None leaves that as it is.
        stage: through what it was said: "cli" or "api".

    Raises:
        LifecycleError: it cannot become that, or what was said of it cannot be read.
        TransientError: Kafka is away, or somebody else moved one at the same time.
    """
    event = uuid4()
    with Transactions(bootstrap, topics.distributions) as held:
        before = distributions(bootstrap, topics).get(
            distribution, Distribution(distribution_id=distribution)
        )
        if before is None:
            raise LifecycleError(
                f"what was said of the distribution {distribution} cannot be read: a later version of Diurnal"
                " may have written it. It stays hidden"
            )
        after = before.moved(target(before), by, event, details)
        held.commit([record_of(topics.distributions, after, by, stage)])
    deadline = time.monotonic() + _SEEN_S
    while not _holds(distributions(bootstrap, topics).get(distribution), after):
        if time.monotonic() > deadline:
            raise TransientError(f"Kafka does not show yet what was said of {distribution}: see the list")
        time.sleep(0.01)
    return after


def record_of(topic: str, one: Distribution, by: By, stage: str) -> Record:
    """A distribution as a record; nobody is cleared for it but who answers for the installation.

    Args:
        topic: full name of the topic.
        one: it.
        by: who spoke of it last.
        stage: through what.
    """
    told = {
        CONTENT_TYPE: JSON,
        SECURITY_LABEL: DENY,
        DISTRIBUTION_ID: one.distribution_id,
        EXEC_PATH: stage,
        SCHEMA_VERSION: SCHEMA,
        KNOWN_AT: to_text(by.at),
    }
    value = one.model_dump_json(by_alias=True, exclude_none=True).encode()
    return Record(
        topic, one.distribution_id.encode(), value, Headers((*Headers.of(told), request_id_entry()))
    )


def _holds(seen: Distribution | None, after: Distribution) -> bool:
    """Whether what is seen has the last action of what was written, or one that came after it."""
    wanted = after.actions[-1].event_id
    return seen is not None and any(action.event_id == wanted for action in seen.actions)


def _read(key: str, value: bytes) -> Distribution | None:
    try:
        found = Distribution.model_validate_json(value)
    except ValidationError as error:
        _log.error("what was said of a distribution cannot be read: it is hidden", id=key, why=str(error))
        return None
    if found.distribution_id != key:
        _log.error(
            "a distribution stands under another's key: both are told apart by the key, and hidden", id=key
        )
        return None
    return found
