"""A saved query is run; one that compares is run twice, as of a moment and now."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from graph.ask import ANALYSTS, Answer, Limits
from graph.queries.compared import KNOWN, compared
from graph.queries.saved import SavedQuery
from graph.reader.errors import TooSlowError


class Ask(Protocol):
    """Asks the graph; `moment` is as of when, and None for what the asker sees anyway."""

    def __call__(
        self, cypher: str, parameters: Mapping[str, Any], moment: datetime | None, limits: Limits
    ) -> Answer:
        """The answer, within the limits."""
        ...


def run(query: SavedQuery, given: Mapping[str, Any], ask: Ask, limits: Limits = ANALYSTS) -> Answer:
    """The answer to a saved query.

    Args:
        query: the query.
        given: its parameters, as they are written.
        ask: asks the graph.
        limits: of the whole question, however often the graph is asked.

    Raises:
        ParameterError: a parameter is missing, not known, or not of its kind.
        ReaderError: whatever keeps the graph from answering.
    """
    values = query.values(given)
    if query.then_and_now is None:
        return ask(query.cypher, values, None, limits)
    moment: datetime = values.pop(query.then_and_now)
    return Answer(_then_and_now(query.cypher, values, moment, ask, limits))


def _then_and_now(
    cypher: str, values: Mapping[str, Any], moment: datetime, ask: Ask, limits: Limits
) -> Iterator[tuple[str, list[Any]]]:
    """One answer after the other: the first is read to its end before the graph is asked again."""
    until = time.monotonic() + limits.seconds
    try:
        then = ask(cypher, values, moment, limits)
        before = list(then)
        if (left := until - time.monotonic()) <= 0:
            raise _too_slow(limits)
        now = ask(cypher, values, None, replace(limits, seconds=left))
        after = list(now)
    except TooSlowError:
        raise _too_slow(limits) from None
    yield "columns", [KNOWN, *then.columns]
    rows = list(compared(before, after))
    yield from (("row", row) for row in rows[: limits.rows])
    if not (then.complete and now.complete and len(rows) <= limits.rows):
        yield "cut", []


def _too_slow(limits: Limits) -> TooSlowError:
    return TooSlowError(
        f"As of then and now together it took over {limits.seconds:.0f} s; ask for a shorter time or of less"
    )
