"""The command line on real servers, as a user meets it: from `up` to `down`, and after a power cut."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from api.supervised import read_state

DATA = Path(__file__).parents[3] / "examples" / "data"
HOUR = DATA / "ny_harbor_2020_06_30_first_hour.csv.gz"
BAD = "object_id,timestamp,lon,lat\n12,2020-06-30T00:00:00,-74.0,40.7\n"
GONE_S = 30.0


class Cli:
    """`diurnal` on one home."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def __call__(self, *given: str, code: int = 0, **environment: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "api.cli.main", *given],
            capture_output=True,
            text=True,
            check=False,
            timeout=150,
            env=os.environ | {"DIURNAL_HOME": str(self.home)} | environment,
        )
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr
        return done

    def json(self, *given: str, code: int = 0) -> Any:
        return json.loads(self(*given, "--json", code=code).stdout)

    def status(self, code: int = 0) -> Any:
        return self.json("status", code=code)

    def caught_up(self) -> None:
        """Waits until no stage lags, twice in a row, for what one has done is another's to do."""
        deadline, quiet = time.monotonic() + 90, 0
        while quiet < 2:
            assert time.monotonic() < deadline
            stages = self.status()["stages"]
            quiet = quiet + 1 if not any(stage["lag"] for stage in stages) else 0
            time.sleep(0.5)


def family(home: Path) -> list[psutil.Process]:
    """The supervisor of a home and all that it started."""
    state = read_state(home)
    assert state is not None
    supervisor = psutil.Process(state.pid)
    return [supervisor, *supervisor.children(recursive=True)]


@pytest.fixture(scope="module")
def diurnal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cli]:
    """A home that is up, with an hour of AIS and a line that cannot be believed."""
    home = tmp_path_factory.mktemp("cli") / "home"
    cli = Cli(home)
    bad = tmp_path_factory.mktemp("bad") / "bad.csv"
    bad.write_text(BAD)
    cli("up")
    try:
        assert "8,689" in cli("ingest", "ais", str(HOUR), str(bad), "--label", "*").stdout
        cli.caught_up()
        yield cli
    finally:
        state = read_state(home)
        if state is not None and state.alive():
            cli("down")


@pytest.mark.timeout(300)
def test_all_is_up_and_says_so(diurnal: Cli) -> None:
    found = diurnal.status()
    assert found["healthy"] is True
    parts = {**found["servers"], **found["workers"]}
    assert set(parts) == {"kafka", "neo4j", "ingest", "graph", "graph-1", "analytics", "api"}
    assert all(said.startswith("up") for said in parts.values())
    assert httpx.get(f"{found['api']}/health").status_code == 200
    assert "already up" in diurnal("up").stderr


def test_every_worker_tells_its_metrics_and_prometheus_where(diurnal: Cli) -> None:
    found = diurnal.status()["metrics"]
    assert set(found) == {"ingest", "graph", "graph-1", "analytics", "api"}
    told = {name: httpx.get(url).text for name, url in found.items()}
    assert all("process_resident_memory_bytes" in text for text in told.values())
    assert 'diurnal_records_written_total{stage="ingest",to="knowledge"}' in told["ingest"]
    loaders = told["graph"] + told["graph-1"]
    assert 'diurnal_records_written_total{stage="graph",to="graph"}' in loaders
    targets = json.loads((diurnal.home / "metrics-targets.json").read_text())
    assert {each["labels"]["worker"]: f"http://{each['targets'][0]}/metrics" for each in targets} == found


def test_every_line_of_a_workers_log_is_json_and_says_whose_it_is(diurnal: Cli) -> None:
    password = json.loads((diurnal.home / "endpoints.json").read_text())["neo4j_password"]
    for name in ("ingest", "graph", "analytics", "api"):
        text = (diurnal.home / "logs" / f"{name}.log").read_text()
        assert password not in text
        for line in text.splitlines():
            said = json.loads(line)
            assert (said["worker"], said["instance"]) == (name, 0)
    letter = (diurnal.home / "logs" / "supervisor.log").read_text()
    assert password not in letter


