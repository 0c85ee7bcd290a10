"""What the graph is told: a thing, in what way it is known, and since when."""

from __future__ import annotations

from dataclasses import dataclass

from ontology.kind import Thing


@dataclass(frozen=True, slots=True)
class Told:
    """A thing as a record told it.

    Attributes:
        thing: the thing.
        pair: interned id of the record's (canonical label, distribution).
        known_at: when Diurnal learned it, epoch milliseconds.
        version: names the record, and the thing within it.
    """

    thing: Thing
    pair: int
    known_at: int
    version: str
