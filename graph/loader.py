"""The loader: what the log tells, into the graph, exactly once in effect."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from neo4j import Driver, ManagedTransaction, NotificationMinimumSeverity

from graph import offsets
from graph.memory import Memory
from graph.refusals import explained
from graph.rows import check
from graph.told import Told
from graph.write import write
from runtime import metrics
from runtime.record import Record

Parse = Callable[[Record], Iterable[Told]]


class Loader:
    """A sink of the stream: each batch of one partition is one transaction with its offset.

    One transaction locks its partition's offset, then shared nodes in the order of their labels and keys, and
    so on: loaders of other partitions wait rather than fail, and where they still cross, Neo4j's driver tries
    again.
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

    def write(
        self, topic: str, partition: int, expected: int, said: Sequence[Sequence[Told]], following: int
    ) -> None:
        """Write what records of one partition tell and move its offset; see `runtime.sink.Sink`.

        Raises:
            GraphUnavailableError: Neo4j is away.
            LostPartitionError: the partition is no longer at `expected`.
        """
        self.write_told(topic, partition, expected, [each for told in said for each in told], following)

    def write_told(
        self, topic: str, partition: int, expected: int, told: Sequence[Told], following: int
    ) -> None:
        """Write what was told in one partition and move its offset, in one transaction; see `write`."""
        slot = (topic, partition)
        self._memory.stand_at({slot: expected})
        tried = False

        def work(tx: ManagedTransaction) -> None:
            nonlocal tried
            if tried:
                metrics.GRAPH_RETRIES.inc()
                self._memory.forget()
            tried = True
            self._memory.belongs_to(offsets.lock(tx, slot, expected))
            write(tx, told, self._memory)
            offsets.move(tx, slot, following)

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
        self._memory.moved_to({slot: following})
