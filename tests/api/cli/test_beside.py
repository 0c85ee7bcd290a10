"""A second graph is built while the first answers; whoever asks notices nothing but that it is done."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import psutil
import pytest

from api.cli import beside
from api.cli.errors import CommandError, InputError
from api.supervised import read_state
from graph.digest import digest
from runtime.servers import Endpoints, Stack
from runtime.servers.errors import EndpointsError
from runtime.servers.graphs import Graph, Graphs, graphs_of, runs, write_graphs
from runtime.servers.home import password_of
from runtime.servers.identity import neo4j_driver
from runtime.servers.neo4j import Neo4j
from tests.scenarios.installation import Installation, by_time, empty, lines_of_week, same, write

pytestmark = pytest.mark.long

HOUR = Path(__file__).parents[3] / "examples" / "data" / "ny_harbor_2020_06_30_first_hour.csv.gz"
QUICK = {"DIURNAL_BATCH_RECORDS": "40"}
PATIENCE_S = 60.0
"""How long who asks waits for an answer: the machine does several things at once here."""


class Cli:
    """`diurnal` on one home."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def begin(self, *given: str, **environment: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "api.cli.main", *given],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"DIURNAL_HOME": str(self.home)} | environment,
        )

    def __call__(self, *given: str, code: int = 0) -> tuple[str, str]:
        process = self.begin(*given)
        out, said = process.communicate(timeout=400)
        assert process.returncode == code, said
        assert "Traceback" not in said
        return out, said

    def json(self, *given: str) -> Any:
        return json.loads(self(*given, "--json")[0])

    def caught_up(self) -> None:
        deadline, quiet = time.monotonic() + 180, 0
        while quiet < 2:
            assert time.monotonic() < deadline
            quiet = quiet + 1 if not any(stage["lag"] for stage in self.json("status")["stages"]) else 0


@pytest.fixture(scope="module")
def diurnal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cli]:
    home = tmp_path_factory.mktemp("beside") / "home"
    cli = Cli(home)
    cli("up")
    try:
        cli("ingest", "ais", str(HOUR), "--label", "*")
        cli.caught_up()
        yield cli
    finally:
        cli("down")


class Asked(NamedTuple):
    """What the API answered, while something was done."""

    statuses: Counter[int]


@contextmanager
def asking(diurnal: Cli) -> Iterator[Asked]:
    """Somebody asks the API all the while."""
    token = diurnal("token", "--user", "asker")[0].split()[-1]
    state = read_state(diurnal.home)
    assert state is not None
    asked, over = Asked(Counter()), threading.Event()

    def ask() -> None:
        headers = {"Authorization": f"Bearer {token}"}
        with httpx.Client(base_url=state.api, headers=headers, timeout=PATIENCE_S) as client:
            while not over.wait(0.03):
                answer = client.get("/v1/subjects", params={"limit": 5})
                found = len(answer.json()["items"]) if answer.status_code == 200 else 0
                asked.statuses[answer.status_code if found == 5 else -1] += 1

    asker = threading.Thread(target=ask)
    asker.start()
    try:
        yield asked
    finally:
        over.set()
        asker.join()


@pytest.mark.timeout(900)
def test_one_that_is_killed_in_the_middle_has_touched_nothing(diurnal: Cli) -> None:
    before, uri = diurnal.json("digest"), Endpoints.read(diurnal.home).neo4j_uri
    killed = diurnal.begin("rebuild", "--beside", **QUICK)
    (other,) = {"neo4j", "neo4j-beside"} - {graphs_of(diurnal.home).serving.folder}
    _until((diurnal.home / other / "pid").exists)
    server = psutil.Process(int((diurnal.home / other / "pid").read_text().split()[0]))
    time.sleep(8)  # it is being filled, or starts
    assert killed.poll() is None
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    server.wait(30)
    assert Endpoints.read(diurnal.home).neo4j_uri == uri
    assert diurnal.json("digest") == before
    assert (diurnal.home / other).exists(), "its remnant is the next one's to clear away"


@pytest.mark.timeout(900)
def test_the_swap_and_the_way_back(diurnal: Cli) -> None:
    before, first = diurnal.json("digest"), Endpoints.read(diurnal.home)
    with asking(diurnal) as asked:
        done = diurnal.json("rebuild", "--beside")
        assert done == {
            "before": before["full"],
            "after": before["full"],
            "same": True,
            "nodes": before["nodes"],
        }
        second = Endpoints.read(diurnal.home)
        assert second.neo4j_uri != first.neo4j_uri
        kept = graphs_of(diurnal.home).kept
        assert kept is not None
        _until(lambda: not runs(diurnal.home, kept))
        assert diurnal.json("digest") == before
    assert asked.statuses.keys() == {200}, asked
    assert asked.statuses[200] > 100
    assert "--drop-old" in diurnal("rebuild", "--beside", code=2)[1]
    _goes_on(diurnal)
    _goes_back(diurnal, first)


