"""Workers as docker-compose.yml starts them, in homes of their own, on servers that only settings name."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka.admin import AdminClient, NewPartitions
from neo4j import Driver

from api.cli.tokens import issue
from ingest import registry
from runtime.members import members
from runtime.servers import Endpoints
from runtime.servers.ports import free_ports
from runtime.settings import Settings
from runtime.topics import Topics
from tests.containers.composed import composed, environment

pytestmark = pytest.mark.long

LINES = "object_id,timestamp,lon,lat\n" + "".join(
    f"36799{n:04d},2020-12-01T00:{minute:02d}:00,-74.0{n % 10},40.7\n"
    for n in range(20)
    for minute in range(9)
)
FIXES = 20 * 9
SOON_S = 120.0


@dataclass
class Container:
    """What a container is to our program: its command, its environment, its host name and a home."""

    home: Path
    environment: dict[str, str]
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __call__(self, *given: str, code: int | None = 0, **more: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "api.cli.main", *given],
            env=self._all(more),
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert code is None or done.returncode == code, done.stderr
        return done

    def start(self, name: str, *given: str, **more: str) -> subprocess.Popen[bytes]:
        log = (self.home / f"{name}.log").open("ab")
        with log:
            process = subprocess.Popen(
                [sys.executable, "-m", "api.cli.main", *given],
                env=self._all(more),
                stdout=log,
                stderr=log,
            )
        self.running.append(process)
        return process

    def log(self, name: str) -> str:
        return (self.home / f"{name}.log").read_text()

    def _all(self, more: dict[str, str]) -> dict[str, str]:
        mine = {name: value for name, value in os.environ.items() if not name.startswith("DIURNAL_")}
        return mine | self.environment | {"DIURNAL_HOME": str(self.home / "home")} | more


@pytest.fixture(scope="module")
def topics() -> Topics:
    return Topics(f"c{uuid.uuid4().hex[:8]}.")


@pytest.fixture(scope="module")
def container(
    endpoints: Endpoints, topics: Topics, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Container]:
    """The environment of the service `ingest`, with other addresses and a secret in another place."""
    home = tmp_path_factory.mktemp("container")
    password = home / "neo4j-password"
    password.write_text(endpoints.neo4j_password.get_secret_value())
    known = {
        "DIURNAL_KAFKA_CLUSTER_ID": endpoints.kafka_cluster_id,
        "DIURNAL_NEO4J_IDENTITY": endpoints.neo4j_identity,
    }
    given = environment(composed(given=known)["services"]["ingest"]) | {
        "DIURNAL_KAFKA_BOOTSTRAP": endpoints.kafka_bootstrap,
        "DIURNAL_NEO4J_URI": endpoints.neo4j_uri,
        "DIURNAL_NEO4J_PASSWORD_FILE": str(password),
        "DIURNAL_TOPIC_PREFIX": topics.prefix,
        "DIURNAL_PATIENCE_SECONDS": "30",
        "DIURNAL_METRICS_PORT": "0",  # here all of them would share one
    }
    made = Container(home, given)
    yield made
    for process in made.running:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
    for process in made.running:
        process.wait(30)


def soon(asked: Callable[[], Any], said: Callable[[], object] = lambda: "") -> Any:
    """What is asked for, once it is true."""
    deadline = time.monotonic() + SOON_S
    while not (found := asked()):
        assert time.monotonic() < deadline, said()
        time.sleep(0.2)
    return found


@pytest.mark.timeout(600)
def test_two_replicas_share_the_work_and_one_goes_on_alone(
    container: Container, kafka_admin: AdminClient, topics: Topics, empty_graph: Driver, tmp_path: Path
) -> None:
    topics.ensure(kafka_admin, topics.all(feed.name for feed in registry.FEEDS))
    raw = topics.raw("ais")
    kafka_admin.create_partitions([NewPartitions(raw, 2)])[raw].result(15)
    services = composed()["services"]
    one, two = (container.start(name, "run", "ingest", "--instance", name) for name in ("one", "two"))
    container.start("graph", *services["graph"]["command"])
    group = topics.name("ingest")

    def have(*names: str) -> bool:
        """Whether just these replicas are in the group, each with something to do."""
        found = members(kafka_admin, group)
        return found.keys() == {f"{group}-{name}" for name in names} and all(found.values())

    soon(lambda: have("one", "two"), lambda: container.log("one") + container.log("two"))
    assert one.poll() is None
    assert two.poll() is None

    file = tmp_path / "a.csv"
    file.write_text(LINES)
    container("ingest", "ais", str(file), "--label", "*", "--receiver", "a")
    counted = "MATCH (t:TrackSegment) RETURN coalesce(sum(t.fixes), 0) AS n"
    soon(lambda: empty_graph.execute_query(counted).records[0]["n"] == FIXES, lambda: container.log("graph"))

    container("alive", "ingest", "--instance", "one")
    host = services["graph"]["healthcheck"]["test"]
    container(*host[2:])
    status = json.loads(container("status", "--json", code=69).stdout)
    assert status["workers"] == {
        "ingest": "up (one, two)",
        "graph": f"up ({socket.gethostname()})",
        "analytics": "down",
    }
    assert "is not in the group" in container("alive", "ingest", code=69).stderr

    one.kill()
    soon(lambda: have("two"), lambda: container.log("two"))
    assert "is not in the group" in container("alive", "ingest", "--instance", "one", code=69).stderr
    assert "fenced" not in container.log("two").lower()
    assert two.poll() is None
    assert not (container.home / "home").exists(), "a worker wrote to its home, which is read-only"


def test_the_api_answers_under_its_health_check(container: Container, tmp_path: Path) -> None:
    token = issue(Settings(local_issuer_folder=tmp_path / "issuer"), "tester", {}, 600)
    (port,) = free_ports(1)
    command = [word.replace("8321", str(port)) for word in composed()["services"]["api"]["command"]]
    check = composed()["services"]["api"]["healthcheck"]["test"]
    asked = [word.replace("8321", str(port)) for word in check[2:]]
    assert "no API answers" in container(*asked, code=69).stderr
    container.start(
        "api", *command, DIURNAL_LOCAL_ISSUER_FOLDER=str(tmp_path / "issuer"), DIURNAL_API_HOST="127.0.0.1"
    )
    soon(lambda: container(*asked, code=None).returncode == 0, lambda: container.log("api"))
    said = subprocess.run(
        ["curl", "-s", "-H", f"Authorization: Bearer {token}", f"http://127.0.0.1:{port}/v1/subjects"],
        capture_output=True,
        check=True,
    ).stdout
    assert "items" in json.loads(said)


@pytest.mark.parametrize(
    ("name", "stage"), [("DIURNAL_KAFKA_CLUSTER_ID", "ingest"), ("DIURNAL_NEO4J_IDENTITY", "graph")]
)
def test_a_worker_writes_to_no_server_that_was_not_meant(
    container: Container, name: str, stage: str, topics: Topics, kafka_admin: AdminClient
) -> None:
    prefix = f"{topics.prefix}never."
    done = container("run", stage, code=None, **{name: "diurnal-another", "DIURNAL_TOPIC_PREFIX": prefix})
    assert done.returncode in {70, 78}
    assert "it is another server. Nothing was written" in done.stderr
    assert name in done.stderr
    assert not any(topic.startswith(prefix) for topic in kafka_admin.list_topics(timeout=10).topics)


def test_a_worker_gives_up_with_the_reason_if_nobody_is_there(container: Container) -> None:
    nobody = f"127.0.0.1:{free_ports(1)[0]}"
    done = container("run", "ingest", code=75, DIURNAL_KAFKA_BOOTSTRAP=nobody, DIURNAL_PATIENCE_SECONDS="0.1")
    assert nobody in done.stderr
