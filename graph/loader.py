"""The loader: what the log tells, into the graph, exactly once in effect."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from neo4j import Driver, ManagedTransaction, NotificationMinimumSeverity

from graph import offsets
from graph.memory import Memory, Partition
from graph.refusals import explained
from graph.rows import check
from graph.told import Told
from graph.write import write
from runtime import metrics
from runtime.record import Record
from runtime.sink import Piece

Parse = Callable[[Record], Iterable[Told]]


class Loader:
    """A sink of the stream: each batch is one transaction with the offsets of its partitions.

    One transaction locks its partitions' offsets, then shared nodes in the order of their labels and keys,
    and so on: loaders of other partitions wait rather than fail, and where they still cross, Neo4j's driver
    tries again.
    """

    def __init__(self, driver: Driver, parse: Parse, database: str = "neo4j") -> None:
        """Load into a database.

        Args:
            driver: an open driver; its owner closes it.
            parse: reads a record; any error says that the record is bad.
            database: name of the graph's database.
        """
        self._driver = driver
        self._parse = parse
        self._database = database
        self._memory = Memory()

    def position(self, topic: str, partition: int) -> int | None:
        """The offset of what comes next, or None where nothing of the partition was ever written.

        Raises:
            GraphUnavailableError: Neo4j is away.
            BeingRebuiltError: the graph is being emptied.
        """
        with explained():
            return offsets.stored(self._driver, self._database).get((topic, partition))

    def read(self, record: Record) -> list[Told]:
        """What a record tells; see `runtime.sink.Sink`.

        Raises:
            PoisonError: a thing that the graph cannot keep.
            ValueError: it cannot be read.
        """
        told = list(self._parse(record))
        for each in told:
            check(each.thing)
        return told

    def write(self, pieces: Sequence[Piece[Sequence[Told]]]) -> None:
        """Write what records of some partitions tell and move their offsets; see `runtime.sink.Sink`.

        Raises:
            GraphUnavailableError: Neo4j is away.
            LostPartitionError: a partition is no longer where it is expected.
        """
        told = [each for piece in pieces for said in piece.said for each in said]
        expected = {(piece.topic, piece.partition): piece.expected for piece in pieces}
        following = {(piece.topic, piece.partition): piece.following for piece in pieces}
        self._write(expected, told, following)

    def write_told(
        self, topic: str, partition: int, expected: int, told: Sequence[Told], following: int
    ) -> None:
        """Write what was told in one partition and move its offset, in one transaction; see `write`."""
        slot = (topic, partition)
        self._write({slot: expected}, told, {slot: following})

    def _write(
        self, expected: Mapping[Partition, int], told: Sequence[Told], following: Mapping[Partition, int]
    ) -> None:
        self._memory.stand_at(expected)
        tried = False

        def work(tx: ManagedTransaction) -> None:
            nonlocal tried
            if tried:
                metrics.GRAPH_RETRIES.inc()
                self._memory.forget()
            tried = True
            self._memory.belongs_to(offsets.lock(tx, expected))
            write(tx, told, self._memory)
            offsets.move(tx, following)

        try:
            with (
                explained(),
                self._driver.session(
                    database=self._database, notifications_min_severity=NotificationMinimumSeverity.OFF
                ) as session,
            ):
                session.execute_write(work)
        except BaseException:
            self._memory.forget()
            raise
        metrics.GRAPH_TRANSACTIONS.inc()
        self._memory.moved_to(following)
