"""What comes live, published over real sockets, pipes and files that grow to a real Kafka."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

import pytest

from ingest.ais_csv import AisCsv
from ingest.ais_nmea import AisNmea
from ingest.errors import PublishError
from ingest.feed import Feed
from ingest.nmea_lines import time_of
from ingest.publisher import Options, Published, publish
from ingest.worker import run_ingest
from ontology.observed import TrackSegment
from ontology.rdf import read
from runtime.record import Record
from runtime.servers import Endpoints
from runtime.settings import Settings
from runtime.topics import Topics

Told = Callable[[str], list[Record]]
DATA = Path(__file__).parents[2] / "examples" / "data"
SENTENCES = [
    line for line in (DATA / "ais_sample.nmea").read_bytes().splitlines(keepends=True) if b"VDM,1,1," in line
]
HEAD = b"object_id,timestamp,lon,lat\n"


def row(number: int) -> bytes:
    return b"367073680,2020-12-01 00:%02d:%02d,-74.0,40.0\n" % divmod(number, 60)


class Live:
    """A publication in a thread of its own, on an installation of the test's own."""

    def __init__(self, settings: Settings, endpoints: Endpoints, told: Told) -> None:
        self._settings = settings
        self._endpoints = endpoints
        self._told = told

    @contextmanager
    def __call__(self, feed: Feed, source: str, *, follow: bool = False) -> Iterator[list[Published]]:
        stop = Event()
        done: list[Published] = []
        options = Options(label="*", follow=follow)

        def run() -> None:
            done.append(publish(feed, source, self._settings, self._endpoints, options=options, stop=stop))

        thread = Thread(target=run)
        thread.start()
        try:
            yield done
        finally:
            stop.set()
            thread.join(60)
        assert not thread.is_alive()

    def records(self, feed: str) -> list[Record]:
        return self._told(Topics(self._settings.topic_prefix).raw(feed))

    def wait_for(self, feed: str, lines: int) -> list[Record]:
        """The raw records, once they have so many lines."""
        deadline = time.monotonic() + 30
        while True:
            records = self.records(feed)
            if sum(record.value.removeprefix(HEAD).count(b"\n") for record in records) >= lines:
                return records
            assert time.monotonic() < deadline
            time.sleep(0.1)


@pytest.fixture
def live(settings: Settings, endpoints: Endpoints, told: Told) -> Live:
    return Live(settings, endpoints, told)


