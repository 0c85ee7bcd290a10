"""What a loader knows to be in the graph, so that it need not ask or say it again.

It holds as long as nobody else writes the same partitions, which their offsets tell: a loader that finds
an offset elsewhere than it left it forgets everything.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import Final

from graph.pairs import Pairs, merged, told_already
from graph.pieces import Known
from graph.states import StateId, Steps
from graph.touches import EdgeId, NodeId, Touch, combined

MOST_SHARED: Final = 300_000
"""Shared nodes, relationships and states remembered."""

MOST_FIXES: Final = 400_000
"""Fixes of recent segments remembered, about 200 bytes each."""

Partition = tuple[str, int]
"""Topic and number."""


class Memory:
    """Facts of the graph, valid for certain offsets."""

    def __init__(self, most_shared: int = MOST_SHARED, most_fixes: int = MOST_FIXES) -> None:
        self._most_shared = most_shared
        self._most_fixes = most_fixes
        self._rebuilt = 0
        self.forget()

    def forget(self) -> None:
        """Forget everything: what was planned was not written, or somebody else wrote."""
        self._offsets: dict[Partition, int] = {}
        self._nodes: dict[NodeId, Touch] = {}
        self._edges: dict[EdgeId, Pairs] = {}
        self._states: dict[StateId, Steps] = {}
        self._segments: OrderedDict[str, Known] = OrderedDict()
        self._sizes: dict[str, int] = {}
        self._used: set[str] = set()
        self._fixes = 0

    def stand_at(self, offsets: Mapping[Partition, int]) -> None:
        """Before a batch: keep what is remembered only if every partition stands where it was left."""
        if any(self._offsets.get(partition, offset) != offset for partition, offset in offsets.items()):
            self.forget()

    def belongs_to(self, rebuilt: int) -> None:
        """Keep what is remembered only if the graph was rebuilt no more often than we know."""
        if rebuilt != self._rebuilt:
            self.forget()
            self._rebuilt = rebuilt

    def moved_to(self, offsets: Mapping[Partition, int]) -> None:
        """After a batch was committed."""
        self._offsets.update(offsets)
        self._shrink()

    def has_node(self, node: NodeId, touch: Touch) -> bool:
        """Whether the graph has all of this already."""
        before = self._nodes.get(node)
        return (
            before is not None
            and told_already(before.pairs, touch.pairs)
            and combined(node.label, before.properties, touch.properties) == before.properties
        )

    def has_edge(self, edge: EdgeId, pairs: Pairs) -> bool:
        """Whether the graph has the relationship already, known so, so early."""
        before = self._edges.get(edge)
        return before is not None and told_already(before, pairs)

    def remember_node(self, node: NodeId, touch: Touch) -> None:
        """Take note of what was written to a node."""
        before = self._nodes.get(node, Touch())
        known = combined(node.label, before.properties, touch.properties)
        self._nodes[node] = Touch(merged(before.pairs, touch.pairs), known)

    def remember_edge(self, edge: EdgeId, pairs: Pairs) -> None:
        """Take note of what was written to a relationship."""
        self._edges[edge] = merged(self._edges.get(edge, {}), pairs)

    def state(self, state: StateId) -> Steps:
        """What the graph has of a state; empty if that is not remembered."""
        return self._states.get(state, ())

    def remember_state(self, state: StateId, seen: Steps) -> None:
        """Take note of what the graph has of a state."""
        self._states[state] = seen

    def segment(self, key: str) -> Known | None:
        """What the graph has of a segment, if that is remembered; it may grow afterwards."""
        known = self._segments.get(key)
        if known is not None:
            self._segments.move_to_end(key)
            self._used.add(key)
        return known

    def remember_segment(self, key: str, known: Known) -> None:
        """Take note of a segment; it may grow afterwards."""
        self._segments[key] = known
        self._used.add(key)

    def _shrink(self) -> None:
        if len(self._nodes) + len(self._edges) + len(self._states) > self._most_shared:
            self._nodes.clear()
            self._edges.clear()
            self._states.clear()
        for key in self._used:
            size = self._segments[key].size
            self._fixes += size - self._sizes.get(key, 0)
            self._sizes[key] = size
        self._used.clear()
        if self._fixes > self._most_fixes:
            self._forget_oldest()

    def _forget_oldest(self) -> None:
        while self._fixes > self._most_fixes // 2:
            key, _ = self._segments.popitem(last=False)
            self._fixes -= self._sizes.pop(key)
