"""Publishing: once, whole, and from where it stopped."""

import gzip
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread

import pytest

from ingest.ais_csv import AisCsv
from ingest.errors import FeedError, PublishError
from ingest.publisher import Options, Progress, publish
from runtime.errors import FencedError
from runtime.record import Record
from runtime.servers import Endpoints
from runtime.settings import Settings
from runtime.topics import Topics

Told = Callable[[str], list[Record]]
HEAD = b"object_id,timestamp,lon,lat\n"
START = datetime(2020, 12, 1, tzinfo=UTC)


def line(second: int) -> bytes:
    return f"367073680,{START + timedelta(seconds=second):%Y-%m-%d %H:%M:%S},-74.0,40.0\n".encode()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "ais.csv"
    path.write_bytes(HEAD + b"".join(line(n) for n in range(1000)))
    return path


@pytest.fixture
def records(told: Told, settings: Settings) -> Callable[[], list[Record]]:
    return lambda: told(Topics(settings.topic_prefix).raw("ais"))


def test_a_file_becomes_blocks_and_a_closing_tick(
    settings: Settings, endpoints: Endpoints, file: Path, records: Callable[[], list[Record]]
) -> None:
    seen: list[Progress] = []
    options = Options(distribution="noaa", label="b & a", receiver="ny", block_lines=400)
    done = publish(AisCsv(), file, settings, endpoints, options=options, on_progress=seen.append)
    assert (done.new_lines, done.already, done.receipt.done, done.receipt.blocks) == (1000, False, True, 3)
    assert seen[-1] == Progress(1000, 3, file.stat().st_size, file.stat().st_size)
    *blocks, tick = records()
    assert b"".join(r.value.removeprefix(HEAD) for r in blocks) == file.read_bytes().removeprefix(HEAD)
    assert [r.headers.get("First-Line") for r in blocks] == ["2", "402", "802"]
    assert {r.headers.get("Watermark") for r in blocks} == {None}
    for record in (*blocks, tick):
        assert record.key == b"ny"
        assert record.headers.get("Security-Label") == "a&b"
        assert record.headers.get("Distribution-Id") == "noaa"
        assert record.headers.get("Data-Source-Reference") == "ais.csv"
        assert record.known_at is not None
        assert record.headers.get("Request-Id")
    assert tick.headers.get("Content-Type") == "application/vnd.diurnal.tick"
    assert tick.value == b"2020-12-01T00:16:39.001+00:00"


def test_a_file_that_is_not_in_order_vouches_for_nothing_before_its_end(
    settings: Settings, endpoints: Endpoints, file: Path, records: Callable[[], list[Record]]
) -> None:
    file.write_bytes(HEAD + b"".join(line(n) for n in [*range(500, 1000), *range(500)]))
    options = Options(distribution="noaa", label="*", block_lines=250)
    published = Settings(**settings.model_dump() | {"lateness_seconds": 0})
    publish(AisCsv(), file, published, endpoints, options=options)
    *blocks, _ = records()
    assert [r.headers.get("Watermark") for r in blocks] == [None, *3 * ["at-closing"]]


def test_given_again_it_does_nothing_unless_it_must(
    settings: Settings, endpoints: Endpoints, file: Path, records: Callable[[], list[Record]]
) -> None:
    publish(AisCsv(), file, settings, endpoints)
    again = publish(AisCsv(), file, settings, endpoints, options=Options(block_lines=7))
    assert (again.already, again.new_lines) == (True, 0)
    packed = file.with_suffix(".gz")
    assert len(records()) == 2
    packed.write_bytes(gzip.compress(file.read_bytes()))
    assert not publish(AisCsv(), packed, settings, endpoints).already
    assert not publish(AisCsv(), file, settings, endpoints, options=Options(label="secret")).already
    assert publish(AisCsv(), file, settings, endpoints, options=Options(again=True)).new_lines == 1000
    assert len(records()) == 8


def test_stopped_it_goes_on_where_it_was(
    settings: Settings, endpoints: Endpoints, tmp_path: Path, records: Callable[[], list[Record]]
) -> None:
    path = tmp_path / "large.csv"
    path.write_bytes(HEAD + b"".join(line(n) for n in range(200_000)))
    stop = Event()
    first = publish(AisCsv(), path, settings, endpoints, on_progress=lambda _: stop.set(), stop=stop)
    assert 0 < first.new_lines < 200_000
    assert not first.receipt.done
    second = publish(AisCsv(), path, settings, endpoints, options=Options(block_lines=9))
    assert first.new_lines + second.new_lines == 200_000
    body = b"".join(r.value.removeprefix(HEAD) for r in records()[:-1])
    assert body == path.read_bytes().removeprefix(HEAD)