def test_over_tcp_what_came_is_published_each_second_with_the_time_of_its_coming(
    live: Live, settings: Settings, endpoints: Endpoints, told: Told
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(30)
        with live(AisNmea(), f"tcp://127.0.0.1:{server.getsockname()[1]}") as done:
            connection, _ = server.accept()
            with connection:
                began = datetime.now(UTC)
                for line in SENTENCES[:30]:
                    connection.sendall(line)
                    time.sleep(0.1)
                records = live.wait_for("ais-nmea", 30)
                connection.sendall(SENTENCES[30] + b"cut o")
                time.sleep(0.5)
    assert done[0].new_lines == 31
    assert 3 <= len(records) <= 10
    records = live.records("ais-nmea")
    lines = b"".join(record.value for record in records).splitlines(keepends=True)
    assert [line[line.index(b"!") :] for line in lines] == SENTENCES[:31]
    at = [time_of(line) / 1000 for line in lines]
    assert at == sorted(at)
    assert began.timestamp() <= at[0]
    assert 2 < at[-1] - at[0] < 30
    for record in records:
        assert (record.headers.get("Data-Source-Reference") or "").startswith("tcp://127.0.0.1:")
        assert record.known_at is not None
        assert record.headers.get("Watermark") is None
    run_ingest(settings, endpoints, [AisNmea()], Event(), idle_s=0.3)
    knowledge = told(Topics(settings.topic_prefix).knowledge)
    fixes = sum(len(t.times) for r in knowledge for t in read(r.value) if isinstance(t, TrackSegment))
    assert fixes > 20


def test_over_udp(live: Live) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (
        live(AisNmea(), f"udp://127.0.0.1:{port}"),
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender,
    ):
        deadline = time.monotonic() + 30
        while not live.records("ais-nmea"):  # datagrams before it listens are lost
            sender.sendto(SENTENCES[0], ("127.0.0.1", port))
            time.sleep(0.2)
            assert time.monotonic() < deadline
        for line in SENTENCES[1:10]:
            sender.sendto(line, ("127.0.0.1", port))
        time.sleep(1)
    got = b"".join(record.value for record in live.records("ais-nmea"))
    assert all(line in got for line in SENTENCES[:10])


def test_csv_over_tcp_keeps_its_header(live: Live) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(30)
        with live(AisCsv(), f"tcp://127.0.0.1:{server.getsockname()[1]}"):
            connection, _ = server.accept()
            with connection:
                connection.sendall(HEAD + row(1))
                live.wait_for("ais", 1)
                connection.sendall(row(2))
                live.wait_for("ais", 2)
    assert [record.value for record in live.records("ais")] == [HEAD + row(1), HEAD + row(2)]


def test_a_file_that_is_followed_goes_on_where_it_was(live: Live, tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_bytes(HEAD + row(0) + row(1))
    with live(AisCsv(), str(path), follow=True) as done:
        live.wait_for("ais", 2)
        with path.open("ab") as file:
            file.write(row(2) + b"half a l")
        live.wait_for("ais", 3)
    assert done[0].receipt.lines == 3
    assert done[0].receipt.done is False
    with path.open("ab") as file:
        file.write(b"ine\n" + row(3))
    path.rename(tmp_path / "log.csv.1")
    path.write_bytes(HEAD + row(4))
    with live(AisCsv(), str(path), follow=True) as done:
        live.wait_for("ais", 6)
    assert done[0].new_lines == 3
    records = live.records("ais")
    lines = b"".join(record.value.removeprefix(HEAD) for record in records)
    assert lines == b"".join([row(0), row(1), row(2), b"half a line\n", row(3), row(4)])
    assert not [record for record in records if record.headers.get("Content-Type") != "text/csv"]


def test_a_follower_that_is_killed_repeats_and_loses_nothing(
    live: Live, settings: Settings, servers_home: Path, tmp_path: Path
) -> None:
    path = tmp_path / "log.csv"
    path.write_bytes(HEAD + row(0))
    command = [sys.executable, "-m", "api.cli.main", "ingest", "ais", str(path), "--follow", "--label", "*"]
    environment = os.environ | {
        "DIURNAL_HOME": str(servers_home),
        "DIURNAL_TOPIC_PREFIX": settings.topic_prefix,
    }
    written = 1
    for _ in range(3):
        with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
            live.wait_for("ais", written)
            for _ in range(20):
                with path.open("ab") as file:
                    file.write(row(written))
                written += 1
                time.sleep(0.03)
            process.kill()
    with live(AisCsv(), str(path), follow=True):
        records = live.wait_for("ais", written)
    lines = b"".join(record.value.removeprefix(HEAD) for record in records)
    assert lines == b"".join(row(n) for n in range(written))


@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("idle", [True, False])
def test_standard_input_interrupted_ends_with_what_was_read_published(
    live: Live, settings: Settings, servers_home: Path, asked: signal.Signals, idle: bool
) -> None:
    environment = os.environ | {
        "DIURNAL_HOME": str(servers_home),
        "DIURNAL_TOPIC_PREFIX": settings.topic_prefix,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "api.cli.main", "ingest", "ais", "-", "--label", "*", "--json"],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin is not None
    process.stdin.write(HEAD + row(0) + row(1))
    process.stdin.flush()
    live.wait_for("ais", 2)
    if not idle:
        process.stdin.write(row(2) + b"367073680,2020-12-01 00:0")
        process.stdin.flush()
        time.sleep(0.3)
    began = time.monotonic()
    process.send_signal(asked)
    process.wait(30)  # its input stays open: nothing but the signal ends it
    out, err = process.communicate()
    assert time.monotonic() - began < 15
    assert process.returncode == 0, err
    assert b"Traceback" not in err
    assert b"stopped; all whole lines that were read are published" in err
    expected = [row(0), row(1)] if idle else [row(0), row(1), row(2)]
    assert b'"lines": %d' % len(expected) in out
    records = live.records("ais")
    assert b"".join(record.value.removeprefix(HEAD) for record in records) == b"".join(expected)
    assert {record.headers.get("Content-Type") for record in records} == {"text/csv"}


def test_an_empty_source_is_told_kindly(settings: Settings, endpoints: Endpoints, tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_bytes(b"")
    for feed in (AisCsv(), AisNmea()):
        with pytest.raises(PublishError, match=r"empty.csv is empty, so nothing was published; is it"):
            publish(feed, tmp_path / "empty.csv", settings, endpoints)


def test_what_is_endless_is_no_history(settings: Settings, endpoints: Endpoints, tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(HEAD)
    for source, follow in (("tcp://127.0.0.1:9", False), (str(tmp_path / "log"), True)):
        options = Options(as_if_live=True, follow=follow)
        with pytest.raises(PublishError, match="--as-if-live is for history"):
            publish(AisCsv(), source, settings, endpoints, options=options)
    with pytest.raises(PublishError, match="--follow is for a file"):
        publish(AisCsv(), "-", settings, endpoints, options=Options(follow=True))
