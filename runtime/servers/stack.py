"""Kafka and Neo4j together, below one home: ours, or those elsewhere that the settings name."""

from __future__ import annotations

import time
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from pathlib import Path
from types import TracebackType
from typing import Self

from neo4j import GraphDatabase
from neo4j.exceptions import DriverError, Neo4jError
from pydantic import SecretStr

from runtime.servers import identity
from runtime.servers.endpoints import Endpoints, read_password
from runtime.servers.errors import (
    DISK_FULL,
    EndpointsError,
    HomeFullError,
    HomeInUseError,
    IdentityError,
    ServersError,
    StartError,
)
from runtime.servers.graphs import Graph, graphs_of
from runtime.servers.home import identity_of, password_of
from runtime.servers.kafka import Kafka
from runtime.servers.locks import lock_of
from runtime.servers.neo4j import USER, Neo4j
from runtime.servers.server import Server, full_home
from runtime.servers.training import prepare
from runtime.settings import Settings


class Stack:
    """Both servers of one home. Use it as a context manager, or call `start` and `stop`."""

    def __init__(self, home: Path | None = None, settings: Settings | None = None) -> None:
        """Nothing is started and nothing written yet.

        Args:
            home: Folder with data, logs and secrets; the settings' home by default.
            settings: What to start and how; read from the environment by default.
        """
        self.settings = settings or Settings()
        self.home = (home or self.settings.home).expanduser().resolve()
        self._lock = lock_of(self.home)
        self._kafka: Kafka | None = None
        self._neo4j: Neo4j | None = None
        self._coming: Neo4j | None = None
        self._endpoints: Endpoints | None = None
        self.seconds = 0.0

    @property
    def kafka(self) -> Kafka:
        """Our Kafka.

        Raises:
            ServersError: The stack was not started, or Kafka is elsewhere.
        """
        if self._kafka is None:
            raise ServersError("No Kafka of ours runs: start the stack, and unset DIURNAL_KAFKA_BOOTSTRAP.")
        return self._kafka

    @property
    def neo4j(self) -> Neo4j:
        """Our Neo4j.

        Raises:
            ServersError: The stack was not started, or Neo4j is elsewhere.
        """
        if self._neo4j is None:
            raise ServersError("No Neo4j of ours runs: start the stack, and unset DIURNAL_NEO4J_URI.")
        return self._neo4j

    @property
    def endpoints(self) -> Endpoints:
        """Where the servers are.

        Raises:
            EndpointsError: The stack was not started.
        """
        if self._endpoints is None:
            raise EndpointsError("The servers were not started: call start() first.")
        return self._endpoints

    def start(self) -> Endpoints:
        """Start both servers in parallel, prove who they are, and leave the endpoints in the home.

        Returns:
            Where the servers are; `seconds` says how long they took to come up.

        Raises:
            HomeInUseError: Another process runs servers in this home.
            ServersError: As `Server.start` says; nothing is left running then.
        """
        if self._endpoints is not None:
            return self._endpoints
        try:
            self._take_home()
            self._start_ours()
            self._endpoints = self._find_endpoints()
            self._endpoints.write(self.home)
        except OSError as error:
            self.stop()
            raise _home_error(error, self.home) from error
        except BaseException:
            self.stop()
            raise
        return self._endpoints

    def _take_home(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not self._lock.try_acquire():
            raise HomeInUseError(
                f"Process {self._lock.holder()} already runs servers in {self.home}. Use those, stop them "
                "with `diurnal down`, or set DIURNAL_HOME to another folder."
            )

    def _start_ours(self) -> None:
        who = identity_of(self.home)
        if not self.settings.kafka_bootstrap:
            self._kafka = Kafka(self.home, self.settings, who.kafka_cluster_id)
        if not self.settings.neo4j_uri:
            self._neo4j = self._graph(graphs_of(self.home).serving)
        servers = self._servers()
        prepare([server.name for server in servers], self.settings)
        began = time.monotonic()
        with ThreadPoolExecutor(max_workers=2) as pool:
            work = [pool.submit(server.start) for server in servers]
            try:
                done, _ = wait(work, return_when=FIRST_EXCEPTION)
                for each in done:
                    each.result()
            except BaseException:
                # One that failed makes the wait for the other pointless.
                for server in servers:
                    server.give_up()
                raise
        self.seconds = time.monotonic() - began

    def _graph(self, graph: Graph, fixed_port: int | None = None) -> Neo4j:
        return Neo4j(
            self.home,
            self.settings,
            graph.nonce,
            password_of(self.home),
            folder=graph.folder,
            fixed_port=fixed_port,
        )

    def behind(self) -> bool:
        """Whether the home names another graph than the one that our Neo4j serves."""
        return self._neo4j is not None and graphs_of(self.home).serving.nonce != self._neo4j.nonce

    def switch(self) -> Neo4j:
        """Start the server of the graph that the home names, and leave its address in the endpoints.

        Returns:
            The server before, which still runs: whoever asks it needs a moment to follow.

        Raises:
            ServersError: As `Server.start` says; the server before goes on, as if nothing had been.
        """
        before = self.neo4j
        following = self._graph(graphs_of(self.home).serving, fixed_port=0)
        self._coming = following
        try:
            following.start()
        finally:
            self._coming = None
        self._neo4j = following
        self._endpoints = self._find_endpoints()
        self._endpoints.write(self.home)
        return before

    def _servers(self) -> list[Server]:
        return [server for server in (self._kafka, self._neo4j) if server is not None]

    def _find_endpoints(self) -> Endpoints:
        bootstrap, cluster_id = self._find_kafka()
        uri, user, password, who = self._find_neo4j()
        return Endpoints(bootstrap, cluster_id, uri, user, password, who, self.settings.neo4j_database)

    def _find_kafka(self) -> tuple[str, str]:
        if self._kafka is not None:
            return self._kafka.bootstrap, self._kafka.cluster_id
        bootstrap = str(self.settings.kafka_bootstrap)
        try:
            found = identity.kafka_identity(bootstrap)
        except ConnectionError as error:
            raise StartError(f"{error}. Start it, or correct DIURNAL_KAFKA_BOOTSTRAP.") from error
        expected = self.settings.kafka_cluster_id or found
        if found != expected:
            raise IdentityError(
                f"The Kafka at {bootstrap} has the cluster id {found}, not {expected}. "
                "Correct DIURNAL_KAFKA_BOOTSTRAP or DIURNAL_KAFKA_CLUSTER_ID."
            )
        return bootstrap, found

    def _find_neo4j(self) -> tuple[str, str, SecretStr, str]:
        if self._neo4j is not None:
            return self._neo4j.uri, USER, self._neo4j.password, self._neo4j.nonce
        uri, user = str(self.settings.neo4j_uri), self.settings.neo4j_user
        password = read_password(self.settings.neo4j_password_file)
        try:
            with GraphDatabase.driver(uri, auth=(user, password.get_secret_value())) as driver:
                who = identity.neo4j_identity(driver, self.settings.neo4j_database)
        except (DriverError, Neo4jError) as error:
            raise StartError(
                f"The Neo4j at {uri} cannot be used ({error}). Check DIURNAL_NEO4J_URI, DIURNAL_NEO4J_USER "
                "and DIURNAL_NEO4J_PASSWORD_FILE."
            ) from error
        expected = self.settings.neo4j_identity or who
        if who != expected:
            raise IdentityError(
                f"The Neo4j at {uri} is {who}, not {expected}. Correct DIURNAL_NEO4J_URI or "
                "DIURNAL_NEO4J_IDENTITY."
            )
        return uri, user, password, who

    def dead(self) -> tuple[str, ...]:
        """Names of our servers that were started and no longer run."""
        return tuple(server.name for server in self._servers() if not server.alive)

    def give_up(self) -> None:
        """End a start or a revival that another thread waits for."""
        for server in (*self._servers(), *([self._coming] if self._coming else [])):
            server.give_up()

    def revive(self) -> tuple[str, ...]:
        """Start again, on the ports that it had, whichever of our servers died; returns their names.

        Raises:
            ServersError: As `Server.start` says.
        """
        dead = [server for server in self._servers() if not server.alive]
        for server in dead:
            server.start()
        return tuple(server.name for server in dead)

    def stop(self) -> None:
        """Stop our servers and let the home go; servers elsewhere are left alone. Can be called twice."""
        servers = self._servers()
        if self._endpoints is not None:
            Endpoints.remove(self.home)
            self._endpoints = None
        with ThreadPoolExecutor(max_workers=2) as pool:
            list(pool.map(lambda server: server.stop(), servers))
        self._kafka = self._neo4j = None
        self._lock.release()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _home_error(error: OSError, home: Path) -> ServersError:
    if error.errno in DISK_FULL:
        return HomeFullError(full_home(home))
    return StartError(f"The home {home} cannot be used: {error}. Set DIURNAL_HOME to a folder that is yours.")
