"""The graph's worker: both topics of truth, into Neo4j."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

from neo4j import Driver, GraphDatabase, NotificationMinimumSeverity

from graph import schema
from graph.loader import Loader
from graph.parse import Parser
from graph.refusals import explained
from runtime import kafka
from runtime.instance import Instance
from runtime.interner import Interner
from runtime.patience import persist
from runtime.servers import Endpoints
from runtime.servers.identity import prove_neo4j
from runtime.settings import Settings
from runtime.sink import run_sink
from runtime.topics import Topics
from runtime.worker import Worked, worker_of

NAME = "graph"
RETRY_S = 5.0
"""Within which Neo4j's driver repeats a transaction; after it the worker asks anew where it stands."""


def run_graph(
    settings: Settings,
    endpoints: Endpoints,
    stop: Event,
    instance: Instance = 0,
    *,
    idle_s: float | None = None,
    on_batch: Callable[[Worked], None] | None = None,
) -> None:
    """Load the graph until stopped, or, where so set, until there is nothing to do.

    Args:
        settings: the installation's.
        endpoints: its servers; Neo4j must prove that it is the one that was meant.
        stop: ends it after the batch at hand.
        instance: its number or name among the graph's workers.
        idle_s: end once all is read and nothing came for so many seconds.
        on_batch: told of each batch once it is committed.

    Raises:
        TerminalError: it cannot go on.
    """
    topics = Topics(settings.topic_prefix, settings.topic_replicas)
    sources = topics.loaded
    with driver(endpoints) as opened:
        loaders: list[Loader] = []

        def prepare(_: Event) -> bool:
            loaders.append(prepared(opened, endpoints, topics))
            return True

        persist(prepare, stop, settings.patience_seconds, NAME)
        if loaders:
            worker = worker_of(
                settings,
                endpoints.kafka_bootstrap,
                NAME,
                sources,
                instance=instance,
                idle_s=idle_s,
                on_batch=on_batch,
            )
            run_sink(worker, loaders[0], stop)


def driver(endpoints: Endpoints) -> Driver:
    """A driver on the graph's Neo4j; the caller closes it."""
    password = endpoints.neo4j_password.get_secret_value()
    return GraphDatabase.driver(
        endpoints.neo4j_uri,
        auth=(endpoints.neo4j_user, password),
        max_transaction_retry_time=RETRY_S,
        notifications_min_severity=NotificationMinimumSeverity.OFF,
    )


def prepared(opened: Driver, endpoints: Endpoints, topics: Topics) -> Loader:
    """A loader on a Neo4j that has proven itself, with topics and schema in place.

    Raises:
        IdentityError: another Neo4j answers.
        TransientError: a server is away.
        GraphRefusedError: Neo4j does not let us in.
    """
    with explained():
        prove_neo4j(endpoints, opened)
        schema.ensure(opened, endpoints.neo4j_database)
    wanted = topics.loaded
    topics.ensure(
        kafka.admin(endpoints.kafka_bootstrap),
        [*wanted, *(topics.dead_letters(name) for name in wanted), topics.labels],
    )
    parser = Parser(Interner(endpoints.kafka_bootstrap, topics).intern, [topics.derived], [topics.verdicts])
    return Loader(opened, parser.told, endpoints.neo4j_database)