def test_status_tells_age_speed_watermarks_and_goes_on_if_asked(diurnal: Cli) -> None:
    found = diurnal.status()
    stages = {(stage["stage"], stage["reads"]): stage for stage in found["stages"]}
    ingest = stages["ingest", "raw.ais"]
    assert ingest["dead_letters"] == 1
    assert {stage["oldest_s"] for stage in stages.values()} == {None}
    assert {stage["per_second"] for stage in stages.values()} == {0.0}
    [(source, watermark)] = found["watermarks"].items()
    assert source == "urn:diurnal:source:unregistered"
    assert watermark.startswith("2020-06-30T")
    assert "metrics    ingest http://127.0.0.1:" in diurnal("status").stdout
    command = [sys.executable, "-m", "api.cli.main", "status", "--watch", "--every", "0.5", "--json"]
    environment = os.environ | {"DIURNAL_HOME": str(diurnal.home)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as watching:
        assert watching.stdout is not None
        looks = [json.loads(watching.stdout.readline()) for _ in range(3)]
        watching.send_signal(signal.SIGINT)
        assert watching.wait(20) == 0
    assert all(look["healthy"] for look in looks)
    assert looks[0]["stages"][0]["per_second"] is None
    assert looks[2]["stages"][0]["per_second"] == 0.0


def test_a_file_is_published_once(diurnal: Cli) -> None:
    (row,) = diurnal.json("ingest", "ais", str(HOUR), "--label", "*")
    assert row == {"file": str(HOUR), "lines": 8689, "new_lines": 0, "done": True}


def test_dead_letters_and_feeds(diurnal: Cli) -> None:
    (letter,) = diurnal.json("deadletters", "ais")
    assert letter["line"] == 2
    assert letter["source"] == "bad.csv"
    feed = next(row for row in diurnal.json("feeds") if row["feed"] == "ais")
    assert feed["feed"] == "ais"
    assert feed["dead_letters"] == 1


def test_a_subject_is_found_and_shown(diurnal: Cli) -> None:
    (found,) = diurnal.json("subjects", "newhouse")
    assert found["name"] == "SAMUEL I NEWHOUSE"
    life = diurnal.json("show", found["id"])
    assert life["fixes"] == 52
    assert life["subject"]["call_sign"] == "WYR3371"
    assert "passenger, 94 m long, call sign WYR3371" in diurnal("show", "newhouse").stdout
    assert len(diurnal("subjects", "--limit", "1000").stdout.splitlines()) == 296


def test_query_reads_and_does_no_more(diurnal: Cli) -> None:
    (row,) = diurnal.json("query", "MATCH (s:Ship {key: $key}) RETURN s.kind AS kind",
                          "-p", "key=urn:diurnal:subject:mmsi:367000140")  # fmt: skip
    assert row == {"kind": "Ship"}
    assert "no way of reading" in diurnal("query", "CREATE (n:X) RETURN n", code=2).stderr
    assert "Invalid input" in diurnal("query", "MATCH (n) RETUR n", code=2).stderr


def test_query_as_somebody_asks_the_api_of_the_home(diurnal: Cli, tmp_path: Path) -> None:
    token = tmp_path / "ann.token"
    token.write_text(diurnal("token", "--user", "ann").stdout)
    asked = ("query", "--saved", "seen", "-p", "subject=mmsi:367000140")
    (seen,) = diurnal.json(*asked, "--token", str(token))
    assert (seen["name"], seen["fixes"]) == ("SAMUEL I NEWHOUSE", 52)
    assert diurnal.json(*asked) == [seen]
    count = "MATCH (s:Subject) RETURN count(s) AS n"
    (before,) = diurnal.json("query", count, "--token", str(token), "--as-of", "2020-01-01T00:00Z")
    assert before == {"n": 0}


def test_a_report(diurnal: Cli, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    found = diurnal.json("report", "-o", str(page))
    assert found == {"report": str(page), "bytes": page.stat().st_size}
    assert "<html" in page.read_text()[:200]


@pytest.mark.parametrize(
    ("given", "code", "said"),
    [
        (["show", "nonesuch"], 66, "diurnal subjects"),
        (["ingest", "ais", "no-such-file"], 2, "nothing was published"),
        (["report", "-o", "/no/such/folder/page.html"], 2, "the report is in"),
        (["query", "RETURN $a", "-p", "a"], 2, "NAME=VALUE"),
    ],
)
def test_wrong_use_is_told_in_words(diurnal: Cli, given: list[str], code: int, said: str) -> None:
    done = diurnal(*given, code=code)
    assert said in done.stderr
    assert done.stdout == ""


@pytest.mark.timeout(120)
def test_whoever_is_killed_is_started_again(diurnal: Cli) -> None:
    state = read_state(diurnal.home)
    assert state is not None
    kafka = int((diurnal.home / "kafka" / "pid").read_text().split()[0])
    os.kill(state.workers["api"], signal.SIGKILL)
    os.kill(kafka, signal.SIGKILL)
    deadline = time.monotonic() + 60
    while True:
        now = read_state(diurnal.home)
        if (
            now is not None
            and not now.troubles
            and now.workers.get("api") not in {None, state.workers["api"]}
        ):
            pid = diurnal.home / "kafka" / "pid"
            if pid.exists() and int(pid.read_text().split()[0]) != kafka:
                break
        assert time.monotonic() < deadline
        time.sleep(0.2)
    diurnal.caught_up()
    assert diurnal.status()["restarts"]["api"] == 1
    assert "started again 1 times" in diurnal("status").stdout
    told = httpx.get(diurnal.status()["metrics"]["api"]).text
    assert 'diurnal_worker_restarts_total{worker="api"} 1.0' in told
    assert 'diurnal_lag_records{partition="0",stage="ingest",topic="raw.ais"} 0.0' in told


@pytest.mark.timeout(300)
def test_nothing_is_left_of_a_supervisor_that_was_killed(diurnal: Cli) -> None:
    """Last but one: what it left behind counts for nothing, and `up` works again."""
    before = diurnal.json("digest")
    processes = family(diurnal.home)
    processes[0].kill()
    assert (diurnal.home / "endpoints.json").exists()
    assert set(diurnal.status(code=69)["servers"].values()) == {"down"}
    for given in (["subjects"], ["deadletters"], ["down"]):
        assert "nothing runs" in diurnal(*given, code=69).stderr
    _, alive = psutil.wait_procs(processes, GONE_S)
    assert alive == []
    diurnal("up")
    assert diurnal.json("digest") == before


@pytest.mark.timeout(120)
def test_down_leaves_nothing_and_says_so_twice(diurnal: Cli) -> None:
    processes = family(diurnal.home)
    assert diurnal.json("down") == {"stopped": True}
    _, alive = psutil.wait_procs(processes, GONE_S)
    assert alive == []
    assert "nothing runs" in diurnal("down", code=69).stderr
    assert diurnal.status(code=69)["workers"]["graph"] == "down"


@pytest.mark.parametrize(("port", "server"), [("DIURNAL_API_PORT", "API"), ("DIURNAL_KAFKA_PORT", "kafka")])
def test_a_port_that_is_taken_is_named_with_the_remedy(tmp_path: Path, port: str, server: str) -> None:
    cli = Cli(tmp_path / "home")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = cli("up", code=69, **{port: str(taken.getsockname()[1])})
    assert server in done.stderr
    assert port in done.stderr
    assert cli.status(code=69)["healthy"] is False
