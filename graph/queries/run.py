"""A saved query is run; one that compares is run twice, as of a moment and now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final, Protocol

from graph.ask import Answer
from graph.queries.saved import SavedQuery

KNOWN: Final = "known"
"""The column that tells of each row whether it was known then, and is now."""
THEN, NOW, BOTH = "then", "now", "both"


class Ask(Protocol):
    """Asks the graph; `moment` is as of when, and None for what the asker sees anyway."""

    def __call__(self, cypher: str, parameters: Mapping[str, Any], moment: datetime | None) -> Answer:
        """The answer."""
        ...


def run(query: SavedQuery, given: Mapping[str, Any], ask: Ask) -> Answer:
    """The answer to a saved query.

    Args:
        query: the query.
        given: its parameters, as they are written.
        ask: asks the graph.

    Raises:
        ParameterError: a parameter is missing, not known, or not of its kind.
        ReaderError: whatever keeps the graph from answering.
    """
    values = query.values(given)
    if query.then_and_now is None:
        return ask(query.cypher, values, None)
    moment: datetime = values.pop(query.then_and_now)
    return Answer(_compared(ask(query.cypher, values, moment), ask(query.cypher, values, None)))


def _compared(then: Answer, now: Answer) -> Iterator[tuple[str, list[Any]]]:
    """The rows of two answers, each once, in their order: those of then first, with where it stands."""
    yield "columns", [KNOWN, *then.columns]
    before, after = list(then), list(now)
    left, right = {repr(row) for row in before}, {repr(row) for row in after}
    for row in before:
        yield "row", [BOTH if repr(row) in right else THEN, *row]
    for row in after:
        if repr(row) not in left:
            yield "row", [NOW, *row]
    if not (then.complete and now.complete):
        yield "cut", []
