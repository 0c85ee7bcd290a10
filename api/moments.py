"""As of when a question is asked: now, or a moment of which everything that was known by then is loaded."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from api.errors import BadParameterError, TooLateError
from graph.sight import NOW
from ontology.times import from_ms, from_text, to_ms, to_text
from runtime.concluders import GRAPH, INGEST
from runtime.consumer import Slot
from runtime.standing import Standing

LOADING: Final = frozenset({INGEST, GRAPH})
"""The stages that what is known passes on its way into the graph."""


@dataclass(frozen=True, slots=True)
class _Proved:
    """A watermark that was found: it holds as long as the graph has all that it had then."""

    watermark: datetime
    offsets: Mapping[Slot, int]


class Moments:
    """Knows up to when the log is loaded: the loaders' watermark."""

    def __init__(
        self,
        in_graph: Callable[[], Mapping[Slot, int]],
        standings: Callable[[Mapping[Slot, int]], list[Standing]],
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Nothing is asked yet.

        Args:
            in_graph: how far the graph has read of each partition.
            standings: where the stages stand, given that.
            clock: seconds of the Unix epoch.
        """
        self._in_graph, self._standings, self._clock = in_graph, standings, clock
        self._proved: _Proved | None = None

    def watermark(self) -> datetime:
        """What was written to the log before this moment is in the graph.

        It is now, unless a record waits to be mapped or loaded: then when the oldest of these was written, by
        the log's clock.

        Raises:
            GraphAwayError: Neo4j does not answer.
            TransientError: Kafka is away.
        """
        now = self._clock()
        offsets = self._in_graph()
        waiting = [
            each.oldest_s
            for each in self._standings(offsets)
            if each.stage in LOADING and each.oldest_s is not None
        ]
        found = from_ms(int((now - max(waiting, default=0.0)) * 1000))
        self._proved = _Proved(found, offsets)
        return found

    def moment(self, as_of: str | None) -> int:
        """The moment that a text names, in epoch milliseconds; what is current where there is none.

        Raises:
            BadParameterError: it is no instant.
            TooLateError: it is later than the watermark.
            GraphAwayError: Neo4j does not answer.
            TransientError: Kafka is away.
        """
        if as_of is None:
            return NOW
        try:
            asked = to_ms(from_text(as_of))
        except ValueError as error:
            raise BadParameterError("as_of", f"{error}; write 2020-12-05T12:00Z") from None
        if self._is_proved(asked):
            return asked
        if (watermark := self.watermark()) < from_ms(asked):
            raise TooLateError(
                f"as_of {as_of} is later than {to_text(watermark)}, up to when the log is loaded: ask as of"
                " then or before, or leave as_of out for what is known now."
            )
        return asked

    def _is_proved(self, asked: int) -> bool:
        """Whether a watermark found before is late enough, and the graph was not emptied since."""
        proved = self._proved
        if proved is None or proved.watermark < from_ms(asked):
            return False
        offsets = self._in_graph()
        return all(offsets.get(slot, 0) >= read for slot, read in proved.offsets.items())
