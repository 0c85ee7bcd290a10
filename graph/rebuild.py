"""The graph projected anew from the log: emptied, its offsets set back, and loaded again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread
from typing import Final, LiteralString

from neo4j import Driver, Query, Session
from neo4j.exceptions import ClientError, DriverError, Neo4jError, TransientError

from graph import offsets, worker
from graph.errors import BeingRebuiltError, RebuildRefusedError
from graph.memory import Partition
from graph.offsets import EMPTYING
from graph.refusals import explained
from runtime import kafka, lag
from runtime.servers import Endpoints
from runtime.servers.identity import prove
from runtime.settings import Settings
from runtime.sink import run_sink
from runtime.topics import Topics
from runtime.worker import worker_of

INSTANCE: Final = 1000
"""This loader's number among the graph's workers, far from theirs: if some run, they share the work."""

_LOOK_EVERY_S: Final = 0.3
_REFUSE_AFTER_S: Final = 3.0
_DELETED_AT_ONCE: Final = 10_000

_WAITED_IN_VAIN: Final = (
    "LockClientStopped",
    "TransactionTimedOut",
    "TransactionTimedOutClientConfiguration",
)

_MARK: Final[LiteralString] = "MERGE (r:_Rebuild {key: 'graph'}) ON CREATE SET r.count = 0"
_HOLD: Final[LiteralString] = "MATCH (r:_Rebuild {key: 'graph'}) SET r.count = r.count + $more"
_ADD: Final[LiteralString] = (
    "UNWIND $rows AS r MERGE (o:_Offset {topic: r[0], partition: r[1]}) ON CREATE SET o.next = 0"
)
_STAND: Final[LiteralString] = "MATCH (o:_Offset) SET o.next = $next"
_SIZE: Final[LiteralString] = (
    "MATCH (n) WHERE n:_Awaited OR none(l IN labels(n) WHERE l STARTS WITH '_') RETURN count(n) AS size"
)
# One at a time a class with a million members would be deleted with a million relationships at once.
_UNSAY: Final[LiteralString] = """
MATCH ()-[e:STATEMENT]->() WITH e LIMIT $some
DELETE e
RETURN count(*) AS deleted
"""
_EMPTY: Final[LiteralString] = """
MATCH (n) WHERE n:_Awaited OR none(l IN labels(n) WHERE l STARTS WITH '_')
WITH n LIMIT $some
DETACH DELETE n
RETURN count(n) AS deleted
"""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a rebuild is.

    Attributes:
        phase: "emptying" or "loading".
        done: nodes deleted, or offsets loaded.
        total: how many there were when it began.
    """

    phase: str
    done: int
    total: int


Report = Callable[[Progress], None]


def rebuild(
    settings: Settings, endpoints: Endpoints, report: Report = lambda _: None, stop: Event | None = None
) -> int:
    """Empty the graph and project it from the log as it stands now.

    Workers of the graph may run meanwhile: they wait while it is emptied, and then share the work. What is
    ended half-way goes on when it is called again.

    Args:
        settings: the installation's.
        endpoints: its servers, which must prove that they are those that were meant.
        report: told of the progress.
        stop: ends it early, with the graph as far as it came.

    Returns:
        How many offsets of the log were loaded.

    Raises:
        IdentityError: another server answers: nothing was deleted.
        RebuildRefusedError: another rebuild runs: nothing was deleted.
        TerminalError: the loading could not go on.
        TransientError: a server is away.
    """
    prove(endpoints)
    topics = Topics(settings.topic_prefix, settings.topic_replicas)
    sources = topics.loaded
    with worker.driver(endpoints) as driver:
        loader = worker.prepared(driver, endpoints, topics)
        ends = lag.ends(kafka.admin(endpoints.kafka_bootstrap), sources)
        with explained():
            empty(driver, endpoints.neo4j_database, ends, report)
        loading = worker_of(settings, endpoints.kafka_bootstrap, worker.NAME, sources, instance=INSTANCE)
        with watched(driver, endpoints.neo4j_database, ends, report, stop or Event()) as loaded:
            run_sink(loading, loader, loaded)
    return sum(ends.values())


def empty(driver: Driver, database: str, partitions: Iterable[Partition], report: Report) -> None:
    """Empty the graph and set the offset of every partition to the beginning of the log.

    While it is emptied every partition is marked so, and no loader can write. In the transaction that takes
    the marks away the count of rebuilds is raised, by which loaders see that what they remember is gone.

    Raises:
        RebuildRefusedError: somebody else is doing this: nothing was deleted.
    """
    driver.execute_query(_MARK, database_=database)
    with driver.session(database=database) as holding, driver.session(database=database) as session:
        _see_that_nobody_does_this(session)
        with holding.begin_transaction() as tx:
            tx.run(_HOLD, more=1).consume()
            session.run(_ADD, rows=[list(partition) for partition in sorted(partitions)]).consume()
            session.run(_STAND, next=EMPTYING).consume()
            _delete(session, report)
            tx.run(_STAND, next=0).consume()
            tx.commit()


def _see_that_nobody_does_this(session: Session) -> None:
    """Whoever empties holds the mark's lock until it is done, or dies."""
    try:
        session.run(Query(_HOLD, timeout=_REFUSE_AFTER_S), more=0).consume()
    except (ClientError, TransientError) as error:
        if not (error.code or "").endswith(_WAITED_IN_VAIN):
            raise
        raise RebuildRefusedError(
            "Another rebuild is emptying the graph: wait until it is done. Nothing was deleted."
        ) from error


def _delete(session: Session, report: Report) -> None:
    total = session.run(_SIZE).single(strict=True)["size"]
    done = 0
    report(Progress("emptying", 0, total))
    while session.run(_UNSAY, some=_DELETED_AT_ONCE).single(strict=True)["deleted"]:
        pass
    while deleted := session.run(_EMPTY, some=_DELETED_AT_ONCE).single(strict=True)["deleted"]:
        done += deleted
        report(Progress("emptying", done, total))


@contextmanager
def watched(
    driver: Driver, database: str, ends: Mapping[Partition, int], report: Report, stop: Event
) -> Iterator[Event]:
    """An event that comes when everything is loaded, or when `stop` does."""
    loaded, over = Event(), Event()

    def watch() -> None:
        while not (over.is_set() or loaded.is_set()):
            if stop.is_set() or _all_loaded(driver, database, ends, report):
                loaded.set()
            over.wait(_LOOK_EVERY_S)

    watching = Thread(target=watch, name="rebuild-watch")
    watching.start()
    try:
        yield loaded
    finally:
        over.set()
        watching.join()


def _all_loaded(driver: Driver, database: str, ends: Mapping[Partition, int], report: Report) -> bool:
    try:
        found = offsets.stored(driver, database)
    except (BeingRebuiltError, DriverError, Neo4jError):
        return False  # the loader itself notices, and waits or ends
    done = sum(min(found.get(partition, 0), end) for partition, end in ends.items())
    report(Progress("loading", done, sum(ends.values())))
    return done == sum(ends.values())
