"""What a view was begun without, as its profile in the topic `views` says: for those who answer."""

from __future__ import annotations

from collections.abc import Mapping

import orjson

from runtime.compacted import latest
from runtime.topics import Topics


def began_without(bootstrap: str, topics: Topics) -> Mapping[str, frozenset[str]]:
    """View → the distributions that were withdrawn when it began; of none that it cannot tell.

    Raises:
        TransientError: Kafka is away.
    """
    return {view: _without(value) for view, value in latest(bootstrap, topics.views).items()}


def _without(value: bytes) -> frozenset[str]:
    try:
        return frozenset(orjson.loads(value).get("without", ()))
    except (ValueError, AttributeError, TypeError):  # no profile: the view is taken to have seen everything
        return frozenset()
