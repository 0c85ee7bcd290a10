"""Building the graph anew beside the one that is served, swapping, and going back."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from neo4j import Driver

from api.cli.errors import AlreadyRunningError, CommandError, InputError, NotUpError
from api.cli.output import errors
from graph import beside, worker
from graph.digest import Digests, digest
from graph.rebuild import Report
from graph.refusals import explained
from runtime.servers import Endpoints
from runtime.servers.graphs import FOLDERS, Graph, graphs_of, runs, write_graphs
from runtime.servers.home import password_of
from runtime.servers.identity import neo4j_driver
from runtime.servers.locks import FileLock
from runtime.servers.neo4j import Neo4j
from runtime.settings import Settings

ROOM: Final = 1.5
"""The graph beside takes as much as the one served, and its server's logs of transactions come on top."""
_LEAST_BYTES: Final = 512 * 1024 * 1024
_POLL_S: Final = 0.2
_STOPPED_WITHIN_S: Final = 60.0
_MARK: Final = "MERGE (:_Beside {key: 'graph'})"
_MARKED: Final = "MATCH (n) RETURN count(n) AS nodes, count(CASE WHEN n:_Beside THEN 1 END) AS marked"
_EMPTY: Final = "MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS"


def build_and_swap(settings: Settings, endpoints: Endpoints, report: Report) -> Digests:
    """Fill the other place of the home with the graph of the log, and serve it.

    The graph that is served is not touched, and answers all the while. If this ends half-way, what there is
    of the other is deleted when it is called again.

    Returns:
        The digests of the new graph, taken before the swap.

    Raises:
        CommandError: it cannot be begun, or was not swapped; the message says why.
    """
    graphs = graphs_of(settings.home)
    if graphs.kept is not None:
        raise InputError(
            "the graph before the last swap is still kept: `diurnal rebuild --drop-old` makes room"
        )
    with _alone(settings.home):
        _see_that_there_is_room(settings.home, graphs.serving)
        graph = graphs.beside()
        shutil.rmtree(settings.home / graph.folder, ignore_errors=True)
        server = Neo4j(
            settings.home,
            settings,
            graph.nonce,
            password_of(settings.home),
            folder=graph.folder,
            fixed_port=0,
        )
        try:
            server.start()
            there = replace(endpoints, neo4j_uri=server.uri, neo4j_identity=graph.nonce)
            beside.build(settings, there, report)
            found = _digest(there)
        finally:
            server.stop()
        _serve(settings, graph, graphs.serving)
    return found


def build_elsewhere(settings: Settings, endpoints: Endpoints, report: Report) -> Digests:
    """Fill the Neo4j that DIURNAL_NEO4J_BESIDE_URI names; who points the workers there is its operator.

    Raises:
        InputError: it holds a graph of others, or none is named.
    """
    uri = settings.neo4j_beside_uri
    if not uri:
        raise InputError(
            "set DIURNAL_NEO4J_BESIDE_URI to an empty Neo4j, which takes the user and password of the first"
        )
    if uri == endpoints.neo4j_uri:
        raise InputError("DIURNAL_NEO4J_BESIDE_URI names the Neo4j that is served: name another")
    there = replace(endpoints, neo4j_uri=uri, neo4j_identity="")
    with explained(), neo4j_driver(there) as driver:
        _see_that_it_is_free(driver, there.neo4j_database, uri)
    beside.build(settings, there, report)
    return _digest(there)


def undo(settings: Settings) -> None:
    """Serve the graph again that was served before the last swap; it loads what it missed.

    Raises:
        EndpointsError: none is kept.
        CommandError: it was not swapped.
    """
    with _alone(settings.home):
        graphs = graphs_of(settings.home).swapped()
        _serve(settings, graphs.serving, graphs.kept)


def drop_old(settings: Settings) -> None:
    """Delete the graph that was served before the last swap.

    Raises:
        InputError: none is kept.
        CommandError: its server does not end.
    """
    with _alone(settings.home):
        graphs = graphs_of(settings.home)
        if graphs.kept is None:
            raise InputError("no graph is kept beside the one that is served")
        deadline = time.monotonic() + _STOPPED_WITHIN_S
        with errors.status("waiting for its server to stop ..."):
            while runs(settings.home, graphs.kept):
                if time.monotonic() > deadline:
                    raise NotUpError(f"the server in {settings.home / graphs.kept.folder} does not stop")
                time.sleep(_POLL_S)
        write_graphs(settings.home, replace(graphs, kept=None))
        shutil.rmtree(settings.home / graphs.kept.folder, ignore_errors=True)


def _serve(settings: Settings, graph: Graph, kept: Graph | None) -> None:
    """Say what to serve, and wait until whoever runs the servers has followed."""
    graphs = replace(graphs_of(settings.home), serving=graph, kept=kept)
    write_graphs(settings.home, graphs)
    deadline = time.monotonic() + settings.start_timeout + _STOPPED_WITHIN_S
    with errors.status("swapping ..."):
        while Endpoints.read(settings.home).neo4j_identity != graph.nonce:
            if graphs_of(settings.home).serving != graph:
                raise NotUpError(
                    f"its server did not start: {settings.home / 'logs' / 'supervisor.log'} says why. The"
                    " graph before is served still"
                )
            if time.monotonic() > deadline:
                raise NotUpError(
                    "nobody follows: does `diurnal up` run here? It will be served after the next start"
                )
            time.sleep(_POLL_S)


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    lock = FileLock(home / "beside.lock")
    if not lock.try_acquire():
        raise AlreadyRunningError(f"process {lock.holder()} is at it already: wait until it is done")
    try:
        yield
    finally:
        lock.release()


def _see_that_there_is_room(home: Path, graph: Graph) -> None:
    size = sum(file.stat().st_size for file in (home / graph.folder).rglob("*") if file.is_file())
    needed, free = int(max(size * ROOM, _LEAST_BYTES)), _free(home)
    if free < needed:
        raise CommandError(
            f"a second graph needs some {needed / 1e9:,.1f} GB, and {home} has {free / 1e9:,.1f} GB left:"
            " make room, or rebuild in place with `diurnal rebuild`. Nothing was begun"
        )


def _free(home: Path) -> int:
    """Bytes free on the disk under the home, less what the other place gives back."""
    (other,) = set(FOLDERS) - {graphs_of(home).serving.folder}
    remnant = sum(file.stat().st_size for file in (home / other).rglob("*") if file.is_file())
    return shutil.disk_usage(home).free + remnant


def _see_that_it_is_free(driver: Driver, database: str, uri: str) -> None:
    """Empty what an earlier call left; what others keep there is not touched."""
    (row,) = driver.execute_query(_MARKED, database_=database).records
    if row["nodes"] and not row["marked"]:
        raise InputError(
            f"the Neo4j at {uri} holds a graph already: empty it, or name another. Nothing was written"
        )
    with driver.session(database=database) as session:
        session.run(_EMPTY).consume()
        session.run(_MARK).consume()


def _digest(endpoints: Endpoints) -> Digests:
    with worker.driver(endpoints) as driver:
        return digest(driver, endpoints.neo4j_database)
