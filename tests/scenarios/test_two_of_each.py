"""Two mappers and two loaders, as processes: they share the work, one of each is killed, and nothing differs.

Every vessel is heard by both receivers by turns, and each receiver's records lie in a partition of their own:
so what one mapper tells of a vessel is behind or ahead of what the other tells, and the ticks of one speak
for what the other has still to tell.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import pytest
from confluent_kafka.admin import AdminClient
from neo4j import Driver
from prometheus_client.parser import text_string_to_metric_families

from api.cli.flow import Flow
from api.cli.progress import StageBoard
from graph.digest import Digests
from ingest import registry
from runtime import lag
from runtime.errors import EX_TEMPFAIL
from runtime.members import members
from runtime.replay import everything
from runtime.servers import Endpoints
from runtime.servers.ports import free_ports
from runtime.topics import Topics, partitions
from tests.scenarios.installation import Installation, empty, same, write

pytestmark = pytest.mark.long

RECEIVERS: Final = ("east", "west")
PARTS: Final = 3
SOON_S: Final = 60.0
BATCH: Final = {"ingest": 1, "graph": 20, "analytics": 10_000}
"""Records in a batch at most: so few that whoever is killed has done some of its work, and has more to do."""
READ: Final = "diurnal_records_read_total"


@dataclass
class Processes:
    """Workers of one installation, each with a log and a port of metrics."""

    home: Path
    environment: dict[str, str]
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    ports: dict[str, int] = field(default_factory=dict)

    def start(self, stage: str, instance: int = 0) -> None:
        name = f"{stage}-{instance}"
        (self.ports[name],) = free_ports(1)
        given = ["run", stage, "--instance", str(instance), "--metrics-port", str(self.ports[name])]
        with (self.home / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                [sys.executable, "-m", "api.cli.main", *given],
                env=self.environment | {"DIURNAL_BATCH_RECORDS": str(BATCH[stage])},
                stdout=log,
                stderr=log,
            )

    def kill(self, name: str) -> None:
        os.kill(self.running[name].pid, signal.SIGKILL)
        assert self.running[name].wait(10) == -signal.SIGKILL

    def read(self, name: str) -> float:
        """How many records a worker has read, by its own count."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.ports[name]}/metrics", timeout=5) as told:
                families = text_string_to_metric_families(told.read().decode())
                return sum(s.value for family in families for s in family.samples if s.name == READ)
        except OSError:  # it has only just started
            return 0.0

    def alive(self) -> set[str]:
        return {name for name, process in self.running.items() if process.poll() is None}

    def logs(self) -> str:
        return "\n".join(file.read_text()[-2_000:] for file in sorted(self.home.glob("*.log")))

    def end(self) -> None:
        for process in self.running.values():
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self.running.values():
            process.wait(30)


