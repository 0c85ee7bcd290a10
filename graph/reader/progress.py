"""How far the log is in the graph, as the loaders left it there."""

from __future__ import annotations

from graph.reader.reader import Reader
from graph.reader.shown import Shown


class PartitionLoaded(Shown):
    """A partition of the log."""

    topic: str
    """Its topic."""
    partition: int
    """Its number."""
    next: int
    """The offset that is loaded next."""


def loaded(reader: Reader) -> tuple[PartitionLoaded, ...]:
    """Every partition from which the graph was loaded, in order."""
    rows = reader.rows(
        """
        MATCH (o:_Offset) RETURN o.topic AS topic, o.partition AS partition, o.next AS next
        ORDER BY topic, partition
        """
    )
    return tuple(PartitionLoaded.model_validate(row) for row in rows)


def records_taken(reader: Reader) -> int | None:
    """How many records the loaders have taken, by which to see whether the graph has moved.

    Returns:
        The sum of their offsets, or None where no loader has ever written.
    """
    partitions = loaded(reader)
    return sum(partition.next for partition in partitions) if partitions else None
