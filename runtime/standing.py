"""Where each stage stands in each topic that it reads, asked of the log itself: dead workers tell nothing."""

import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from runtime import kafka, lag
from runtime.concluders import ANALYTICS, GRAPH, INGEST
from runtime.consumer import Slot
from runtime.glance import glance
from runtime.topics import Topics

_CALL_S: Final = 15.0
_DEAD: Final = ".dlq"


@dataclass(frozen=True, slots=True)
class Standing:
    """A stage in a topic.

    Attributes:
        stage: the worker's name.
        topic: the topic's full name.
        end: offsets written, over all partitions.
        read: offsets read.
        behind: partition → offsets still to be read; the log's own marks count as well.
        oldest_s: seconds since the first record still to be read was written to the log; None where none is.
    """

    stage: str
    topic: str
    end: int
    read: int
    behind: Mapping[int, int]
    oldest_s: float | None

    @property
    def lag(self) -> int:
        """Offsets still to be read, over all partitions."""
        return sum(self.behind.values())


def raw_topics(admin: AdminClient, topics: Topics) -> list[str]:
    """The full names of the raw topics that there are, in order.

    Raises:
        TransientError: Kafka is away.
    """
    try:
        found = admin.list_topics(timeout=_CALL_S).topics
    except KafkaException as error:
        raise kafka.explain(kafka.cause(error), "asking which topics there are") from error
    start = topics.raw("")
    return sorted(name for name in found if name.startswith(start) and not name.endswith(_DEAD))


def standings(
    admin: AdminClient,
    bootstrap: str,
    topics: Topics,
    written: Mapping[Slot, int],
    in_graph: Mapping[Slot, int],
    raw: Sequence[str],
    concluders: Sequence[str] = (ANALYTICS,),
) -> list[Standing]:
    """Where every stage stands.

    Args:
        admin: a client.
        bootstrap: Kafka's `host:port`.
        topics: the installation's topics.
        written: the ends of all topics, by `lag.ends`.
        in_graph: how far the graph has read of each partition.
        raw: full names of the raw topics.
        concluders: the workers that conclude, one for each view.

    Raises:
        TransientError: Kafka is away.
    """
    reading = [
        (INGEST, lag.committed(admin, topics.name(INGEST)), raw),
        *((name, lag.committed(admin, topics.name(name)), [topics.knowledge]) for name in concluders),
        (GRAPH, in_graph, topics.loaded),
    ]
    now_ms = time.time() * 1000
    found = []
    for stage, read, names in reading:
        rows = lag.lags(written, read, names)
        waiting = {
            slot: read.get(slot, 0)
            for slot, end in written.items()
            if slot[0] in names and read.get(slot, 0) < end
        }
        since = _oldest(bootstrap, waiting)
        for row in rows:
            behind = {
                number: max(0, end - read.get((topic, number), 0))
                for (topic, number), end in sorted(written.items())
                if topic == row.topic
            }
            oldest = since.get(row.topic)
            age = None if oldest is None else max(0.0, (now_ms - oldest) / 1000)
            found.append(Standing(stage, row.topic, row.end, row.read, behind, age))
    return found


def _oldest(bootstrap: str, waiting: Mapping[Slot, int]) -> dict[str, int]:
    """Topic → epoch milliseconds at which the first of its records from these offsets on was written."""
    found: dict[str, int] = {}
    for record, since_ms in glance(bootstrap, waiting, most=1):
        if since_ms is not None:
            found[record.topic] = min(found.get(record.topic, since_ms), since_ms)
    return found


class Speeds:
    """Offsets read a second, by where the stages stood when they were looked at before."""

    def __init__(self, window_s: float = 60.0, shortest_s: float = 0.5) -> None:
        """Nothing is seen yet.

        Args:
            window_s: looks before so many seconds are forgotten.
            shortest_s: a look less long ago says nothing.
        """
        self._window_s, self._shortest_s = window_s, shortest_s
        self._looks: deque[tuple[float, dict[tuple[str, str], int]]] = deque()

    def note(self, found: Sequence[Standing], now: float | None = None) -> dict[tuple[str, str], float]:
        """Remember where the stages stand; the speeds since the oldest look that counts.

        Args:
            found: where they stand.
            now: seconds of a monotonic clock; by default of this process'.

        Returns:
            Stage and topic → offsets a second; empty at the first look. After a rebuild, which begins at 0
            again, none below 0.
        """
        at = time.monotonic() if now is None else now
        read = {(each.stage, each.topic): each.read for each in found}
        while self._looks and at - self._looks[0][0] > self._window_s:
            self._looks.popleft()
        before = next(iter(self._looks), None)
        self._looks.append((at, read))
        if before is None or at - before[0] < self._shortest_s:
            return {}
        return {
            slot: max(0.0, (count - before[1][slot]) / (at - before[0]))
            for slot, count in read.items()
            if slot in before[1]
        }
