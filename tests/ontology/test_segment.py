"""The fast way of track segments: it reads as any parser does, and writes what any parser reads."""

from dataclasses import replace
from typing import Any

import h3
import numpy as np
import orjson
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st

from ontology.errors import OntologyError, RdfError, ShapeError, UnwritableError
from ontology.kind import Thing
from ontology.observed import TrackSegment
from ontology.quads import quads
from ontology.rdf import read, things, write
from ontology.segment import CELL_RESOLUTION, TRACK, read_segment, segment_key, write_segment
from ontology.terms import ours
from ontology.times import from_ms
from tests.ontology.test_fixes import HOUR, SEGMENT
from tests.ontology.things import segments

NT = "application/n-triples"


def said(data: bytes, predicate: str) -> Any:
    (value,) = rdflib.Graph().parse(data=data, format="nt").objects(predicate=rdflib.URIRef(predicate))
    return orjson.loads(str(value))


def generally(data: bytes) -> list[Thing] | type[OntologyError]:
    try:
        return things(quads(data, NT))
    except OntologyError as error:
        return type(error)


def fastly(data: bytes) -> list[Thing] | type[OntologyError] | None:
    try:
        segment = read_segment(data)
    except OntologyError as error:
        return type(error)
    return None if segment is None else [segment]


@given(segments())
def test_the_fast_way_and_the_general_way_agree(segment: TrackSegment) -> None:
    data = write_segment(segment)
    assert read_segment(data) == segment
    assert things(quads(data, NT)) == [segment]


@given(segments(), st.data())
def test_they_agree_on_garbled_records(segment: TrackSegment, data: st.DataObject) -> None:
    record = bytearray(write_segment(segment))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(record) - 1))
        end = at + data.draw(st.integers(0, 3))
        record[at:end] = data.draw(st.sampled_from(GARBLE) | st.binary(max_size=2))
    fast = fastly(bytes(record))
    assert fast is None or fast == generally(bytes(record))


GARBLE = [
    b"",
    b"0",
    b"9",
    b"-",
    b".",
    b"e",
    b"null",
    b",",
    b"],[",
    b"[",
    b"]",
    b"]],[[",
    b"\\",
    b"\\\\",
    b'\\"',
]
GARBLE += [b"\\", b"\\\\", b'\\"']
GARBLE += [b"\\u0041", b"\\ud800", b"\x00", b"\xff", b"\n", b"%41", b"%zz", b" ", b"1e999", b"12:", b"true"]


@pytest.mark.parametrize("garble", GARBLE)
def test_they_agree_wherever_it_is_garbled(garble: bytes) -> None:
    record = write_segment(replace(SEGMENT, label='a="b c"'))
    disagreed = []
    for at in range(len(record)):
        garbled = record[:at] + garble + record[at + len(garble) :]
        fast = fastly(garbled)
        if fast is not None and fast != generally(garbled):
            disagreed.append(at)
    assert disagreed == []


def test_other_forms_of_the_same_are_read_generally() -> None:
    data = write_segment(SEGMENT)
    for other in (
        b"# by hand\n" + data,
        data.replace(b"> <", b">  <"),
        b"".join(reversed(data.splitlines(True))),
    ):
        assert read_segment(other) is None
        assert read(other) == [SEGMENT]
    foreign = replace(SEGMENT, key="http://example.org/track/1", subject="http://example.org/ship#1")
    assert read_segment(write(foreign)) is None
    assert read(write(foreign)) == [foreign]


def test_moving_features_of_others_are_read() -> None:
    feature = {
        "type": "Feature",
        "temporalGeometry": {
            "type": "MovingPoint",
            "datetimes": ["2020-12-01T04:00:00Z", "2020-12-01T04:00:02.500Z", HOUR + 2500],
            "coordinates": [[-74.01, 40.7], [-74.02, 40.71], [-74, 40.7]],
        },
        "temporalProperties": [
            {
                "datetimes": SEGMENT.times.tolist(),
                "speed": {"values": [1.5, None, 0.1]},
                "draught": {"values": []},
            },
            {"datetimes": SEGMENT.times.tolist(), "heading": {"values": [None, None, None]}},
        ],
    }
    assert read(with_fixes(feature)) == [SEGMENT]


def measured(name: str, values: Any, times: Any = (HOUR,)) -> dict[str, Any]:
    return {"datetimes": times, name: {"values": values}}


def with_fixes(feature: Any) -> bytes:
    lines = [line for line in write_segment(SEGMENT).splitlines(True) if f"<{TRACK}>".encode() not in line]
    text = orjson.dumps(orjson.dumps(feature).decode()).decode()
    return b"".join(lines) + f"<{SEGMENT.key}> <{TRACK}> {text} .\n".encode()


POINT = {"type": "MovingPoint", "datetimes": [HOUR], "coordinates": [[1, 2]]}


