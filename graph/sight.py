"""What a reader sees of the graph: in which ways things may be known to them, and as of when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from ontology.times import OPEN

NOW: Final = OPEN - 1
"""The moment before the end of time: what is known by then, and not superseded, is what is current."""

MOST_ROWS: Final = 1_000_000
MOST_BYTES: Final = 256 * 1024 * 1024
MOST_MEMORY: Final = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Sight:
    """What may be seen. Whoever has no ids sees nothing.

    Attributes:
        allowed: interned ids of the pairs of label and distribution that may be seen.
        moment: epoch milliseconds; what became known later is not there, nor what was superseded by then.
        view: whose conclusions are read.
        rows: most rows of an answer; more are left out, and it says so.
        bytes: most bytes of an answer, about; a larger one is refused.
        memory: most bytes that Neo4j may hold meanwhile; whoever needs more is refused.
    """

    allowed: frozenset[int]
    moment: int = NOW
    view: str | None = None
    rows: int = MOST_ROWS
    bytes: int = MOST_BYTES
    memory: int = MOST_MEMORY

    @classmethod
    def of(cls, allowed: Iterable[int], view: str | None = None) -> Sight:
        """What is current of what may be seen."""
        return cls(frozenset(allowed), view=view)

    def told(self) -> dict[str, Any]:
        """As the guard takes it."""
        return {
            "allowed": sorted(self.allowed),
            "moment": self.moment,
            "rows": self.rows,
            "bytes": self.bytes,
            "memory": self.memory,
        }
