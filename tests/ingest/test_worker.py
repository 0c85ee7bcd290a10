"""The worker of ingest on a real Kafka: exactly once, whatever happens to it."""

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

from confluent_kafka.admin import AdminClient

from ingest import deadletters
from ingest.ais_csv import AisCsv
from ingest.publisher import Options, publish
from ingest.worker import run_ingest
from ontology.observed import SubjectState, Tick, TrackSegment
from ontology.rdf import read
from runtime import lag
from runtime.record import Record
from runtime.servers import Endpoints
from runtime.settings import Settings
from runtime.topics import Topics

Told = Callable[[str], list[Record]]
HEAD = b"object_id,timestamp,lon,lat\n"
LINES = 24_000

WORKER = """
import sys
from pathlib import Path
from ingest.registry import feeds
from ingest.worker import run_ingest
from runtime.process import run
from runtime.servers import Endpoints
from runtime.settings import Settings

home, prefix = sys.argv[1:]
settings = Settings(topic_prefix=prefix, batch_records=2, batch_seconds=0.05)
endpoints = Endpoints.read(Path(home))
sys.exit(run("ingest", lambda stop: run_ingest(settings, endpoints, feeds(), stop, idle_s=1.0)))
"""


def line(number: int) -> bytes:
    at = datetime(2020, 12, 1, tzinfo=UTC) + timedelta(seconds=10 * number)
    place = f"{-74 - number % 7 / 100},{40 + number % 11 / 100}"
    return f"{367000000 + number % 50},{at:%Y-%m-%d %H:%M:%S},{place}\n".encode()


def fixes(records: list[Record]) -> Counter[tuple[str, int, float, float]]:
    found: Counter[tuple[str, int, float, float]] = Counter()
    for record in records:
        for thing in read(record.value):
            if isinstance(thing, TrackSegment):
                columns = (thing.times.tolist(), thing.lons.tolist(), thing.lats.tolist())
                found.update((thing.subject, *each) for each in zip(*columns, strict=True))
    return found


def test_killed_again_and_again_the_knowledge_is_told_once(
    settings: Settings,
    endpoints: Endpoints,
    kafka_admin: AdminClient,
    servers_home: Path,
    tmp_path: Path,
    told: Told,
) -> None:
    path = tmp_path / "ais.csv"
    path.write_bytes(HEAD + b"".join(line(n) for n in range(LINES)))
    publish(AisCsv(), path, settings, endpoints, options=Options(label="*", block_lines=500))
    knowledge = Topics(settings.topic_prefix).knowledge
    command = [sys.executable, "-c", WORKER, str(servers_home), settings.topic_prefix]
    for _ in range(2):
        before = lag.ends(kafka_admin, [knowledge])
        process = subprocess.Popen(command)
        deadline = time.monotonic() + 60
        while lag.ends(kafka_admin, [knowledge]) == before and process.poll() is None:
            assert time.monotonic() < deadline
        process.kill()
        process.wait()
    assert subprocess.run(command, check=False, timeout=120).returncode == 0
    found = fixes(told(knowledge))
    assert sum(found.values()) == len(found) == LINES
    ticks = [
        (t.watermark, r.partition) for r in told(knowledge) for t in read(r.value) if isinstance(t, Tick)
    ]
    moments = {watermark for watermark, _ in ticks}
    assert sorted(ticks) == sorted((watermark, partition) for watermark in moments for partition in range(4))


def test_bad_lines_go_to_the_dead_letters_and_can_be_read_there(
    settings: Settings, endpoints: Endpoints, tmp_path: Path, told: Told
) -> None:
    path = tmp_path / "bad.csv"
    bad = [b"1,2020-12-01 00:00:00,1,1\n", b"367000001,2099-12-01 00:00:00,1,1\n", b"\xff\n"]
    path.write_bytes(HEAD + line(1) + bad[0] + line(2) + bad[1] + line(3) + bad[2] + line(3))
    publish(AisCsv(), path, settings, endpoints)
    mapper = run_ingest(settings, endpoints, [AisCsv()], Event(), idle_s=0.3)
    assert (mapper.counts.lines, mapper.counts.accepted) == (7, 3)
    assert (mapper.counts.rejected, mapper.counts.duplicates) == (3, 1)
    topics = Topics(settings.topic_prefix)
    letters = list(deadletters.read(endpoints.kafka_bootstrap, topics, "ais"))
    assert [(x.field, x.line) for x in letters] == [("object_id", 3), ("timestamp", 5), (None, 7)]
    assert {x.source for x in letters} == {"bad.csv"}
    assert sorted(x.value for x in letters) == sorted(HEAD + x for x in bad)
    assert all(x.reason and x.origin == f"{topics.raw('ais')}/0/0" and x.stage == "ingest" for x in letters)
    assert list(deadletters.read(endpoints.kafka_bootstrap, topics, "nothing")) == []
    assert len(fixes(told(topics.knowledge))) == 3


def test_static_data_beside_the_fixes(
    settings: Settings, endpoints: Endpoints, tmp_path: Path, told: Told
) -> None:
    path = tmp_path / "static.csv"
    path.write_bytes(b"MMSI,BaseDateTime,VesselName\n367000001,2020-12-01T00:00:00,TUG\n")
    publish(AisCsv(), path, settings, endpoints, options=Options(as_if_live=True))
    run_ingest(settings, endpoints, [AisCsv()], Event(), idle_s=0.3)
    knowledge = told(Topics(settings.topic_prefix).knowledge)
    states = [t for r in knowledge for t in read(r.value) if isinstance(t, SubjectState)]
    assert [state.name for state in states] == ["TUG"]
    assert {r.headers.get("Security-Label") for r in knowledge} == {"*"}
