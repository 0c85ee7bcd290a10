"""Since when each source tells of anybody at all: before that, not being seen means nothing."""

from __future__ import annotations

from collections.abc import Iterable

from analytics.stays import NOT_YET
from analytics.watch import Watch


class Beginnings:
    """The first moment of every source, over all subjects that it tells of."""

    def __init__(self) -> None:
        """Begin with no source."""
        self._since: dict[str, int] = {}
        self._watches: dict[str, list[Watch]] = {}
        self._joined: list[Watch] = []

    def tells(self, source: str, watch: Watch) -> None:
        """A source tells of a subject for the first time."""
        self._watches.setdefault(source, []).append(watch)
        self._joined.append(watch)

    def renewed(self, watches: Iterable[Watch]) -> set[Watch]:
        """Everybody of whom a source tells that began earlier than was known.

        Args:
            watches: who has fixes that were not there at the last call.
        """
        earlier: set[str] = set()
        for watch in (*self._joined, *watches):
            for source in watch.sources:
                if watch.first < self._since.get(source, NOT_YET):
                    self._since[source] = watch.first
                    earlier.add(source)
        self._joined.clear()
        return {watch for source in earlier for watch in self._watches[source]}

    def of(self, watch: Watch) -> int:
        """Epoch milliseconds since which a subject's sources tell of anybody; NOT_YET before they do."""
        return min(self._since.get(source, NOT_YET) for source in watch.sources)