@pytest.fixture
def files(week_lines: list[bytes], tmp_path: Path) -> list[list[tuple[str, Path]]]:
    """The week cut by time into parts, each as (receiver, file); the receivers heard every other line."""
    cuts = [len(week_lines) * part // PARTS for part in range(PARTS + 1)]
    return [
        [
            (receiver, write(tmp_path / f"{begin}-{receiver}.csv", week_lines[begin + number : end : 2]))
            for number, receiver in enumerate(RECEIVERS)
        ]
        for begin, end in pairwise(cuts)
    ]


@pytest.fixture
def expected(
    endpoints: Endpoints, neo4j: Driver, files: list[list[tuple[str, Path]]], undisturbed: Digests
) -> Digests:
    """What one of each makes of the same files, one after another, from one partition."""
    empty(neo4j)
    calm = Installation.new(endpoints, neo4j)
    for part in files:
        for receiver, file in part:
            calm.publish(file, receiver=receiver, as_if_live=True)
    calm.work()
    made = calm.digest()
    for name, shown in undisturbed.parts.items():  # who received what differs, but not what follows from it
        if name.startswith("Conclusion"):
            assert made.parts[name].current == shown.current, name
    return made


@pytest.fixture
def spread(install: Callable[..., Installation], kafka_admin: AdminClient) -> Installation:
    """An installation that begins with two raw partitions and an empty graph."""
    here = install(raw_partitions=2)
    raw = here.topics.raw("ais")
    topics = Topics(here.settings.topic_prefix, raw_partitions=here.settings.raw_partitions)
    topics.ensure(kafka_admin, topics.all(["ais"]))
    assert set(lag.ends(kafka_admin, [raw])) == {(raw, 0), (raw, 1)}
    return here


@pytest.fixture
def processes(spread: Installation, endpoints: Endpoints, tmp_path: Path) -> Iterator[Processes]:
    password = tmp_path / "neo4j-password"
    password.write_text(endpoints.neo4j_password.get_secret_value())
    password.chmod(0o600)
    mine = {name: value for name, value in os.environ.items() if not name.startswith("DIURNAL_")}
    given = {
        "DIURNAL_HOME": str(tmp_path / "home"),
        "DIURNAL_KAFKA_BOOTSTRAP": endpoints.kafka_bootstrap,
        "DIURNAL_KAFKA_CLUSTER_ID": endpoints.kafka_cluster_id,
        "DIURNAL_NEO4J_URI": endpoints.neo4j_uri,
        "DIURNAL_NEO4J_IDENTITY": endpoints.neo4j_identity,
        "DIURNAL_NEO4J_PASSWORD_FILE": str(password),
        "DIURNAL_TOPIC_PREFIX": spread.settings.topic_prefix,
        "DIURNAL_RAW_PARTITIONS": str(spread.settings.raw_partitions),
        "DIURNAL_PATIENCE_SECONDS": "60",
    }
    logs = tmp_path / "logs"
    logs.mkdir()
    made = Processes(logs, mine | given)
    yield made
    made.end()


def soon(asked: Callable[[], Any], said: Callable[[], object]) -> Any:
    """What is asked for, once it is true."""
    deadline = time.monotonic() + SOON_S
    while not (found := asked()):
        assert time.monotonic() < deadline, said()
        time.sleep(0.05)
    return found


@pytest.mark.timeout(300)
def test_two_of_each_share_the_work_and_survive_one_anothers_death(
    files: list[list[tuple[str, Path]]],
    expected: Digests,  # before what follows: all have one graph
    spread: Installation,
    processes: Processes,
    kafka_admin: AdminClient,
) -> None:
    topics = spread.topics

    def held(stage: str) -> dict[str, int]:
        group = topics.name(stage)
        return {name.removeprefix(f"{group}-"): n for name, n in members(kafka_admin, group).items()}

    def publish(part: list[tuple[str, Path]]) -> None:
        for receiver, file in part:
            spread.publish(file, receiver=receiver, as_if_live=True, block_lines=30)

    for stage in ("ingest", "graph"):
        for instance in (0, 1):
            processes.start(stage, instance)
    processes.start("analytics")
    feeds = len(registry.FEEDS)
    soon(lambda: held("ingest") == {"0": feeds, "1": feeds}, processes.logs)
    loaded = sum(partitions(kafka_admin, topic) for topic in topics.loaded)
    soon(lambda: len(held("graph")) == 2 and sum(held("graph").values()) == loaded, processes.logs)

    publish(files[0])
    both = ("ingest-0", "ingest-1", "graph-0", "graph-1")
    soon(lambda: all(processes.read(name) > 0 for name in both), processes.logs)

    before = {name: processes.read(name) for name in both}
    publish(files[1])
    soon(lambda: all(processes.read(name) > before[name] for name in both), processes.logs)
    done = processes.read("ingest-0")
    processes.kill("ingest-0")
    processes.kill("graph-0")
    assert done < min(shares(spread).values()), "it was killed when all was mapped"

    publish(files[2])
    soon(lambda: held("ingest") == {"1": 2 * feeds}, processes.logs)
    soon(lambda: held("graph") == {"1": loaded}, processes.logs)
    flow = Flow(spread.settings, spread.endpoints, spread.driver)
    soon(lambda: flow.drained(StageBoard(None)), processes.logs)

    assert processes.alive() == {"ingest-1", "graph-1", "analytics-0"}, processes.logs()
    assert processes.read("ingest-1") > max(shares(spread).values()), "it did more than its own partition"
    assert spread.fixes() == sum(part.count(b"\n") - 1 for part in map(Path.read_bytes, sum_of(files)))
    assert not spread.letters()
    assert all(stage.dead_letters == 0 for stage in spread.stages().values())
    same(spread.digest(), expected)


def test_of_two_analytics_the_older_ends_and_says_why(
    spread: Installation, processes: Processes, kafka_admin: AdminClient
) -> None:
    group = spread.topics.name("analytics")
    read = sum(partitions(kafka_admin, topic) for topic in (spread.topics.knowledge, spread.topics.rules))
    processes.start("analytics")
    older = processes.running["analytics-0"]
    soon(lambda: sum(members(kafka_admin, group).values()) == read, processes.logs)
    processes.start("analytics")
    assert older.wait(SOON_S) == EX_TEMPFAIL
    assert "Another worker runs with the same group and instance number: stop one of them" in processes.logs()
    soon(lambda: sum(members(kafka_admin, group).values()) == read, processes.logs)
    assert processes.alive() == {"analytics-0"}


def shares(spread: Installation) -> Counter[int]:
    """How many records each raw partition has."""
    raw = everything(spread.endpoints.kafka_bootstrap, spread.topics.raw("ais"))
    return Counter(record.partition for chunk in raw for record in chunk)


def sum_of(files: list[list[tuple[str, Path]]]) -> list[Path]:
    return [file for part in files for _, file in part]
