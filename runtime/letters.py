"""How many dead letters there are, and how fast they come; each is looked at once."""

import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from runtime.consumer import Slot
from runtime.glance import glance

WINDOW_S: Final = 300.0


@dataclass(frozen=True, slots=True)
class Dead:
    """The dead letters of a topic.

    Attributes:
        count: how many there are.
        per_minute: how many came a minute over the last `WINDOW_S`.
    """

    count: int = 0
    per_minute: float = 0.0


@dataclass(slots=True)
class _Pile:
    count: int = 0
    recent: deque[float] = field(default_factory=deque)


class Letters:
    """Counts dead letters one by one, for offsets would count the log's own marks; goes on where it was."""

    def __init__(self, bootstrap: str) -> None:
        """Nothing is counted yet.

        Args:
            bootstrap: Kafka's `host:port`.
        """
        self._bootstrap = bootstrap
        self._next: dict[Slot, int] = {}
        self._piles: dict[str, _Pile] = {}

    def count(self, ends: Mapping[Slot, int], now: float | None = None) -> dict[str, Dead]:
        """The dead letters of each topic.

        Args:
            ends: the ends of the topics of dead letters, by `lag.ends`.
            now: Unix time, in seconds.

        Returns:
            The full name of each topic of dead letters → what is in it.

        Raises:
            TransientError: Kafka is away.
        """
        at = time.time() if now is None else now
        news = {slot: self._next.get(slot, 0) for slot, end in ends.items() if self._next.get(slot, 0) < end}
        for record, since_ms in glance(self._bootstrap, news):
            pile = self._piles.setdefault(record.topic, _Pile())
            pile.count += 1
            self._next[record.topic, record.partition] = record.offset + 1
            if since_ms is not None:
                pile.recent.append(since_ms / 1000)
        for slot, end in ends.items():
            self._next[slot] = max(end, self._next.get(slot, 0))
        topics = dict.fromkeys(topic for topic, _ in ends)
        return {topic: self._told(self._piles.get(topic, _Pile()), at) for topic in topics}

    @staticmethod
    def _told(pile: _Pile, at: float) -> Dead:
        pile.recent = deque(since for since in pile.recent if since > at - WINDOW_S)
        return Dead(pile.count, len(pile.recent) * 60 / WINDOW_S)
