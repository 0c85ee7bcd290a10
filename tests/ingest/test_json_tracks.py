"""The feeds of JSON features: GeoJSON, and OGC Moving Features JSON."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.moving import feature as moving_feature
from graph.reader.tracks import Fixes
from ingest.errors import FeedError
from ingest.feed import NO_TIME, Bounds, Parsed
from ingest.geojson import GeoJson
from ingest.json_feed import JsonFeed
from ingest.mf_json import MfJson
from ontology import iri
from ontology.times import to_ms

BOUNDS = Bounds(to_ms(datetime(2000, 1, 1, tzinfo=UTC)), to_ms(datetime(2027, 1, 1, tzinfo=UTC)))
AT = to_ms(datetime(2024, 3, 1, 10, tzinfo=UTC))
MOST = 4 * 1024 * 1024
Json = dict[str, Any]


def at(second: int) -> str:
    return f"2024-03-01T10:{second // 60:02}:{second % 60:02}Z"


def line(places: list[Any], times: Any, name: str = "coordTimes", **properties: Any) -> Json:
    geometry = {"type": "LineString", "coordinates": places}
    return {
        "type": "Feature",
        "properties": {"vehicle_id": "v1", name: times, **properties},
        "geometry": geometry,
    }


def spot(place: Any, **properties: Any) -> Json:
    return {
        "type": "Feature",
        "id": "p1",
        "properties": properties,
        "geometry": {"type": "Point", "coordinates": place},
    }


def moving(places: list[Any], times: list[Any], beside: list[Json] | None = None, **more: Any) -> Json:
    geometry = {"type": "MovingPoint", "datetimes": times, "coordinates": places}
    feature = {"type": "Feature", "id": "m1", "temporalGeometry": geometry, "properties": {}}
    return {**feature, "temporalProperties": beside or [], **more}


def collection(*features: Json) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(features)}).encode()


def parse(feed: JsonFeed, *features: Json, **options: str) -> Parsed:
    return feed.configured(options).parse(b"", collection(*features) + b"\n", BOUNDS)


@pytest.mark.parametrize("name", ["coordTimes", "times", "timestamps", "datetimes"])
def test_a_line_has_a_time_for_each_coordinate(name: str) -> None:
    parsed = parse(GeoJson(), line([[-0.1, 51.5], [-0.2, 51.6, 4]], [at(0), at(5)], name), kind="RoadVehicle")
    assert [(n.kind, n.value) for n in parsed.named] == [("RoadVehicle", "v1")]
    assert parsed.times.tolist() == [AT, AT + 5000]
    assert parsed.motion is not None
    assert (parsed.motion.lons.tolist(), parsed.motion.lats.tolist()) == ([-0.1, -0.2], [51.5, 51.6])
    assert parsed.motion.speeds is None


def test_times_may_stand_beside_the_coordinates_and_have_speeds() -> None:
    beside = {"times": [at(0), at(5)], "speeds": [1.5, -1]}
    feature = line([[0, 1], [0, 2]], None, coordinateProperties=beside)
    motion = parse(GeoJson(), feature).motion
    assert motion is not None
    assert motion.speeds is not None
    np.testing.assert_array_equal(motion.speeds, [1.5, np.nan])


def test_several_lines_are_one_track() -> None:
    feature = line([[[0, 1], [0, 2]], [[0, 3]]], [[at(0), at(5)], [at(9)]])
    feature["geometry"]["type"] = "MultiLineString"
    assert parse(GeoJson(), feature).times.tolist() == [AT, AT + 5000, AT + 9000]


@pytest.mark.parametrize("time", [at(0), 1709287200, 1709287200000, "2024-03-01T11:00:00+01:00"])
def test_a_point_has_a_time(time: Any) -> None:
    parsed = parse(GeoJson(), spot([-0.1, 51.5], time=time, speed=2, bearing=90))
    assert (parsed.times.tolist(), [named.value for named in parsed.named]) == ([AT], ["p1"])
    assert parsed.motion is not None
    assert parsed.motion.courses is not None
    assert parsed.motion.courses.tolist() == [90.0]


def test_whose_a_feature_is() -> None:
    ours = iri.subject("mmsi", "367073680")
    features = [
        spot([0, 1], time=at(0), **properties) for properties in ({"plate": "AB 1"}, {"subject": ours})
    ]
    assert [n.value for n in parse(GeoJson(), *features).named] == ["p1", "367073680"]
    chosen = parse(GeoJson(), *features, id="plate")
    assert [n.value for n in chosen.named] == ["AB 1"]
    assert [(reject.line, reject.field) for reject in chosen.rejects] == [(1, "subject")]
    assert [n.value for n in parse(GeoJson(), *features, subject="x").named] == ["x"]


def test_a_moving_point_with_what_is_known_at_some_of_its_instants() -> None:
    beside = [
        {"datetimes": [at(5)], "speed": {"form": "KMH", "values": [36]}},
        {"datetimes": [at(0), at(5)], "heading": {"form": "DD", "values": [None, 90]}},
    ]
    parsed = parse(MfJson(), moving([[0, 1], [0, 2]], [at(0), at(5)], beside))
    motion = parsed.motion
    assert motion is not None
    assert motion.speeds is not None
    assert motion.headings is not None
    assert motion.courses is None
    np.testing.assert_allclose(motion.speeds, [np.nan, 10])
    np.testing.assert_allclose(motion.headings, [np.nan, 90])


def test_what_the_api_gives_out_is_read_again() -> None:
    missing = np.full(2, np.nan)
    fixes = Fixes(
        np.array([AT, AT + 1500]),
        np.array([-74.0, -74.1]),
        np.array([40.0, 40.1]),
        np.array([5.0, np.nan]),
        np.array([np.nan, 7.0]),
        missing,
    )
    document = moving_feature(iri.subject("mmsi", "367073680"), fixes)
    parsed = MfJson().configured({"kind": "Ship", "scheme": "MMSI"}).parse(b"", document, BOUNDS)
    assert [(n.kind, n.scheme, n.value) for n in parsed.named] == [("Ship", "MMSI", "367073680")]
    assert parsed.times.tolist() == fixes.times.tolist()
    assert parsed.motion is not None
    assert parsed.motion.headings is None
    for got, given_ in zip(
        (parsed.motion.lons, parsed.motion.lats, parsed.motion.speeds, parsed.motion.courses),
        (fixes.lons, fixes.lats, fixes.speeds, fixes.courses),
        strict=True,
    ):
        assert got is not None
        np.testing.assert_array_equal(got, given_)


def test_moving_points_in_a_collection() -> None:
    one = moving([[0, 1]], [1709287200000])
    two = moving([[0, 2]], [at(5)])
    one["temporalGeometry"] = {
        "type": "MovingGeometryCollection",
        "prisms": [one["temporalGeometry"], two["temporalGeometry"]],
    }
    assert parse(MfJson(), one).times.tolist() == [AT, AT + 5000]


@pytest.mark.parametrize(
    ("bad", "expected"),
    [
        (line([[0, 91], [0, 2]], [at(0), at(1)]), "lat: latitude 91 is outside -90..90"),
        (line([[0], [0, 2]], [at(0), at(1)]), "coordinates: coordinates are [longitude, latitude], not [0]"),
        (line([["0", 1], [0, 2]], [at(0), at(1)]), "coordinates: coordinates are [longitude, latitude]"),
        (line([[0, 1], [0, 2]], ["soon", at(1)]), "time: time 'soon' is not of the form"),
        (line([[0, 1], [0, 2]], [None, at(1)]), "time: time '' is not of the form"),
        (line([[0, 1], [0, 2]], [at(0)]), "time: has 2 coordinates and 1 times"),
        (line([[0, 1], [0, 2]], None), "time: has 2 coordinates and no list of times"),
        (spot([0, 1]), "time: has no time"),
        (spot([0, 1], time=5), "time: time 1970-01-01T00:00:05+00:00 is before 2000"),
        ({"type": "Feature", "geometry": None}, "geometry: a feature without a geometry is no track"),
        (
            {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": []}},
            "geometry: a Polygon is no track",
        ),
    ],
)
def test_what_is_bad_in_geojson_is_refused_alone_and_can_be_given_again(bad: Json, expected: str) -> None:
    good = spot([0, 1], time=at(0))
    parsed = parse(GeoJson(), good, bad, good)
    assert len(parsed.rejects) == 1
    assert parsed.lines == len(parsed.rows) + 1
    assert {0, parsed.lines - 1} <= set(parsed.rows.tolist())
    [reject] = parsed.rejects
    assert f"{reject.field}: {reject.reason}".startswith(expected)
    again = GeoJson().parse(b"", reject.raw, BOUNDS)
    assert [one.field for one in again.rejects] == [reject.field]


@pytest.mark.parametrize(
    ("bad", "expected"),
    [
        (moving([[0, 91]], [at(0)]), "lat: latitude 91"),
        (moving([[0, 1]], ["soon"]), "time: time 'soon'"),
        (moving([[0, 1]], [[1]]), "time: time [1] is not of the form"),
        (moving([[0, 1]], []), "temporalGeometry: a MovingPoint has a list of datetimes"),
        ({"type": "Feature", "geometry": None}, "temporalGeometry: a feature has a temporalGeometry"),
        (
            moving([], [], temporalGeometry={"type": "MovingPolygon"}),
            "temporalGeometry: a MovingPolygon is no",
        ),
        (
            moving([], [], temporalGeometry={"type": "MovingGeometryCollection", "prisms": [4]}),
            "temporalGeometry: a int",
        ),
    ],
)
def test_what_is_bad_in_moving_features_is_refused_alone(bad: Json, expected: str) -> None:
    good = moving([[0, 1]], [at(0)])
    parsed = parse(MfJson(), good, bad, good)
    assert parsed.rows.tolist() == [0, 2]
    [reject] = parsed.rejects
    assert f"{reject.field}: {reject.reason}".startswith(expected)
    again = MfJson().parse(b"", reject.raw, BOUNDS)
    assert [one.field for one in again.rejects] == [reject.field]


@pytest.mark.parametrize("feed", [GeoJson(), MfJson()])
@pytest.mark.parametrize(
    "bad", [b'{"type":"Feat', b"hello", b"[]", b'{"type":"Point"}', b"3", b'{"type":"FeatureCollection"}']
)
def test_what_is_no_such_document_is_refused_before_it_is_published(feed: JsonFeed, bad: bytes) -> None:
    with pytest.raises(FeedError):
        list(feed.cut(bad, MOST))
    [reject] = feed.parse(b"", bad, BOUNDS).rejects
    assert reject.raw == bad
    assert feed.times(b"", bad).tolist() == [NO_TIME]


def test_features_may_come_a_line_each() -> None:
    body = b"\n".join(json.dumps(spot([0, 1], time=at(n))).encode() for n in range(3))
    assert len(GeoJson().parse(b"", body, BOUNDS).rows) == 3
    assert len(GeoJson().parse(b"", b"\x1e" + body.replace(b"\n", b"\n\x1e"), BOUNDS).rows) == 3


def test_what_is_too_large_and_no_track_cannot_be_cut() -> None:
    feature = spot([0, 1], time=at(0), note="x" * 5000)
    with pytest.raises(FeedError, match="leave out the properties"):
        list(GeoJson().cut(collection(feature), 1000))


def test_without_features_there_is_nothing_to_publish() -> None:
    with pytest.raises(FeedError, match="no feature with a position"):
        list(GeoJson().cut(collection(), MOST))


places = st.one_of(st.just([0, 1]), st.sampled_from([[0, 91], [1], "x", None, [True, 1], [-0.5, 2.5, 9]]))
instants: st.SearchStrategy[Any] = st.one_of(
    st.integers(0, 3000).map(at), st.sampled_from([1709287200, "soon", None, True, [], 1e300])
)


def _line(pairs: list[tuple[Any, Any]], spoilt: bool) -> Json:
    speeds = [float(n) for n in range(len(pairs))]
    times = [time for _, time in pairs][spoilt:]
    return line([place for place, _ in pairs], times, speeds=speeds)


def _moving(pairs: list[tuple[Any, Any]], spoilt: bool) -> Json:
    times = [time for _, time in pairs]
    beside = [{"datetimes": times, "speed": {"form": "MTS", "values": [float(n) for n in range(len(pairs))]}}]
    return moving([place for place, _ in pairs], times[spoilt:], beside)


junk: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-5, 5), st.text(max_size=3)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                ["type", "geometry", "temporalGeometry", "properties", "coordinates", "datetimes"]
            ),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=8,
)


def _documents(make: Callable[[list[tuple[Any, Any]], bool], Json]) -> st.SearchStrategy[list[Any]]:
    tracks = st.builds(make, st.lists(st.tuples(places, instants), max_size=8), st.booleans())
    return st.lists(st.one_of(tracks, junk), max_size=4)


def _accounted_for(feed: JsonFeed, features: list[Any], most: int) -> None:
    document = collection(*features)
    whole = feed.parse(b"", document, BOUNDS)
    assert len(whole.rows) + len(whole.rejects) == whole.lines
    told = sorted([*whole.rows.tolist(), *(reject.line for reject in whole.rejects)])
    assert told == list(range(whole.lines))
    assert len(feed.times(b"", document)) == whole.lines
    if not whole.lines:
        return
    try:
        blocks = list(feed.cut(document, most))
    except FeedError:
        return
    expected = 1
    fixes: list[tuple[int, float]] = []
    for block in blocks:
        assert block.first_line == expected
        assert len(block.body) <= max(most, len(document) if len(document) <= most else most) + 64
        part = feed.parse(b"", block.body, BOUNDS)
        assert part.lines == block.lines
        expected += block.lines
        fixes += _fixes(part)
    assert fixes == _fixes(whole)


def _fixes(parsed: Parsed) -> list[tuple[int, float]]:
    speeds = parsed.motion.speeds if parsed.motion else None
    told = np.full(len(parsed.rows), np.nan) if speeds is None else speeds
    return list(zip(parsed.times.tolist(), np.nan_to_num(told, nan=-1).tolist(), strict=True))


@settings(max_examples=200, deadline=None)
@given(_documents(_line), st.integers(300, 900))
def test_every_element_of_geojson_is_accounted_for(features: list[Any], most: int) -> None:
    _accounted_for(GeoJson(), features, most)


@settings(max_examples=200, deadline=None)
@given(_documents(_moving), st.integers(300, 900))
def test_every_element_of_moving_features_is_accounted_for(features: list[Any], most: int) -> None:
    _accounted_for(MfJson(), features, most)
