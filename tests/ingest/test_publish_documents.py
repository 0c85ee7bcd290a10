"""Documents on a real Kafka: published whole or cut, gone on with, and read back."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest

from ingest import deadletters
from ingest.errors import FeedError, PublishError
from ingest.geojson import GeoJson
from ingest.gpx import Gpx
from ingest.intake import MOST_DOCUMENT
from ingest.publisher import Options, publish
from ingest.worker import run_ingest
from ontology.observed import Subject, TrackSegment
from ontology.rdf import read
from runtime.record import Record
from runtime.servers import Endpoints
from runtime.settings import Settings
from runtime.topics import MAX_RECORD_BYTES, Topics

Told = Callable[[str], list[Record]]
POINTS = 100_000


def gpx(count: int) -> bytes:
    points = "".join(
        f'<trkpt lat="51.5" lon="{n / 1000}"><time>2024-03-01T10:00:{n:02}Z</time></trkpt>'
        for n in range(count)
    )
    return (
        f"<gpx><trk><name>walk</name><trkseg>{points}<trkpt lat='x' lon='1'/></trkseg></trk></gpx>".encode()
    )


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A GeoJSON document that makes several records."""
    start = datetime(2024, 3, 1, tzinfo=UTC)
    coordinates = [[-0.1 + n / 1e6, 51.123456789] for n in range(POINTS)]
    times = [(start + timedelta(seconds=n)).isoformat() for n in range(POINTS)]
    halves = [
        {
            "type": "Feature",
            "properties": {"vehicle_id": f"v{name}", "coordTimes": times, "note": "x" * 40},
            "geometry": {"type": "LineString", "coordinates": coordinates},
        }
        for name in (1, 2)
    ]
    path = tmp_path / "large.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": halves}))
    assert path.stat().st_size > MAX_RECORD_BYTES
    return path


def test_a_document_is_a_raw_record_and_its_bad_points_are_dead_letters(
    settings: Settings, endpoints: Endpoints, tmp_path: Path, told: Told
) -> None:
    path = tmp_path / "walk.gpx"
    path.write_bytes(gpx(30))
    feed = Gpx().configured({"kind": "Person", "subject": "alice"})
    done = publish(feed, path, settings, endpoints, options=Options(label="*"))
    assert (done.new_lines, done.receipt.blocks) == (31, 1)
    topics = Topics(settings.topic_prefix)
    document, tick = told(topics.raw("gpx"))
    assert document.value == path.read_bytes()
    assert document.headers.get("Content-Type") == "application/gpx+xml"
    assert document.headers.get("Feed-Options") == '{"kind":"Person","subject":"alice"}'
    assert tick.value == b"2024-03-01T10:00:29.001+00:00"
    mapper = run_ingest(settings, endpoints, [Gpx()], Event(), idle_s=0.3)
    assert (mapper.counts.lines, mapper.counts.accepted, mapper.counts.rejected) == (31, 30, 1)
    [letter] = deadletters.read(endpoints.kafka_bootstrap, topics, "gpx")
    assert (letter.line, letter.field, letter.source) == (31, "trkpt", "walk.gpx")
    things = [thing for record in told(topics.knowledge) for thing in read(record.value)]
    assert {thing.kind for thing in things if isinstance(thing, Subject)} == {"Person"}
    assert sum(len(thing.times) for thing in things if isinstance(thing, TrackSegment)) == 30


def test_other_options_are_another_publication(
    settings: Settings, endpoints: Endpoints, tmp_path: Path
) -> None:
    path = tmp_path / "walk.gpx"
    path.write_bytes(gpx(3))
    assert not publish(Gpx(), path, settings, endpoints).already
    assert publish(Gpx(), path, settings, endpoints).already
    assert not publish(Gpx().configured({"subject": "bob"}), path, settings, endpoints).already


def test_a_large_document_is_cut_and_gone_on_with(
    settings: Settings, endpoints: Endpoints, large: Path, told: Told
) -> None:
    stop = Event()
    feed = GeoJson().configured({"kind": "RoadVehicle"})
    first = publish(feed, large, settings, endpoints, on_progress=lambda _: stop.set(), stop=stop)
    assert 0 < first.new_lines < 2 * POINTS
    second = publish(feed, large, settings, endpoints)
    assert first.new_lines + second.new_lines == 2 * POINTS
    records = told(Topics(settings.topic_prefix).raw("geojson"))
    assert len(records) > 3
    assert all(len(record.value) < MAX_RECORD_BYTES for record in records)
    mapper = run_ingest(settings, endpoints, [GeoJson()], Event(), idle_s=0.5)
    assert (mapper.counts.accepted, mapper.counts.rejected) == (2 * POINTS, 0)


PIPED = """
import sys
from pathlib import Path
from ingest.gpx import Gpx
from ingest.publisher import publish
from runtime.servers import Endpoints
from runtime.settings import Settings

home, prefix = sys.argv[1:]
print(publish(Gpx(), "-", Settings(topic_prefix=prefix), Endpoints.read(Path(home))).new_lines)
"""


def test_a_document_from_standard_input(settings: Settings, servers_home: Path, told: Told) -> None:
    command = [sys.executable, "-c", PIPED, str(servers_home), settings.topic_prefix]
    done = subprocess.run(command, input=gpx(5), capture_output=True, check=True)
    assert done.stdout == b"6\n"
    assert told(Topics(settings.topic_prefix).raw("gpx"))[0].value == gpx(5)


def test_what_cannot_be_published_is_refused_with_the_remedy(
    settings: Settings, endpoints: Endpoints, tmp_path: Path
) -> None:
    path = tmp_path / "bad.gpx"
    path.write_bytes(b"<gpx><trk>")
    with pytest.raises(FeedError, match=r"bad\.gpx: .*give the whole file"):
        publish(Gpx(), path, settings, endpoints)
    path.write_bytes(b" \n")
    with pytest.raises(PublishError, match="is empty"):
        publish(Gpx(), path, settings, endpoints)
    with path.open("wb") as file:
        file.truncate(MOST_DOCUMENT + 1)
    with pytest.raises(PublishError, match="split it"):
        publish(Gpx(), path, settings, endpoints)
    for source, follow in ((str(path), True), ("tcp://127.0.0.1:9", False)):
        with pytest.raises(PublishError, match="whole documents"):
            publish(Gpx(), source, settings, endpoints, options=Options(follow=follow))
