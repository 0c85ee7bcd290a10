"""Plates, Frigate and ONVIF: what cameras saw are sightings."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.cameras.anpr import Anpr
from ingest.cameras.frigate import Frigate
from ingest.cameras.onvif import Onvif
from ingest.cameras.plates import plate
from ingest.errors import FeedError
from ingest.feed import Bounds, Feed, Named, lines_of
from ingest.mapper import Mapper
from ontology import iri
from ontology.observed import Identifier, Sighting, Subject, TrackSegment
from ontology.rdf import read
from ontology.times import from_ms, to_ms
from runtime.record import Headers, Record
from runtime.settings import Settings
from runtime.topics import Topics

SAMPLES = Path(__file__).parents[2] / "conformance" / "samples"
BOUNDS = Bounds(to_ms(datetime(2000, 1, 1, tzinfo=UTC)), to_ms(datetime(2027, 1, 1, tzinfo=UTC)))
AT = 1_709_287_200_000
HEAD = b"plate,time,camera,lat,lon,confidence"
READ = b"AB12 CDE,2024-03-01T10:00:00Z,A40 west,51.53,-0.31,93"
CAR = Named("RoadVehicle", "Registration", "AB12CDE")
LPR = {
    "type": "lpr",
    "id": "1.2-x",
    "name": "John's Car",
    "plate": "AB12CDE",
    "score": 0.95,
    "camera": "drive",
}
LPR |= {"timestamp": AT / 1000}
EVENT = {"id": "1.2-x", "camera": "drive", "frame_time": AT / 1000, "label": "car", "false_positive": False}


def told(feed: Feed, value: bytes, times: int = 1, options: dict[str, str] | None = None) -> list[object]:
    headers = {"Security-Label": "*", "Distribution-Id": "cctv", "Known-At": "2026-01-01T00:00:00+00:00"}
    headers["Feed-Options"] = orjson.dumps(options or {}).decode()
    mapper = Mapper([feed], Topics(), 1, Settings())
    record = Record(f"raw.{feed.name}", b"gate", value, Headers.of(headers), 0, 0)
    out = mapper.process([record] * times)
    return [thing for one in out if one.topic == "knowledge" for thing in read(one.value)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("ab12 cde", "AB12CDE"), ("M-AB·123", "MAB123"), ("京A12345", "京A12345"), ("?", ""), ("", "")],
)
def test_a_plate_is_the_same_however_it_is_written(text: str, expected: str) -> None:
    assert plate(text) == expected


def test_plates_as_csv_or_json() -> None:
    for head, line in (
        (HEAD, READ),
        (
            b"",
            b'{"plate":"ab12-cde","time":1709287200,"camera":"A40 west","lat":51.53,"lon":-0.31,"score":93}',
        ),
    ):
        parsed = Anpr().parse(head, line, BOUNDS)
        assert parsed.sparse
        assert (parsed.named, parsed.times.tolist(), list(parsed.receivers)) == ([CAR], [AT], ["A40 west"])
        assert parsed.confidences is not None
        np.testing.assert_allclose(parsed.confidences, [0.93])
        assert parsed.motion is not None
        np.testing.assert_allclose([parsed.motion.lons[0], parsed.motion.lats[0]], [-0.31, 51.53])


def test_a_read_becomes_a_sighting_by_its_camera_once() -> None:
    things = told(Anpr(), HEAD + b"\n" + READ + b"\n" + READ + b"\n", times=2)
    [sighting] = [thing for thing in things if isinstance(thing, Sighting)]
    assert sighting.subject == "urn:diurnal:subject:registration:AB12CDE"
    assert (sighting.sensor, sighting.source, sighting.label) == (iri.sensor("A40 west"), "cctv", "*")
    assert (sighting.time, sighting.lat, sighting.confidence) == (from_ms(AT), 51.53, 0.93)
    assert [thing.kind for thing in things if isinstance(thing, Subject)] == ["RoadVehicle"]
    assert [thing.value for thing in things if isinstance(thing, Identifier)] == ["AB12CDE"]
    assert not [thing for thing in things if isinstance(thing, TrackSegment)]


def test_a_camera_need_not_say_where_it_is() -> None:
    [sighting] = [
        thing for thing in told(Anpr(), b"vrm,time\nAB12CDE,1709287200\n") if isinstance(thing, Sighting)
    ]
    assert (sighting.lon, sighting.lat, sighting.confidence) == (None, None, None)
    assert sighting.sensor == iri.sensor("gate")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ((b"AB12 CDE", b"?"), "plate"),
        ((b"51.53", b"91"), "lat"),
        ((b"-0.31", b""), "lon"),
        ((b"2024-03-01T10:00:00Z", b""), "time"),
        ((b",93", b""), ""),
        ((b"A40", b'"A40'), ""),
    ],
)
def test_a_read_that_cannot_be_is_refused(change: tuple[bytes, bytes], field: str) -> None:
    parsed = Anpr().parse(HEAD, READ + b"\n" + READ.replace(*change), BOUNDS)
    assert parsed.rows.tolist() == [0]
    [reject] = parsed.rejects
    assert (reject.line, reject.field) == (1, field)


def frigate(*messages: object, **options: str) -> list[Sighting]:
    body = b"".join(orjson.dumps(message) + b"\n" for message in messages)
    return [thing for thing in told(Frigate(), body, 1, options) if isinstance(thing, Sighting)]


def test_a_plate_that_frigate_knows_is_a_sighting() -> None:
    [sighting] = frigate(LPR)
    assert (sighting.subject, sighting.sensor) == (
        "urn:diurnal:subject:registration:AB12CDE",
        iri.sensor("drive"),
    )
    assert (sighting.time, sighting.confidence, sighting.reference) == (from_ms(AT), 0.95, "1.2-x")
    after = {**EVENT, "recognized_license_plate": ["AB12CDE", 0.9], "sub_label": "John's Car"}
    [other] = frigate({"type": "update", "before": EVENT, "after": after})
    assert (other.subject, other.confidence) == (sighting.subject, 0.9)


def test_a_face_that_frigate_knows_is_a_person() -> None:
    face = {"type": "face", "id": "1", "name": "John", "score": 0.8, "camera": "door", "timestamp": AT / 1000}
    [sighting] = frigate(face)
    assert (sighting.subject, sighting.confidence) == ("urn:diurnal:subject:face:John", 0.8)


@pytest.mark.parametrize(
    "message",
    [
        {"type": "update", "before": EVENT, "after": EVENT},
        {"type": "new", "before": None, "after": {**EVENT, "label": "person", "sub_label": None}},
        {"type": "end", "after": {**EVENT, "recognized_license_plate": "AB12CDE", "false_positive": True}},
        {"type": "description", "id": "1", "description": "A red car."},
        {"type": "update", "before": {}, "after": {"severity": "alert", "camera": "x"}},
        {"name": "trigger", "camera": "x"},
    ],
)
def test_what_frigate_knows_nobody_by_is_set_aside(message: object) -> None:
    parsed = Frigate().parse(b"", orjson.dumps(message), BOUNDS)
    assert (list(parsed.aside), parsed.rejects, len(parsed.notes)) == ([0], [], 1)


def test_cameras_have_places_by_option() -> None:
    [sighting] = frigate(LPR, place="door=51,0; drive=51.5,-0.1")
    assert (sighting.lat, sighting.lon) == (51.5, -0.1)
    for bad in ("drive", "drive=x,y", "=1,2", "drive=91,0"):
        with pytest.raises(FeedError, match="place"):
            Frigate().configured({"place": bad})


def test_messages_behind_their_topics_and_the_documented_examples() -> None:
    parsed = Frigate().parse(b"", b"frigate/tracked_object_update " + orjson.dumps(LPR), BOUNDS)
    assert parsed.named == [CAR]
    found = Frigate().parse(b"", (SAMPLES / "frigate.jsonl").read_bytes(), BOUNDS)
    assert sorted((named.scheme, named.value) for named in found.named) == [
        ("Face", "John"), ("Face", "John Smith"), ("Registration", "123ABC"), ("Registration", "ABC12345"),
    ]  # fmt: skip
    assert found.rejects == []


def test_objects_of_onvif_with_plates() -> None:
    document = (SAMPLES / "onvif.xml").read_bytes()
    parsed = Onvif().parse(b"", document, BOUNDS)
    assert parsed.named == [Named("RoadVehicle", "Registration", "GB-AB12CDE")]
    assert parsed.times.tolist() == [AT + 321]
    assert parsed.motion is not None
    np.testing.assert_allclose([parsed.motion.lons[0], parsed.motion.lats[0]], [-0.31, 51.53])
    assert (list(parsed.references), list(parsed.aside)) == (["12"], [1])
    [reject] = Onvif().parse(b"", document.replace(b"AB12 CDE", b"?"), BOUNDS).rejects
    [again] = Onvif().parse(b"", reject.raw, BOUNDS).rejects
    assert (again.field, again.reason) == (reject.field, reject.reason) == ("PlateNumber", reject.reason)


def test_a_large_document_of_onvif_is_cut_between_frames() -> None:
    document = (SAMPLES / "onvif.xml").read_bytes()
    frame = document[document.index(b"<tt:Frame") : document.index(b"</tt:VideoAnalytics>")]
    large = document.replace(frame, frame * 40)
    blocks = list(Onvif().cut(large, 5_000))
    assert all(len(block.body) <= 5_000 for block in blocks)
    assert sum(len(Onvif().parse(b"", block.body, BOUNDS).rows) for block in blocks) == 40
    assert sum(block.lines for block in blocks) == 80


@pytest.mark.parametrize(
    "document",
    [
        b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><tt:x>&b;</tt:x>',
        b'<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]><l>&x;</l>',
        b"<tt:Frame>", b"", b"\xff\xfe<", b"{}",
    ],
)  # fmt: skip
def test_entities_and_rubbish_are_refused(document: bytes) -> None:
    [reject] = Onvif().parse(b"", document, BOUNDS).rejects
    assert "XML" in reject.reason
    with pytest.raises(FeedError):
        list(Onvif().cut(document, 1000))


values = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**60), 2**60), st.floats(allow_nan=False), st.text(max_size=6),
    st.sampled_from(["AB12CDE", AT / 1000, "car", "person"]),
    st.lists(st.one_of(st.text(max_size=4), st.floats()), max_size=2),
)  # fmt: skip
names = ["label", "camera", "frame_time", "sub_label", "recognized_license_plate", "false_positive", "id"]
messages = st.one_of(
    st.dictionaries(st.sampled_from([*LPR, "after"]), values, max_size=6),
    st.dictionaries(st.sampled_from(names), values, max_size=6).map(lambda after: {"after": after}),
    values,
).map(orjson.dumps)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(messages, st.binary(max_size=20)), max_size=6), st.booleans())
def test_whatever_comes_every_line_is_accounted_for(some: list[bytes], header: bool) -> None:
    body = b"\n".join(some)
    wanted = {n for n, line in enumerate(body.split(b"\n")) if line.strip() and line.strip() != HEAD}
    feeds: list[tuple[Feed, bytes]] = [(Frigate(), b""), (Anpr(), HEAD if header else b"")]
    for feed, head in feeds:
        parsed = feed.parse(head, body, BOUNDS)
        told_of = [*parsed.rows.tolist(), *(reject.line for reject in parsed.rejects), *parsed.aside]
        assert (set(told_of), len(told_of)) == (wanted, parsed.lines)
        assert len(feed.times(head, body)) == lines_of(body)
