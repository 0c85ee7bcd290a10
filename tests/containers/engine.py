"""The servers of a test session in containers: images and settings of docker-compose.yml, on free ports."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import docker
from docker.errors import DockerException
from neo4j.exceptions import DriverError, Neo4jError
from pydantic import SecretStr
from testcontainers.core.container import DockerContainer

from runtime.private_file import write_private
from runtime.servers import Endpoints, jars, java
from runtime.servers.identity import NONCE_PREFIX, prove_kafka, prove_neo4j
from runtime.servers.kafka import new_cluster_id
from runtime.servers.ports import LOOPBACK, free_ports
from runtime.settings import Settings
from tests.containers.composed import BROKER, base_of, composed, environment

AUTH: Final = "/run/secrets/neo4j-auth"
PLUGIN: Final = "/var/lib/neo4j/plugins/diurnal-guard.jar"
OUTSIDE: Final = "9094/tcp"
BOLT: Final = "7687/tcp"
UP_S: Final = 180.0
"""Beside the download of the images, which is before."""


class EngineError(Exception):
    """Containers were asked for, and there is no engine to run them."""


@dataclass(frozen=True)
class Plan:
    """One container: what to run, how it is set, and where it is to be reached."""

    image: str
    environment: dict[str, str]
    inside: str
    outside: int
    hostname: str


def require_engine() -> None:
    """Ask whether an engine answers.

    Raises:
        EngineError: none does.
    """
    try:
        with closing(docker.from_env()) as client:
            client.ping()
    except DockerException as error:
        raise EngineError(
            f"DIURNAL_TEST_SERVERS=containers, and no Docker engine answers ({error}): start one, or unset"
            " DIURNAL_TEST_SERVERS to start the servers from packages."
        ) from error


def plans(cluster: str, nonce: str, kafka_port: int, bolt_port: int) -> tuple[Plan, Plan]:
    """Kafka as docker-compose.broker.yml publishes it, and Neo4j with its port published as well."""
    given = {
        "DIURNAL_KAFKA_CLUSTER_ID": cluster,
        "DIURNAL_NEO4J_IDENTITY": nonce,
        "DIURNAL_KAFKA_PORT": str(kafka_port),
    }
    services = composed(given=given)["services"]
    kafka, neo4j = services["kafka"], services["neo4j"]
    published = environment(composed(BROKER, given)["services"]["kafka"])
    return (
        Plan(kafka["image"], environment(kafka) | published, OUTSIDE, kafka_port, "kafka"),
        # The image of compose is this one and the guard, which is laid in from here.
        Plan(base_of("NEO4J"), environment(neo4j), BOLT, bolt_port, "neo4j"),
    )


class Containers:
    """A Kafka and a Neo4j for one session, gone with it; their endpoints are left in a home."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._running = ExitStack()

    def __enter__(self) -> Self:
        require_engine()
        cluster, nonce = new_cluster_id(), NONCE_PREFIX + secrets.token_hex(16)
        password = secrets.token_urlsafe(24)
        kafka_port, bolt_port = free_ports(2)
        endpoints = Endpoints(
            kafka_bootstrap=f"{LOOPBACK}:{kafka_port}",
            kafka_cluster_id=cluster,
            neo4j_uri=f"bolt://{LOOPBACK}:{bolt_port}",
            neo4j_user="neo4j",
            neo4j_password=SecretStr(password),
            neo4j_identity=nonce,
        )
        auth = write_private(self.home / "secrets" / "neo4j-auth", f"neo4j/{password}")
        try:
            java.fetch_for([jars.NEO4J], Settings())
            kafka, neo4j = plans(cluster, nonce, kafka_port, bolt_port)
            self._running.enter_context(container(kafka))
            guarded = container(neo4j).with_volume_mapping(java.plugin(Settings()), PLUGIN)
            self._running.enter_context(guarded.with_volume_mapping(auth, AUTH))
            once_up(lambda: prove_kafka(endpoints), ConnectionError)
            once_up(lambda: prove_neo4j(endpoints), DriverError, Neo4jError)
            endpoints.write(self.home)
        except BaseException:
            self._running.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._running.close()


def container(plan: Plan) -> DockerContainer:
    """A container by its plan, on a loopback port."""
    made = DockerContainer(plan.image, env=dict(plan.environment), hostname=plan.hostname)
    made.ports[plan.inside] = (LOOPBACK, plan.outside)  # type: ignore[assignment]
    return made


def once_up(asked: Callable[[], None], *away: type[Exception]) -> None:
    """Ask again as long as nobody answers."""
    deadline = time.monotonic() + UP_S
    while True:
        try:
            return asked()
        except away:
            if time.monotonic() > deadline:
                raise
        time.sleep(0.5)
