"""The gate: until the guard exists, nothing is served from a graph that holds more than one label.

Nobody is told apart yet by what they are cleared for, so whoever has a token may see everything: that is
right only while everything observed came under one label and from one distribution.
"""

from __future__ import annotations

import threading
import time
from typing import Final

from api.errors import ClosedError
from graph.reader import labels, progress
from graph.reader.reader import Reader

LOOK_EVERY_S: Final = 1.0
"""For how long an answer may rest on the last look."""


class LabelGate:
    """Open while the graph holds one observed label; closes itself when a second one arrives.

    A look costs one short query while no loader has moved; only when one has are the labels read again.
    """

    def __init__(self, reader: Reader, look_every_s: float = LOOK_EVERY_S) -> None:
        self._reader = reader
        self._look_every_s = look_every_s
        self._looked_at = float("-inf")
        self._moved: int | None = None
        self._found: labels.LabelsPresent | None = None
        self._lock = threading.Lock()

    def check(self) -> None:
        """Lets the caller on.

        Raises:
            ClosedError: the graph holds more than one label, which the message names.
            GraphAwayError: the graph does not answer, so nobody can know.
        """
        with self._lock:
            if time.monotonic() - self._looked_at > self._look_every_s:
                self._look()
                self._looked_at = time.monotonic()
            found = self._found
        if found is not None and len(found.observed) > 1:
            raise ClosedError(_refusal(found))

    def _look(self) -> None:
        moved = progress.records_taken(self._reader)
        if self._found is None or moved is None or moved != self._moved:
            self._found = labels.present(self._reader)
            self._moved = moved


def _refusal(found: labels.LabelsPresent) -> str:
    named = "; ".join(f"{label} from {source}" for label, source in found.named)
    return (
        f"The graph holds {len(found.observed)} pairs of label and distribution ({named or 'unnamed'}), and "
        "this release cannot tell readers apart: load one label into one graph, and rebuild it."
    )