KILLED = """
import sys, time
from pathlib import Path
from ingest.ais_csv import AisCsv
from ingest.publisher import publish
from runtime.servers import Endpoints
from runtime.settings import Settings

home, path, prefix = sys.argv[1:]
def on_progress(progress):
    print(progress.lines, flush=True)
    time.sleep(0.05)
publish(AisCsv(), path, Settings(topic_prefix=prefix), Endpoints.read(Path(home)), on_progress=on_progress)
"""


def test_killed_it_goes_on_where_it_was(
    settings: Settings,
    endpoints: Endpoints,
    servers_home: Path,
    tmp_path: Path,
    records: Callable[[], list[Record]],
) -> None:
    path = tmp_path / "large.csv"
    path.write_bytes(HEAD + b"".join(line(n) for n in range(200_000)))
    command = [sys.executable, "-c", KILLED, str(servers_home), str(path), settings.topic_prefix]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    process.kill()
    process.wait()
    process.stdout.close()
    plain = Settings(topic_prefix=settings.topic_prefix)
    last = publish(AisCsv(), path, plain, endpoints)
    assert last.receipt.lines == 200_000
    assert last.new_lines < 200_000
    body = b"".join(r.value.removeprefix(HEAD) for r in records()[:-1])
    assert body == path.read_bytes().removeprefix(HEAD)


def test_as_if_live(
    settings: Settings, endpoints: Endpoints, tmp_path: Path, records: Callable[[], list[Record]]
) -> None:
    path = tmp_path / "mixed.csv"
    path.write_bytes(HEAD + line(7200) + line(5) + line(3600) + line(4))
    closes = datetime(2020, 12, 2, 5, tzinfo=UTC)
    publish(AisCsv(), path, settings, endpoints, options=Options(as_if_live=True, closes_at=closes))
    *blocks, tick = records()
    assert [r.value.removeprefix(HEAD) for r in blocks] == [line(4) + line(5), line(3600), line(7200)]
    assert all(r.known_at is None and r.headers.get("Received-At") for r in blocks)
    assert all(r.headers.get("Watermark") is None for r in blocks)
    assert tick.value == b"2020-12-02T05:00:00+00:00"


def test_open_ended_nothing_is_closed(
    settings: Settings, endpoints: Endpoints, file: Path, records: Callable[[], list[Record]]
) -> None:
    publish(AisCsv(), file, settings, endpoints, options=Options(open_ended=True))
    assert [r.headers.get("Content-Type") for r in records()] == ["text/csv"]


def test_standard_input_is_published_as_it_comes(
    settings: Settings, servers_home: Path, records: Callable[[], list[Record]]
) -> None:
    script = KILLED.replace("time.sleep(0.05)", "pass")
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(servers_home), "-", settings.topic_prefix],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(HEAD + line(1))
    process.stdin.flush()
    assert process.stdout.readline() == b"1\n"
    assert len(records()) == 1
    process.stdin.write(line(2))
    process.stdin.close()
    assert process.wait(30) == 0
    process.stdout.close()
    *blocks, tick = records()
    assert [r.value.removeprefix(HEAD) for r in blocks] == [line(1), line(2)]
    assert tick.value == b"2020-12-01T00:00:02.001+00:00"


def test_what_is_of_no_use_is_refused_before_anything_is_written(
    settings: Settings, endpoints: Endpoints, tmp_path: Path, file: Path
) -> None:
    other = tmp_path / "other.csv"
    other.write_bytes(b"a,b,c\n1,2,3\n")
    with pytest.raises(FeedError, match="no column for mmsi, time"):
        publish(AisCsv(), other, settings, endpoints)
    with pytest.raises(PublishError, match="label"):
        publish(AisCsv(), file, settings, endpoints, options=Options(label="a &"))


def test_an_empty_file_with_a_header_is_done_at_once(
    settings: Settings, endpoints: Endpoints, tmp_path: Path, records: Callable[[], list[Record]]
) -> None:
    path = tmp_path / "empty.csv"
    path.write_bytes(HEAD)
    started = time.monotonic()
    assert publish(AisCsv(), path, settings, endpoints).receipt.done
    assert records() == []
    assert time.monotonic() - started < 20


def test_two_who_publish_the_same_file_publish_it_once(
    settings: Settings, endpoints: Endpoints, tmp_path: Path, records: Callable[[], list[Record]]
) -> None:
    path = tmp_path / "large.csv"
    path.write_bytes(HEAD + b"".join(line(n) for n in range(300_000)))
    ended: list[str] = []

    def run() -> None:
        try:
            publish(AisCsv(), path, settings, endpoints)
            ended.append("well")
        except FencedError:
            ended.append("fenced")

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert "well" in ended
    assert len(ended) == 2
    body = b"".join(r.value.removeprefix(HEAD) for r in records()[:-1])
    assert body == path.read_bytes().removeprefix(HEAD)
