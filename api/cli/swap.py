"""The home names another graph: its server is started beside, all follow, and the one before is stopped."""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

import structlog

from api.cli.workers import Workers
from runtime.servers import ServersError, Stack
from runtime.servers.errors import EndpointsError
from runtime.servers.graphs import graphs_of, write_graphs
from runtime.servers.neo4j import Neo4j
from runtime.servers.server import Server

GRACE_S: Final = 15.0
"""So long the server before goes on, for questions under way and those who are about to follow."""
GRAPH: Final = "graph"

log = structlog.get_logger(__name__)


class Swap:
    """Follows what `graphs.json` in the home says; never waits."""

    def __init__(self, stack: Stack, workers: Workers) -> None:
        self._stack = stack
        self._workers = workers
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="swap")
        self._under_way: Future[Neo4j] | None = None
        self._before: list[tuple[float, Server]] = []

    def check(self) -> None:
        """Begins a swap that the home asks for, sees what came of it, or ends the server before."""
        now = time.monotonic()
        if self._under_way is not None:
            if self._under_way.done():
                self._see(self._under_way, now)
        elif self._asked():
            self._under_way = self._pool.submit(self._stack.switch)
        for stop_at, server in [each for each in self._before if each[0] <= now]:
            self._before.remove((stop_at, server))
            self._pool.submit(server.stop)

    def stop(self) -> None:
        """Ends what is under way, and the server before."""
        while self._under_way is not None and not self._under_way.done():
            self._stack.give_up()
            time.sleep(0.1)
        if self._under_way is not None and self._under_way.exception() is None:
            self._before.append((0.0, self._under_way.result()))
        self._pool.shutdown()
        for _, server in self._before:
            server.stop()

    def _asked(self) -> bool:
        try:
            return self._stack.behind()
        except EndpointsError as error:
            log.error("which graph to serve cannot be read", error=str(error))
            return False

    def _see(self, done: Future[Neo4j], now: float) -> None:
        self._under_way = None
        try:
            before = done.result()
        except (ServersError, OSError) as error:
            log.error("the other graph's server did not start; this one goes on", error=str(error))
            write_graphs(self._stack.home, graphs_of(self._stack.home).swapped())
        else:
            log.warning("another graph is served", folder=self._stack.neo4j.folder.name)
            self._workers.renew(GRAPH)
            self._before.append((now + GRACE_S, before))