def _goes_on(diurnal: Cli) -> None:
    """The graph's worker writes to the graph that is served now."""
    more = diurnal.home.parent / "more.csv"
    more.write_text("object_id,timestamp,lon,lat\n123456789,2020-06-30T02:00:00,-74.0,40.7\n")
    diurnal("ingest", "ais", str(more), "--label", "*")
    diurnal.caught_up()
    assert diurnal.json("show", "123456789")["fixes"] == 1


def _goes_back(diurnal: Cli, first: Endpoints) -> None:
    now = diurnal.json("digest")
    with asking(diurnal) as asked:
        assert diurnal.json("rebuild", "--undo") == {"undone": True}
        assert Endpoints.read(diurnal.home).neo4j_identity == first.neo4j_identity
        diurnal.caught_up()
        assert diurnal.json("digest") == now, "it loads what it missed"
    assert asked.statuses.keys() == {200}, asked
    assert diurnal.json("rebuild", "--drop-old") == {"dropped": True}
    assert not (diurnal.home / "neo4j-beside").exists()
    diurnal("down")
    diurnal("up")
    assert diurnal.json("digest") == now


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_what_is_not_there_is_not_gone_back_to(tmp_path: Path, server_settings: Any) -> None:
    settings = server_settings.model_copy(update={"home": tmp_path})
    with pytest.raises(EndpointsError, match="nothing to go back to"):
        beside.undo(settings)
    with pytest.raises(InputError, match="no graph is kept"):
        beside.drop_old(settings)


def test_a_home_remembers_its_graphs(tmp_path: Path) -> None:
    began = graphs_of(tmp_path)
    assert began.serving.folder == "neo4j"
    then = Graphs(began.beside(), began.serving)
    write_graphs(tmp_path, then)
    assert graphs_of(tmp_path) == then
    assert then.swapped().swapped() == then
    assert then.beside().folder == "neo4j"
    assert then.beside().nonce != began.serving.nonce
    (tmp_path / "graphs.json").write_text('{"serving": 1}')
    with pytest.raises(EndpointsError, match="damaged"):
        graphs_of(tmp_path)


def test_too_little_room_is_said_before_anything_is_begun(
    tmp_path: Path, server_settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = server_settings.model_copy(update={"home": tmp_path})
    nothing: Any = Endpoints("", "", "", "", password_of(tmp_path), "")
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1_000_000))
    with pytest.raises(CommandError, match=r"0\.0 GB left"):
        beside.build_and_swap(settings, nothing, lambda _: None)
    assert not (tmp_path / "neo4j-beside").exists()


@pytest.mark.timeout(300)
def test_a_second_neo4j_elsewhere(stack: Stack, endpoints: Endpoints, neo4j: Any, tmp_path: Path) -> None:
    """Its operator points the workers there; what it held of others is not touched."""
    empty(neo4j)
    here = Installation.new(endpoints, neo4j)
    here.publish(write(tmp_path / "day.csv", by_time(lines_of_week())[:2_000]))
    here.work()
    graph = Graph("neo4j", "diurnal-second")
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "neo4j-password").write_text(endpoints.neo4j_password.get_secret_value())
    second = Neo4j(tmp_path, stack.settings, graph.nonce, password_of(tmp_path), fixed_port=0)
    second.start()
    try:
        settings = here.settings.model_copy(update={"neo4j_beside_uri": second.uri})
        there = Endpoints(
            endpoints.kafka_bootstrap, "", second.uri, endpoints.neo4j_user, endpoints.neo4j_password, ""
        )
        with neo4j_driver(there) as driver:
            driver.execute_query("CREATE (:Theirs)")
            with pytest.raises(InputError, match="holds a graph already"):
                beside.build_elsewhere(settings, endpoints, lambda _: None)
            driver.execute_query("MATCH (n:Theirs) DELETE n")
            for _ in range(2):  # and again, over what is there of the first time
                same(beside.build_elsewhere(settings, endpoints, lambda _: None), here.digest(), "full")
            same(digest(driver), here.digest(), "full")
    finally:
        second.stop()
    with pytest.raises(InputError, match="BESIDE_URI"):
        beside.build_elsewhere(here.settings, endpoints, lambda _: None)
