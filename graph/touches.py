"""What a batch tells of things that many records share: subjects, identifiers, states, places, sources."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from graph.pairs import Pairs, add
from graph.rows import Properties
from graph.states import START, StateId, Step, identified
from ontology.observed import SUBJECT_CLASSES

WATERMARK: Final = "_watermark"
"""Of a source: the latest that anybody told, and so for no reader."""

_RANKS: Final = {kind: rank for rank, kind in enumerate(SUBJECT_CLASSES)}

FIRST: Final[Mapping[str, tuple[tuple[str, ...], Callable[[Properties], Any]]]] = {
    "Subject": (("kind",), lambda facts: _RANKS[facts["kind"]]),
    "Identifier": (("scheme", "value"), lambda facts: (facts["scheme"], facts["value"])),
    "Source": ((WATERMARK,), lambda facts: -facts[WATERMARK].timestamp()),
}
"""Label → its facts, and the order in which the first counts where they contradict one another."""


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
        pairs: in which ways, and since when; empty where it is only referred to.
        properties: its facts; empty likewise.
    """

    pairs: Pairs = field(default_factory=dict)
    properties: Properties = field(default_factory=dict)


@dataclass(slots=True)
class StateTouch:
    """What is told of one state: its words, and starts with the moments at which they became known."""

    properties: Properties
    told: list[Step] = field(default_factory=list)


@dataclass(slots=True)
class Touches:
    """All of a batch."""

    nodes: dict[NodeId, Touch] = field(default_factory=dict)
    edges: dict[EdgeId, Pairs] = field(default_factory=dict)
    states: dict[StateId, StateTouch] = field(default_factory=dict)

    def node(self, node: NodeId, pair: int, known_at: int, facts: Properties | None = None) -> None:
        """Tell of a node: who sees that pair sees it from then on."""
        touch = self.nodes.setdefault(node, Touch())
        add(touch.pairs, pair, known_at)
        if facts:
            touch.properties = combined(node.label, touch.properties, facts)

    def refer(self, node: NodeId) -> None:
        """Refer to a node: it is there to hang something on, and nobody sees it who is not told of it.

        Else whoever may see the reference would see what others told.
        """
        self.nodes.setdefault(node, Touch())

    def edge(self, edge: EdgeId, pair: int, known_at: int) -> None:
        """Tell of a relationship between shared nodes."""
        add(self.edges.setdefault(edge, {}), pair, known_at)

    def state(self, subject: str, pair: int, known_at: int, facts: Properties) -> None:
        """Tell of a state, by the properties of its node."""
        touch = self.states.setdefault(identified(subject, pair, facts), StateTouch(facts))
        touch.told.append(Step(known_at, facts[START]))


def combined(label: str, before: Properties, told: Properties) -> Properties:
    """The properties of a node after it was told of once more."""
    if label in FIRST and before and told:
        return min(before, told, key=FIRST[label][1])
    return {**before, **told}
