"""Up to when each source has told everything, by its ticks: the only time that the analytics know.

A tick stands in every partition, behind the fixes that it vouches for, so a source has told only what its
slowest partition has. Only a source of which fixes are seen counts: ticks of one that tells a view nothing
show it no progress. The moments at which something is concluded are whole steps, hours of the data's time,
and not every tick: else each would make a new version of every stay that goes on. A tick that is later than
every fix before it in its partition closes, and counts as it stands. All this depends on the order within
each partition only, never on how partitions or batches interleave.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ontology.times import DAY_MS

_PACES: Final = ((28 * DAY_MS, 5 * DAY_MS), (4 * DAY_MS, DAY_MS))
"""History of this age goes by steps of this length: so long that few versions are made that nobody could have
read, so short that it is concluded, written and loaded piece by piece."""

MOST_STEPS = 1_000
"""A source that leaps further than this many steps is followed in longer ones."""


class Clock:
    """The ticks of all sources."""

    def __init__(self, partitions: int, step_ms: int) -> None:
        """Begin before any tick.

        Args:
            partitions: how many the topic has.
            step_ms: the length of a step, milliseconds.
        """
        self._partitions, self._step = partitions, step_ms
        self._latest: dict[tuple[str, int], int] = {}
        self._marks: dict[str, dict[int, int]] = {}
        self._telling: set[str] = set()

    def saw(self, source: str, partition: int, latest: int) -> None:
        """A source told of a fix at an epoch millisecond, in a partition."""
        self._telling.add(source)
        slot = (source, partition)
        self._latest[slot] = max(self._latest.get(slot, latest), latest)

    def tick(self, source: str, partition: int, watermark: int, known: int | None = None) -> None:
        """A source vouches, in a partition, for everything before an epoch millisecond.

        Args:
            source: the source.
            partition: where the tick stands.
            watermark: that epoch millisecond.
            known: epoch milliseconds at which this was known; of history, known long after, conclusions are
                drawn in longer steps, for nobody could have had them earlier.
        """
        closes = watermark > self._latest.get((source, partition), -1)
        step = self._step if known is None else _pace(known - watermark, self._step)
        mark = watermark if closes else watermark // step * step
        marks = self._marks.setdefault(source, {})
        marks[partition] = max(marks.get(partition, mark), mark)

    def tells(self, source: str) -> bool:
        """Whether a fix of a source was seen."""
        return source in self._telling

    def now(self) -> dict[str, int]:
        """Source → epoch milliseconds before which it has told all; none of which no fix was seen."""
        return {
            source: min(marks.values())
            for source, marks in self._marks.items()
            if len(marks) == self._partitions and source in self._telling
        }

    def steps(self, before: dict[str, int], after: dict[str, int], first: int) -> Iterator[dict[str, int]]:
        """The moments between two states of the clock at which to conclude, the last of them `after`.

        Args:
            before: what `now` gave.
            after: what it gives.
            first: epoch milliseconds of the earliest fix that waits; up to it one step is as good as many.
        """
        moved = {source: end for source, end in after.items() if end > before.get(source, -1)}
        if not moved:
            return
        end = max(moved.values())
        begin = min(max(before.get(source, first), min(first, end)) for source in moved)
        step = self._step
        while (end - begin) // step > MOST_STEPS:
            step = step * 24 if step < DAY_MS else step * 7
        for moment in range(begin // step * step + step, end, step):
            yield {source: max(min(moment, mark), before.get(source, -1)) for source, mark in after.items()}
        yield after


def _pace(age: int, shortest: int) -> int:
    """The step, in milliseconds, for what was known so many milliseconds after it was."""
    return next((max(step, shortest) for least, step in _PACES if age > least), shortest)
