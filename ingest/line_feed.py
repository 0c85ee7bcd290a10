"""A feed of lines that are read one by one: what such feeds share, whatever stands in a line."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ingest.elements import Element, gathered
from ingest.feed import NO_TIME, Bounds, Feed, Parsed, lines_of
from ingest.options import settle


@dataclass(frozen=True)
class LineFeed(Feed, ABC):
    """Each line tells by itself, of one or of several.

    Attributes:
        sparse: what it tells are sightings.
    """

    given: Mapping[str, str] = field(default_factory=dict)
    sparse: bool = False

    @abstractmethod
    def elements(self, line: int, raw: bytes, chosen: Mapping[str, str]) -> Iterable[Element]:
        """What a line tells, at least one element; one that cannot be read is an element with its fault.

        Args:
            line: its number in the body, from 0.
            raw: its bytes, without blanks around them.
            chosen: a value for each of the feed's options.
        """
        ...

    def configured(self, given: Mapping[str, str]) -> Self:
        """The feed with these options.

        Raises:
            FeedError: it has no such option, or the option no such value.
        """
        self.check(settle(self.name, self.options, given))
        return replace(self, given=dict(given))

    def check(self, chosen: Mapping[str, str]) -> None:
        """See that options go together and have values that can be.

        Raises:
            FeedError: they do not.
        """
        del chosen

    def head(self, first_line: bytes) -> bytes:
        """Nothing: each line is data."""
        del first_line
        return b""

    def parse(self, head: bytes, body: bytes, bounds: Bounds) -> Parsed:
        """Read a body of lines."""
        return gathered(self._all(head, body), bounds, sparse=self.sparse)

    def times(self, head: bytes, body: bytes) -> NDArray[np.int64]:
        """The time of each line, blank ones too: epoch milliseconds, or NO_TIME."""
        times = np.full(lines_of(body), NO_TIME, dtype=np.int64)
        for element in self._all(head, body):
            times[element.line] = max(times[element.line], element.time)
        return times

    def _all(self, head: bytes, body: bytes) -> Iterable[Element]:
        del head
        chosen = settle(self.name, self.options, self.given)
        for number, line in enumerate(body.split(b"\n")):
            raw = line.strip()
            if raw:
                yield from self.elements(number, raw, chosen)
