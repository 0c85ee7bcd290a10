"""What the graph is told: a thing, in what way it is known, and since when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b

import orjson

from graph.rows import Edge, Properties, edges, properties
from ontology.kind import Thing


@dataclass(frozen=True, slots=True)
class Told:
    """A thing as a record told it.

    What follows from it alone is worked out once, when it is read, for that is done beside the writing.

    Attributes:
        thing: the thing.
        pair: interned id of the record's (canonical label, distribution).
        known_at: when Diurnal learned it, epoch milliseconds.
        version: names the record, and the thing within it.
        edges: its relationships.
        said: a conclusion's properties; empty for anything else.
        content: digest of all that a conclusion says.
    """

    thing: Thing
    pair: int
    known_at: int
    version: str
    edges: tuple[Edge, ...] = field(init=False, repr=False, compare=False)
    said: Properties = field(init=False, repr=False, compare=False)
    content: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        links = tuple(edges(self.thing))
        said = properties(self.thing) if self.thing.versioned else {}
        object.__setattr__(self, "edges", links)
        object.__setattr__(self, "said", said)
        object.__setattr__(self, "content", _content(said, links) if said else "")


def _content(said: Mapping[str, object], links: Iterable[Edge]) -> str:
    rows = [said, sorted((edge.kind, edge.label, edge.key) for edge in links)]
    text = orjson.dumps(rows, option=orjson.OPT_SORT_KEYS, default=str)
    return blake2b(text, digest_size=16).hexdigest()
