"""The graph built anew beside the one that is served, which knows nothing of it."""

from __future__ import annotations

from threading import Event
from typing import Final

from graph import worker
from graph.rebuild import Progress, Report, watched
from runtime import kafka, lag
from runtime.servers import Endpoints
from runtime.servers.identity import prove
from runtime.settings import Settings
from runtime.sink import run_sink
from runtime.topics import Topics
from runtime.worker import worker_of

NAME: Final = "graph-beside"
"""A group of its own: each record is read by the graph that is served and by this one."""

_CLOSE: Final = 5_000
"""So many offsets behind, the graph's own worker soon makes good."""
_ROUNDS: Final = 5


def build(
    settings: Settings, endpoints: Endpoints, report: Report = lambda _: None, stop: Event | None = None
) -> int:
    """Project the log, as far as it has come, into a graph that nobody asks yet.

    Args:
        settings: the installation's.
        endpoints: its Kafka, and the Neo4j beside, which must prove that it is the one that was meant.
        report: told of the progress.
        stop: ends it early.

    Returns:
        How many offsets of the log were loaded.

    Raises:
        IdentityError: another server answers: nothing was written.
        TerminalError: the loading could not go on.
        TransientError: a server is away.
    """
    prove(endpoints)
    ended = stop or Event()
    topics = Topics(settings.topic_prefix, settings.topic_replicas)
    sources = topics.loaded
    with worker.driver(endpoints) as driver:
        loader = worker.prepared(driver, endpoints, topics)
        admin = kafka.admin(endpoints.kafka_bootstrap)
        loading = worker_of(settings, endpoints.kafka_bootstrap, NAME, sources)
        ends = lag.ends(admin, sources)
        for _ in range(_ROUNDS):
            with watched(driver, endpoints.neo4j_database, ends, report, ended) as loaded:
                run_sink(loading, loader, loaded)
            done = sum(ends.values())
            ends = lag.ends(admin, sources)
            if ended.is_set() or sum(ends.values()) - done <= _CLOSE:
                break
    report(Progress("loading", done, done))
    return done
