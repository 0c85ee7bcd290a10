"""How the stages do, for the command line, the API and Prometheus alike: asked of log and graph."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from confluent_kafka.admin import AdminClient

from runtime import kafka, lag
from runtime.concluders import ANALYTICS
from runtime.consumer import Slot
from runtime.letters import Dead, Letters
from runtime.standing import Speeds, Standing, raw_topics, standings
from runtime.told_until import told_until
from runtime.topics import Topics

FRESH_S: Final = 2.0
"""For so long a look is good enough for the next who asks."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A stage in a topic that it reads.

    Attributes:
        standing: where it is.
        per_second: offsets that it read a second, over the last minute at most; None at the first look.
        dead: the dead letters of that topic.
    """

    standing: Standing
    per_second: float | None
    dead: Dead


@dataclass(frozen=True, slots=True)
class View:
    """All that a look shows.

    Attributes:
        stages: every stage in each topic that it reads.
        watermarks: source → up to when it has told everything; of those that told something lately.
    """

    stages: tuple[Seen, ...]
    watermarks: Mapping[str, datetime]


class Outlook:
    """Looks again and again, and remembers enough to tell speeds; safe to ask from several threads."""

    def __init__(
        self,
        bootstrap: str,
        topics: Topics,
        feeds: Sequence[str] | None = None,
        fresh_s: float = FRESH_S,
        concluders: Sequence[str] = (ANALYTICS,),
    ) -> None:
        """Nothing is looked at yet.

        Args:
            bootstrap: Kafka's `host:port`.
            topics: the installation's topics.
            feeds: whose raw topics are looked at; by default all that there are.
            fresh_s: for so many seconds a look is given again, rather than to look anew.
            concluders: the workers that conclude, one for each view.
        """
        self._bootstrap, self._topics = bootstrap, topics
        self._fresh_s, self._concluders = fresh_s, concluders
        self._raw = None if feeds is None else [topics.raw(feed) for feed in feeds]
        self._client: AdminClient | None = None
        self._letters, self._speeds = Letters(bootstrap), Speeds()
        self._lock = threading.Lock()
        self._last: tuple[float, View] | None = None

    @property
    def admin(self) -> AdminClient:
        """A client of the log, made when it is first asked for."""
        if self._client is None:
            self._client = kafka.admin(self._bootstrap)
        return self._client

    def stand(self, in_graph: Mapping[Slot, int]) -> list[Standing]:
        """Where the stages stand now, and no more; also begins the measure of their speeds.

        Args:
            in_graph: how far the graph has read of each partition.

        Raises:
            TransientError: Kafka is away.
        """
        with self._lock:
            raw = self._raw_now()
            written = lag.ends(self.admin, self._read(raw))
            found = self._standings(raw, written, in_graph)
            self._speeds.note(found)
            return found

    def look(self, in_graph: Mapping[Slot, int]) -> View:
        """Everything; the last look again while it is fresh.

        Args:
            in_graph: how far the graph has read of each partition.

        Raises:
            TransientError: Kafka is away.
        """
        with self._lock:
            if self._last is None or time.monotonic() - self._last[0] > self._fresh_s:
                view = self._look(in_graph)
                self._last = (time.monotonic(), view)
            return self._last[1]

    def _look(self, in_graph: Mapping[Slot, int]) -> View:
        raw = self._raw_now()
        names = self._read(raw)
        letters = [self._topics.dead_letters(name) for name in names]
        written = lag.ends(self.admin, [*names, *letters])
        found = self._standings(raw, written, in_graph)
        speeds = self._speeds.note(found)
        dead = self._letters.count({slot: end for slot, end in written.items() if slot[0] in letters})
        stages = tuple(
            Seen(
                each,
                speeds.get((each.stage, each.topic)),
                dead.get(self._topics.dead_letters(each.topic), Dead()),
            )
            for each in found
        )
        return View(stages, told_until(self._bootstrap, self._topics.knowledge, written))

    def _raw_now(self) -> list[str]:
        return raw_topics(self.admin, self._topics) if self._raw is None else self._raw

    def _read(self, raw: Sequence[str]) -> list[str]:
        return [*raw, *self._topics.loaded]

    def _standings(
        self, raw: Sequence[str], written: Mapping[Slot, int], in_graph: Mapping[Slot, int]
    ) -> list[Standing]:
        return standings(self.admin, self._bootstrap, self._topics, written, in_graph, raw, self._concluders)
