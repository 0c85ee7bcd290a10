"""How far the log is in the graph: one node a partition, moved in the transaction that writes its records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, LiteralString

from neo4j import Driver

from graph.errors import BeingRebuiltError, LostPartitionError
from graph.memory import Partition
from graph.statement import PLANNED_ONCE, Tx, run

EMPTYING: Final = -1
"""In place of an offset while the graph is emptied: no loader expects it, so none can write."""

# The property that is set takes the node's lock: the offset is read after it, as it stands until the commit.
_LOCK: Final[LiteralString] = """
UNWIND $rows AS r
MERGE (o:_Offset {topic: r.topic, partition: r.partition}) ON CREATE SET o.next = r.expected
SET o.locked = true
WITH o, r
OPTIONAL MATCH (b:_Rebuild {key: 'graph'})
RETURN o.topic AS topic, o.partition AS partition, o.next AS next, r.expected AS expected,
       coalesce(b.count, 0) AS rebuilt
"""
_MOVE: Final[LiteralString] = """
UNWIND $rows AS r
MATCH (o:_Offset {topic: r.topic, partition: r.partition}) USING INDEX SEEK o:_Offset(topic, partition)
SET o.next = r.following
"""
_READ: Final[LiteralString] = (
    "MATCH (o:_Offset) RETURN o.topic AS topic, o.partition AS partition, o.next AS next"
)


def stored(driver: Driver, database: str = "neo4j") -> dict[Partition, int]:
    """The next offset of every partition that the graph has read of.

    Raises:
        BeingRebuiltError: the graph is being emptied.
    """
    found = driver.execute_query(PLANNED_ONCE + _READ, database_=database).records
    offsets = {(row["topic"], row["partition"]): row["next"] for row in found}
    if EMPTYING in offsets.values():
        raise BeingRebuiltError("The graph is being emptied for a rebuild: wait until it is done.")
    return offsets


def lock(tx: Tx, expected: Mapping[Partition, int]) -> int:
    """Lock partitions' offsets until the commit, and see that each stands where we left it, or is new.

    Returns:
        How often the graph was rebuilt: what was remembered of it before the last time holds no longer.

    Raises:
        LostPartitionError: one stands elsewhere: another loader has it, or the graph is being rebuilt.
    """
    rebuilt = 0
    for row in list(run(tx, _LOCK, rows=_rows(expected, "expected"))):
        if row["next"] != row["expected"]:
            raise LostPartitionError(
                f"{row['topic']}/{row['partition']} stands at {row['next']} in the graph, not at"
                f" {row['expected']}: another loader has it now, or the graph is being rebuilt. Nothing was"
                " written; ask again where it stands."
            )
        rebuilt = row["rebuilt"]
    return rebuilt


def move(tx: Tx, following: Mapping[Partition, int]) -> None:
    """Move locked partitions to their next offsets."""
    run(tx, _MOVE, rows=_rows(following, "following")).consume()


def _rows(offsets: Mapping[Partition, int], name: str) -> list[dict[str, object]]:
    """In order, so that loaders that share partitions wait for one another and never in a circle."""
    return [
        {"topic": topic, "partition": number, name: offset}
        for (topic, number), offset in sorted(offsets.items())
    ]
