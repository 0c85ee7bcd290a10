"""What a loader remembers, and when it must not."""

from __future__ import annotations

from graph.memory import Memory
from graph.pairs import columns, merged, told_already
from graph.pieces import Known
from graph.touches import EdgeId, NodeId, Touch

SHIP = NodeId("Subject", "ship")
PIER = NodeId("Place", "pier")
CALL = EdgeId(SHIP, "IDENTIFIED_BY", NodeId("Identifier", "mmsi"))


def test_pairs_keep_the_earliest_and_are_sorted() -> None:
    assert columns(merged({9: 5, 2: 7}, {9: 3}, {4: 1})) == ([2, 4, 9], [7, 1, 3])
    assert told_already({1: 5}, {1: 5})
    assert not told_already({1: 5}, {1: 4})
    assert not told_already({1: 5}, {2: 5})


def test_what_was_written_need_not_be_written_again() -> None:
    memory = Memory()
    assert not memory.has_node(SHIP, Touch({1: 50}))
    memory.remember_node(SHIP, Touch({1: 50}, {"kind": "Ship"}))
    memory.remember_edge(CALL, {1: 50})
    assert memory.has_node(SHIP, Touch({1: 60}))
    assert memory.has_node(SHIP, Touch({1: 50}, {"kind": "Ship"}))
    assert memory.has_node(SHIP, Touch({1: 50}, {"kind": "Device"}))
    assert memory.has_node(SHIP, Touch())
    memory.remember_node(PIER, Touch({1: 50}, {"name": "Pier 11"}))
    assert not memory.has_node(PIER, Touch({1: 50}, {"name": "Pier 12"}))
    assert not memory.has_node(SHIP, Touch({1: 40}))
    assert not memory.has_node(SHIP, Touch({2: 60}))
    assert memory.has_edge(CALL, {1: 50})
    assert not memory.has_edge(CALL, {1: 49})


def test_it_forgets_when_a_partition_stands_elsewhere_or_the_graph_was_rebuilt() -> None:
    memory = Memory()
    memory.moved_to({("knowledge", 0): 10})
    memory.remember_edge(CALL, {1: 50})
    memory.stand_at({("knowledge", 0): 10})
    memory.stand_at({("knowledge", 1): 4})
    assert memory.has_edge(CALL, {1: 50})
    memory.belongs_to(1)
    assert not memory.has_edge(CALL, {1: 50})
    memory.moved_to({("knowledge", 0): 10})
    memory.remember_edge(CALL, {1: 50})
    memory.stand_at({("knowledge", 0): 11})
    assert not memory.has_edge(CALL, {1: 50})


def test_it_does_not_grow_without_bound() -> None:
    memory = Memory(most_shared=3, most_fixes=100)
    for number in range(20):
        known = Known()
        known.add_piece("piece", {1: 0}, [(second, 0.0, 0.0) for second in range(10)])
        memory.remember_segment(str(number), known)
        memory.remember_node(NodeId("Place", str(number)), Touch({1: 0}))
    memory.moved_to({("knowledge", 0): 10})
    kept = [number for number in range(20) if memory.segment(str(number)) is not None]
    assert kept == [15, 16, 17, 18, 19]
    assert not memory.has_node(NodeId("Place", "19"), Touch({1: 0}))
