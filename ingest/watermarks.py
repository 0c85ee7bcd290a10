"""How far each source has told: the ticks that advance the time of the analytics."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from ontology import iri
from ontology.observed import Tick
from ontology.rdf import write
from ontology.times import from_ms
from runtime.record import Headers, Record

_STEP_MS = 60_000


@dataclass(slots=True)
class _Source:
    latest: int
    ticked: int | None = None


class Watermarks:
    """The latest time seen of each source, for each label apart: a tick shows no time that is hidden.

    To forget it makes later ticks say less for a while, never more.
    """

    def __init__(self, lateness_ms: int) -> None:
        self._lateness = lateness_ms
        self._sources: dict[tuple[str, str], _Source] = {}

    def saw(self, distribution: str, label: str, time: int) -> None:
        """A source told of this epoch millisecond."""
        source = self._sources.setdefault((distribution, label), _Source(time))
        source.latest = max(source.latest, time)

    def advance(self, distribution: str, label: str) -> datetime | None:
        """The source's watermark, if it is a minute further than when this was asked last."""
        source = self._sources[distribution, label]
        mark = (source.latest - self._lateness) // _STEP_MS * _STEP_MS
        if source.ticked is not None and mark <= source.ticked:
            return None
        source.ticked = mark
        return from_ms(mark)

    def forget(self) -> None:
        """As if nothing had been seen."""
        self._sources.clear()


def ticks(
    topic: str, partitions: Iterable[int], distribution: str, watermark: datetime, headers: Headers
) -> list[Record]:
    """A source's watermark, for every partition of the topic."""
    source = iri.source(distribution)
    value = write(Tick(source, watermark))
    return [Record(topic, source.encode(), value, headers, partition) for partition in partitions]
