"""How far the log is in the graph: one node a partition, moved in the transaction that writes its records."""

from __future__ import annotations

from typing import Final, LiteralString

from neo4j import Driver

from graph.errors import BeingRebuiltError, LostPartitionError
from graph.memory import Partition
from graph.statement import PLANNED_ONCE, Tx, run

EMPTYING: Final = -1
"""In place of an offset while the graph is emptied: no loader expects it, so none can write."""

# The property that is set takes the node's lock: the offset is read after it, as it stands until the commit.
_LOCK: Final[LiteralString] = """
MERGE (o:_Offset {topic: $topic, partition: $partition}) ON CREATE SET o.next = $expected
SET o.locked = true
WITH o
OPTIONAL MATCH (r:_Rebuild {key: 'graph'})
RETURN o.next AS next, coalesce(r.count, 0) AS rebuilt
"""
_MOVE: Final[LiteralString] = """
MATCH (o:_Offset {topic: $topic, partition: $partition}) SET o.next = $following
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


def lock(tx: Tx, partition: Partition, expected: int) -> int:
    """Lock a partition's offset until the commit, and see that it stands where we left it, or is new.

    Returns:
        How often the graph was rebuilt: what was remembered of it before the last time holds no longer.

    Raises:
        LostPartitionError: it stands elsewhere: another loader has it, or the graph is being rebuilt.
    """
    topic, number = partition
    row = run(tx, _LOCK, topic=topic, partition=number, expected=expected).single(strict=True)
    if row["next"] != expected:
        raise LostPartitionError(
            f"{topic}/{number} stands at {row['next']} in the graph, not at {expected}: another loader "
            "has it now, or the graph is being rebuilt. Nothing was written; ask again where it stands."
        )
    rebuilt: int = row["rebuilt"]
    return rebuilt


def move(tx: Tx, partition: Partition, following: int) -> None:
    """Move a locked partition to its next offset."""
    topic, number = partition
    run(tx, _MOVE, topic=topic, partition=number, following=following).consume()
