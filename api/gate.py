"""The gate: until the guard exists, nothing is served from a graph that holds more than one label.

Nobody is told apart yet by what they are cleared for, so whoever has a token may see everything: that is
right only while everything is under one label, from however many distributions. The graph holds numbers of
pairs of label and distribution; what they stand for is said in the log. A number that is not explained there
closes the API.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import Final

from neo4j import Driver

from api.errors import ClosedError
from graph.reader import labels
from ontology.labels import DENY, Pair

LOOK_EVERY_S: Final = 1.0
"""For how long an answer may rest on the last look."""

_NOBODY: Final = (
    f"The graph holds what came without a label, which is {DENY!r}: nobody may see it. Give it its "
    "label with `diurnal ingest --label` (or DIURNAL_FEED_LABELS) into a home of its own."
)

Pairs = Callable[[], Mapping[int, Pair]]
"""Reads what the numbers of pairs stand for."""


class LabelGate:
    """Open while the graph holds one label; closes itself when a second one arrives.

    A look costs one short query while no loader has moved; only when one has are the pairs read again, and
    only for a pair not seen before is the log asked.
    """

    def __init__(
        self, driver: Driver, database: str, pairs: Pairs, look_every_s: float = LOOK_EVERY_S
    ) -> None:
        """Nothing is looked at yet.

        Args:
            driver: an open one, of the graph that is served.
            database: the graph's.
            pairs: reads the pairs that were ever numbered; raises TransientError where it cannot.
            look_every_s: for how long an answer may rest on the last look.
        """
        self._driver, self._database = driver, database
        self._pairs = pairs
        self._look_every_s = look_every_s
        self._looked_at = float("-inf")
        self._moved: int | None = None
        self._found: frozenset[int] | None = None
        self._known: dict[int, Pair] = {}
        self._lock = threading.Lock()

    def check(self) -> Mapping[int, Pair]:
        """Lets the caller on, and tells what the numbers of pairs stand for.

        Raises:
            ClosedError: the graph holds more than one label, one that nobody can name, or what nobody may
                see; the message says which.
            GraphAwayError: the graph does not answer, so nobody can know.
            TransientError: Kafka does not answer, and a pair is not known yet.
        """
        with self._lock:
            if time.monotonic() - self._looked_at > self._look_every_s:
                self._look()
                self._looked_at = time.monotonic()
            found = self._found or frozenset()
            unknown = found - self._known.keys()
            pairs = [self._known[number] for number in found - unknown]
        if unknown:
            raise ClosedError(_unexplained(unknown))
        if any(pair.label == DENY for pair in pairs):
            raise ClosedError(_NOBODY)
        if len({pair.label for pair in pairs}) > 1:
            raise ClosedError(_refusal(pairs))
        return self._known

    def _look(self) -> None:
        moved = labels.records_taken(self._driver, self._database)
        if self._found is None or moved is None or moved != self._moved:
            self._found = labels.present(self._driver, self._database)
            self._moved = moved
        if self._found - self._known.keys():
            self._known = dict(self._pairs())


def _refusal(pairs: list[Pair]) -> str:
    named = "; ".join(sorted(f"{pair.label} from {pair.distribution}" for pair in pairs))
    return (
        f"The graph holds {len({pair.label for pair in pairs})} labels ({named}), and this release cannot "
        "tell readers apart: load one label into one graph, and rebuild it."
    )


def _unexplained(numbers: frozenset[int]) -> str:
    named = ", ".join(str(number) for number in sorted(numbers))
    return (
        f"The graph holds something under labels that the log does not explain (pairs {named}), so nobody "
        "can say who may see it: is this the log that it was loaded from? `diurnal rebuild` loads it anew."
    )
