"""What is kept of whom rules are about: their fixes at once, and up to when each source has told all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from analytics.growing import Growing
from analytics.track import Track


@dataclass(slots=True)
class Heard:
    """One subject.

    Attributes:
        fixes: all of them, those too that the next step waits for.
        sources: who tells of it.
    """

    fixes: Growing = field(default_factory=Growing)
    sources: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, track: Track, sources: Iterable[str]) -> Heard:
        """One of whom something was heard before."""
        made = cls(sources=set(sources))
        made.fixes.add(track)
        return made

    def hear(self, track: Track, source: str) -> None:
        """Take in fixes from a source."""
        self.fixes.add(track)
        self.sources.add(source)


class Told:
    """Up to when each source has told everything, to the millisecond; only ever later.

    The steps of the conclusions are hours (`analytics.clock`); silence is told without waiting for one.
    """

    def __init__(self, partitions: int) -> None:
        """Begin before any tick of so many partitions."""
        self._partitions = partitions
        self._marks: dict[str, dict[int, int]] = {}

    def tick(self, source: str, partition: int, watermark: int) -> None:
        """A source vouches, in a partition, for everything before an epoch millisecond."""
        marks = self._marks.setdefault(source, {})
        marks[partition] = max(marks.get(partition, watermark), watermark)

    def until(self, sources: Iterable[str]) -> int:
        """Epoch milliseconds before which the furthest of some sources has told everything; -1 for none."""
        ends = (self._marks.get(source, {}) for source in sources)
        return max((min(marks.values()) for marks in ends if len(marks) == self._partitions), default=-1)