@pytest.mark.parametrize(
    "feature",
    [
        [],
        "x",
        {},
        {"temporalGeometry": {}},
        {"temporalGeometry": POINT | {"type": "MovingPolygon"}},
        {"temporalGeometry": POINT | {"datetimes": []}},
        {"temporalGeometry": POINT | {"datetimes": [], "coordinates": []}},
        {"temporalGeometry": POINT | {"datetimes": [HOUR + 0.5]}},
        {"temporalGeometry": POINT | {"datetimes": [True]}},
        {"temporalGeometry": POINT | {"datetimes": ["noon"]}},
        {"temporalGeometry": POINT | {"datetimes": [HOUR - 1]}},
        {"temporalGeometry": POINT | {"datetimes": [HOUR + 3_600_000]}},
        {"temporalGeometry": POINT | {"datetimes": [2**63]}},
        {"temporalGeometry": POINT | {"coordinates": [[1, 2, 3]]}},
        {"temporalGeometry": POINT | {"coordinates": [[1]]}},
        {"temporalGeometry": POINT | {"coordinates": [["1", 2]]}},
        {"temporalGeometry": POINT | {"coordinates": [[None, 2]]}},
        {"temporalGeometry": POINT | {"coordinates": [[True, 2]]}},
        {"temporalGeometry": POINT | {"coordinates": [[181, 2]]}},
        {"temporalGeometry": POINT | {"coordinates": [[1, -91]]}},
        {"temporalGeometry": POINT | {"datetimes": [HOUR + 1, HOUR], "coordinates": [[1, 2], [1, 2]]}},
        {"temporalGeometry": POINT, "temporalProperties": 5},
        {"temporalGeometry": POINT, "temporalProperties": [{"speed": {"values": [1]}}]},
        {"temporalGeometry": POINT, "temporalProperties": [measured("speed", [1], [HOUR + 1])]},
        {"temporalGeometry": POINT, "temporalProperties": [measured("speed", [1, 2])]},
        {"temporalGeometry": POINT, "temporalProperties": [measured("speed", ["1"])]},
        {"temporalGeometry": POINT, "temporalProperties": 2 * [measured("speed", [1])]},
    ],
)
def test_what_is_no_track_is_refused(feature: Any) -> None:
    with pytest.raises(ShapeError):
        read(with_fixes(feature))


def test_a_segment_without_fixes_is_refused() -> None:
    lines = write_segment(SEGMENT).splitlines(keepends=True)
    with pytest.raises(ShapeError, match="track"):
        read(b"".join(lines[:-1]))
    with pytest.raises(RdfError):
        read(write_segment(SEGMENT)[:-40])


def test_two_pieces_in_one_record_are_two_segments() -> None:
    later = replace(SEGMENT, times=SEGMENT.times + 5000)
    assert read(write_segment(SEGMENT) + write_segment(later)) == [SEGMENT, later]
    assert read(write_segment(SEGMENT) + write_segment(SEGMENT)) == [SEGMENT]


@pytest.mark.parametrize(
    "changed",
    [
        {"times": SEGMENT.times[::-1]},
        {"times": SEGMENT.times[:2]},
        {"times": SEGMENT.times.astype(np.float64)},
        {"times": SEGMENT.times + 3_600_000},
        {"hour": from_ms(HOUR + 1)},
        {"hour": from_ms(HOUR).replace(tzinfo=None)},
        {"lons": np.array([1.0, np.nan, 2.0])},
        {"lons": np.array([np.nan, 1.0, 2.0])},
        {"lats": np.array([1.0, 2.0, 90.001])},
        {"lats": np.array([1.0, 2.0, np.inf])},
        {"speeds": np.array([1.0, 2.0, np.inf])},
        {"courses": np.array([1.0, -np.inf, 2.0])},
        {"headings": np.array([1.0])},
        {"times": np.array([], np.int64), "lons": np.array([]), "lats": np.array([])},
        {"label": "\ud800"},
        {"subject": "no iri"},
    ],
)
def test_what_is_no_segment_is_not_written(changed: dict[str, Any]) -> None:
    with pytest.raises(UnwritableError):
        write_segment(replace(SEGMENT, **changed))


@given(segments())
def test_cells_and_box_cover_the_fixes(segment: TrackSegment) -> None:
    data = write_segment(segment)
    fixes = list(zip(segment.lats.tolist(), segment.lons.tolist(), strict=True))
    assert set(said(data, ours("cells"))) == {h3.latlng_to_cell(*fix, CELL_RESOLUTION) for fix in fixes}
    west, south, east, north = said(data, ours("boundingBox"))
    for lat, lon in fixes:
        assert south <= lat <= north
        assert west <= lon <= east if west <= east else (lon >= west or lon <= east)


@given(st.floats(-180, 179), st.floats(-80, 79), st.lists(st.tuples(*2 * [st.floats(0, 0.002)]), min_size=5))
def test_cells_of_what_lies_still(lon: float, lat: float, moves: list[tuple[float, float]]) -> None:
    lons = np.array([lon + east for east, _ in moves])
    lats = np.array([lat + north for _, north in moves])
    times = np.full(len(moves), HOUR)
    still = replace(SEGMENT, times=times, lons=lons, lats=lats, speeds=None, headings=None)
    cells = {h3.latlng_to_cell(y, x, CELL_RESOLUTION) for x, y in zip(lons, lats, strict=True)}
    assert set(said(write_segment(still), ours("cells"))) == cells


def test_a_box_across_the_antimeridian_is_narrow() -> None:
    data = write_segment(replace(SEGMENT, lons=np.array([179.9, -179.8, 179.7])))
    assert said(data, ours("boundingBox"))[::2] == [179.7, -179.8]


def test_the_key_comes_of_the_five_and_is_fixed_for_ever() -> None:
    five = ("urn:diurnal:subject:mmsi:1", "roof", "feed", "*", from_ms(HOUR))
    assert segment_key(*five) == "urn:diurnal:segment:55d82e6f7d3fbb8006208f29b2aedf3c"
    changed = ("urn:diurnal:subject:mmsi:2", "mast", "other", "!", from_ms(2 * HOUR))
    keys = {segment_key(*five[:i], changed[i], *five[i + 1 :]) for i in range(5)}
    assert len(keys | {segment_key(*five)}) == 6


def test_segments_compare_by_content() -> None:
    same = replace(SEGMENT, times=SEGMENT.times.copy())
    assert same == SEGMENT
    assert hash(same) == hash(SEGMENT)
    assert replace(SEGMENT, speeds=None) != SEGMENT
    assert replace(SEGMENT, lons=SEGMENT.lons + 1) != SEGMENT
    assert SEGMENT != "segment"
