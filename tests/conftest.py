"""Fixtures that every test may use: a real Kafka and a real Neo4j, started once a session.

They start from packages; DIURNAL_TEST_SERVERS=containers starts them in containers, where an engine answers.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest
from confluent_kafka.admin import AdminClient
from neo4j import Driver

from runtime.servers import Endpoints, ServersError, Stack, jars
from runtime.servers.identity import neo4j_driver, prove_kafka, prove_neo4j
from runtime.servers.training import prepare
from runtime.settings import Settings

PACKAGES: Final = "packages"
CONTAINERS: Final = "containers"
CHOSEN: Final = os.environ.get("DIURNAL_TEST_SERVERS", PACKAGES)
LONGEST_FIRST: Final = (
    "tests/docs/test_commands.py",
    "tests/api/cli/test_stack.py",
    "tests/scenarios/",
    "tests/containers/test_dockerfile.py",
    "tests/graph/guard/",
    "tests/analytics/test_fold.py",
    "tests/runtime/servers/",
    "tests/ingest/",
)
"""Where the longest files are: one of them begun last would leave the other workers idle at the end."""


def _server_settings() -> Settings:
    return Settings(kafka_bootstrap=None, neo4j_uri=None, kafka_port=0, neo4j_port=0)


def pytest_configure() -> None:
    """Refuse a slip, which would otherwise test something else."""
    if CHOSEN not in {PACKAGES, CONTAINERS}:
        raise pytest.UsageError(
            f"DIURNAL_TEST_SERVERS is {CHOSEN!r}: it must be one of {PACKAGES}, {CONTAINERS}"
        )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files come first; all others stay in their order."""

    def place(item: pytest.Item) -> int:
        starts = (at for at, name in enumerate(LONGEST_FIRST) if item.nodeid.startswith(name))
        return next(starts, len(LONGEST_FIRST))

    items.sort(key=place)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Fetch the servers before the first test: what takes minutes once is no test's time."""
    wanted = {name for item in session.items for name in getattr(item, "fixturenames", ())}
    if session.config.option.collectonly:
        return
    if "servers_home" in wanted and CHOSEN == CONTAINERS:
        _require_engine()
    try:
        if "stack" in wanted or ("servers_home" in wanted and CHOSEN == PACKAGES):
            prepare([jars.KAFKA, jars.NEO4J], _server_settings())
    except ServersError as error:
        pytest.exit(str(error), returncode=1)


def _require_engine() -> None:
    from tests.containers.engine import EngineError, require_engine

    try:
        require_engine()
    except EngineError as error:
        pytest.exit(str(error), returncode=1)


@pytest.fixture(scope="session")
def server_settings() -> Settings:
    """Settings under which servers are started for tests: never those elsewhere, never a fixed port."""
    return _server_settings()


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory, server_settings: Settings) -> Iterator[Stack]:
    """Kafka and Neo4j from packages, in a home of their own; both stop at the session's end.

    For tests of the servers themselves; whoever only uses them takes `endpoints`, `kafka` or `neo4j`.
    """
    with Stack(tmp_path_factory.mktemp("stack"), server_settings) as started:
        yield started


@pytest.fixture(scope="session", params=[CHOSEN])
def servers_home(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The home of the session's servers, for worker processes: `Endpoints.read(servers_home)`."""
    if request.param == PACKAGES:
        yield request.getfixturevalue("stack").home
        return
    from tests.containers.engine import Containers

    with Containers(tmp_path_factory.mktemp("containers")) as started:
        yield started.home


@pytest.fixture(scope="session")
def endpoints(servers_home: Path) -> Endpoints:
    """Where the session's servers are."""
    return Endpoints.read(servers_home)


@pytest.fixture(scope="session")
def kafka(endpoints: Endpoints) -> str:
    """`bootstrap.servers` of the session's Kafka, which has proven that it is ours."""
    prove_kafka(endpoints)
    return endpoints.kafka_bootstrap


@pytest.fixture(scope="session")
def kafka_admin(kafka: str) -> AdminClient:
    """An admin client of the session's Kafka."""
    return AdminClient({"bootstrap.servers": kafka})


@pytest.fixture
def fresh_topics() -> Callable[[str], str]:
    """Turns a topic's name into one that no other test has: `fresh_topics("raw.ais")`; it is not created."""
    mark = uuid.uuid4().hex[:8]
    return lambda name: f"t{mark}.{name}"


@pytest.fixture(scope="session")
def neo4j(endpoints: Endpoints) -> Iterator[Driver]:
    """A driver on the session's Neo4j."""
    with neo4j_driver(endpoints) as driver:
        yield driver


@pytest.fixture
def empty_graph(endpoints: Endpoints, neo4j: Driver) -> Driver:
    """The session's Neo4j without a node, constraint or index; its identity is proven before it is wiped."""
    prove_neo4j(endpoints, neo4j)
    database = endpoints.neo4j_database
    with neo4j.session(database=database) as session:
        session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS").consume()
    for kind, condition in (("CONSTRAINT", ""), ("INDEX", " WHERE type <> 'LOOKUP'")):
        rows = neo4j.execute_query(f"SHOW {kind} YIELD *{condition} RETURN name", database_=database).records
        for row in rows:
            neo4j.execute_query(f"DROP {kind} `{row['name']}`", database_=database)
    return neo4j
