"""What a batch tells of things that many records share: subjects, identifiers, states, places, sources."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from graph.pairs import Pairs, add
from graph.rows import Properties

Ends = Callable[[Any, Any], Any]

EXTREMES: Final[Mapping[str, tuple[str, Ends]]] = {
    "SubjectState": ("start", min),
    "Source": ("watermark", max),
}
"""Label → the property of which the least or the greatest told counts, whatever the order."""


class NodeId(NamedTuple):
    """A shared node: its label and key."""

    label: str
    key: str


class EdgeId(NamedTuple):
    """A shared relationship, from `start` to `end`."""

    start: NodeId
    kind: str
    end: NodeId


@dataclass(slots=True)
class Touch:
    """What is told of one shared node.

    Attributes:
        pairs: in which ways, and since when.
        properties: its facts; empty where it is only referred to.
    """

    pairs: Pairs = field(default_factory=dict)
    properties: Properties = field(default_factory=dict)


@dataclass(slots=True)
class Touches:
    """All of a batch."""

    nodes: dict[NodeId, Touch] = field(default_factory=dict)
    edges: dict[EdgeId, Pairs] = field(default_factory=dict)

    def node(self, node: NodeId, pair: int, known_at: int, facts: Properties | None = None) -> None:
        """Tell of a node, or refer to it: who is referred to before anything is told becomes a stub."""
        touch = self.nodes.setdefault(node, Touch())
        add(touch.pairs, pair, known_at)
        if facts:
            touch.properties = combined(node.label, touch.properties, facts)

    def edge(self, edge: EdgeId, pair: int, known_at: int) -> None:
        """Tell of a relationship between shared nodes."""
        add(self.edges.setdefault(edge, {}), pair, known_at)


def combined(label: str, before: Properties, told: Properties) -> Properties:
    """The properties of a node after it was told of once more."""
    after = {**before, **told}
    if label in EXTREMES:
        name, choose = EXTREMES[label]
        if name in before and name in told:
            after[name] = choose(before[name], told[name])
    return after
