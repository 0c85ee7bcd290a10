"""Workers, servers and the publisher are killed at random while the week is loaded; nothing differs after.

The last word is the digest of what is current in the graph, against that of a run that nobody disturbed.
"""

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from api.cli.flow import Flow
from api.cli.prepare import choose_api_port, prepare
from api.cli.progress import StageBoard
from api.cli.supervisor import Supervisor
from graph.digest import digest
from ingest import registry
from runtime import kafka, lag
from runtime.letters import Letters
from runtime.servers import ServersError
from runtime.servers.identity import neo4j_driver
from runtime.settings import Settings
from runtime.topics import Topics

DATA = Path(__file__).parents[2] / "examples" / "data"
FILES = ("ny_harbor_2020_06_30_static.csv", "ny_harbor_2020_12_first_week.csv.gz")
KILLS = 24
SEEDS = (1, 20201207)
LIMIT_S = 900.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What must be the same however often somebody died."""

    current: str
    parts: dict[str, int]
    """The same by node label and relationship type, to see where a difference lies."""
    dead_letters: int


class Publisher:
    """`diurnal ingest` as a process, given again whenever it was killed: its receipt lets it go on."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._left = list(FILES)
        self._process: subprocess.Popen[bytes] | None = None

    def check(self) -> bool:
        """Goes on with what is left; true once all files are published."""
        if self._process is not None and self._process.poll() == 0:
            self._left.pop(0)
            self._process = None
        if not self._left:
            return True
        if self._process is None or self._process.poll() is not None:
            self._process = self._start(DATA / self._left[0])
        return False

    def pid(self) -> int | None:
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def _start(self, file: Path) -> subprocess.Popen[bytes]:
        given = ["ingest", "ais", str(file), "--as-if-live", "--label", "*", "--distribution", "week"]
        log = (self._home / "logs" / "publisher.log").open("ab")
        with log:
            return subprocess.Popen(
                [sys.executable, "-m", "api.cli.main", "--home", str(self._home), *given],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )


def load(home: Path, kills: int, seed: int) -> Outcome:
    """Loads the week in a new home with so many kills, and tells what came of it."""
    settings = Settings(home=home, kafka_bootstrap=None, neo4j_uri=None, topic_prefix="")
    supervisor = Supervisor(settings, home, prepare(settings), choose_api_port(settings))
    supervisor.start()
    try:
        publisher = Publisher(home)
        with neo4j_driver(supervisor.stack.endpoints) as driver:
            _go_through(supervisor, publisher, random.Random(seed), kills)  # noqa: S311 - not a secret
            flow, deadline = Flow(settings, supervisor.stack.endpoints, driver), time.monotonic() + LIMIT_S
            while not flow.drained(StageBoard(None)):
                supervisor.check()
                time.sleep(0.5)
                assert time.monotonic() < deadline, "the stages did not come to the end of the log"
            found = digest(driver, supervisor.stack.endpoints.neo4j_database)
        parts = {name: part.current for name, part in found.parts.items()}
        return Outcome(found.current, parts, _dead_letters(supervisor, settings))
    finally:
        supervisor.stop()


def _go_through(supervisor: Supervisor, publisher: Publisher, chance: random.Random, kills: int) -> None:
    deadline = time.monotonic() + LIMIT_S
    next_kill = time.monotonic() + chance.uniform(0.5, 3.0)
    published = False
    while kills or not published:
        assert time.monotonic() < deadline, "the files were not published in time"
        if not published:
            published = publisher.check()
        with suppress(ServersError):
            supervisor.check()
        if kills and time.monotonic() >= next_kill:
            _kill(chance, supervisor, publisher)
            kills -= 1
            next_kill = time.monotonic() + chance.uniform(0.3, 4.0)
        time.sleep(0.05)


def _kill(chance: random.Random, supervisor: Supervisor, publisher: Publisher) -> None:
    """Kills one of all that run; the workers that write are the likelier, for they have more to lose."""
    workers = supervisor.workers.pids()
    writers = [pid for name, pid in workers.items() if name != "api"]
    candidates = [*writers, *writers, workers.get("api")]
    candidates += [publisher.pid(), supervisor.stack.kafka.pid, supervisor.stack.neo4j.pid]
    alive = [pid for pid in candidates if pid is not None]
    if alive:
        os.kill(chance.choice(alive), signal.SIGKILL)


def _dead_letters(supervisor: Supervisor, settings: Settings) -> int:
    topics = Topics(settings.topic_prefix)
    bootstrap = supervisor.stack.endpoints.kafka_bootstrap
    names = [name for name in topics.all(feed.name for feed in registry.FEEDS) if name.endswith(".dlq")]
    written = lag.ends(kafka.admin(bootstrap), names)
    return sum(dead.count for dead in Letters(bootstrap).count(written).values())


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    return load(tmp_path_factory.mktemp("calm") / "home", kills=0, seed=0)


@pytest.mark.chaos
@pytest.mark.parametrize("seed", SEEDS)
def test_kills_at_random_change_nothing(undisturbed: Outcome, tmp_path: Path, seed: int) -> None:
    disturbed = load(tmp_path / "home", KILLS, seed)
    assert disturbed.parts == undisturbed.parts
    assert disturbed.current == undisturbed.current
    assert disturbed.dead_letters == undisturbed.dead_letters == 0
