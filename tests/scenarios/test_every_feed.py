"""Every feed's data from its source to the graph, beside one another."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

from ingest import registry
from ingest.publisher import Options, publish
from tests.scenarios.installation import Installation

Install = Callable[..., Installation]
DATA: Final = Path(__file__).parents[2] / "examples" / "data"
SAMPLES: Final = DATA.parents[1] / "tests" / "conformance" / "samples"
GPX: Final = b"""<gpx><trk><trkseg>
<trkpt lat="53.40" lon="-2.98"><time>2026-01-26T16:00:00Z</time></trkpt>
<trkpt lat="53.41" lon="-2.97"><time>2026-01-26T16:05:00Z</time></trkpt>
</trkseg></trk></gpx>"""


def feature(identifier: str, **shape: object) -> bytes:
    return json.dumps({"type": "Feature", "id": identifier, "properties": {}, **shape}).encode()


def give(here: Installation, feed: str, file: Path, **options: str) -> None:
    chosen = registry.feed(feed).configured(options)
    publish(chosen, file, here.settings, here.endpoints, options=Options(label="*", distribution=feed))


def test_what_every_feed_brings_is_in_the_graph(install: Install, tmp_path: Path) -> None:
    here = install()
    files = {
        "walk.gpx": GPX,
        "van.json": feature("van", geometry={"type": "Point", "coordinates": [-2.9, 53.4]}).replace(
            b'"properties": {}', b'"properties": {"time": "2026-01-26T16:00:00Z"}'
        ),
        "drone.json": feature(
            "4CA123",
            temporalGeometry={
                "type": "MovingPoint",
                "datetimes": ["2026-01-26T16:00:00Z"],
                "coordinates": [[-2.9, 53.4]],
            },
        ),
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    give(here, "ais-nmea", DATA / "ais_tagblock.nmea")
    give(here, "gps-csv", DATA / "bus_route14.csv", kind="RoadVehicle")
    give(here, "gpx", tmp_path / "walk.gpx", kind="Person", subject="alice")
    give(here, "geojson", tmp_path / "van.json", kind="RoadVehicle")
    give(here, "mf-json", tmp_path / "drone.json", kind="Aircraft", scheme="ICAO24")
    for feed, file in (("adsb", "adsb.json"), ("cot", "cot.xml"), ("anpr", "anpr.csv")):
        give(here, feed, SAMPLES / file)
    counts = here.work()
    assert (counts.lines, counts.rejected) == (5 + 399 + 2 + 1 + 1 + 4 + 56 + 3, 0)
    assert counts.lines == counts.accepted + counts.duplicates + counts.aside
    rows = here.rows(
        "MATCH (s:Subject) OPTIONAL MATCH (s)-[:HAS_TRACK]->(t:TrackSegment)"
        " RETURN s.key AS key, [label IN labels(s) WHERE label <> 'Subject'] AS kinds, sum(t.fixes) AS fixes"
    )
    found = {row["key"].removeprefix("urn:diurnal:subject:"): (row["kinds"], row["fixes"]) for row in rows}
    buses = found.pop("tracker:4716")[1] + found.pop("tracker:4720")[1]
    assert buses == counts.accepted - (3 + 1 + 2 + 1 + 1) - (2 + 3 + 3)
    assert found == {
        "mmsi:224651000": (["Ship"], 3),
        "mmsi:219005012": (["Ship"], 0),
        "tracker:alice": (["Person"], 2),
        "tracker:van": (["RoadVehicle"], 1),
        "icao24:4CA123": (["Aircraft"], 1),
        "icao24:4CA2D6": (["Aircraft"], 1),
        "icao24:4CA2D7": (["Aircraft"], 1),
        "cot:C94B9215-9BD4-4DBE-BDE1-83625F09153F": (["RoadVehicle"], 1),
        "cot:aa0b0312-b5cd-4c2c-bbbc-9c4c70216261": (["RoadVehicle"], 1),
        "cot:2983J8B001V013": (["Aircraft"], 1),
        "registration:GB-AB12CDE": (["RoadVehicle"], 0),
        "registration:XY99ZZZ": (["RoadVehicle"], 0),
    }
    seen = (
        "MATCH (c:RoadVehicle)-[:HAS_SIGHTING]->(n:Sighting) WHERE c.key ENDS WITH 'AB12CDE'"
        " RETURN n.sensor AS sensor, n.lat AS lat, n.confidence AS sure ORDER BY n.time"
    )
    assert here.rows(seen) == [
        {"sensor": "urn:diurnal:sensor:A40%20west", "lat": 51.53, "sure": 0.93},
        {"sensor": "urn:diurnal:sensor:A40%20east", "lat": None, "sure": None},
    ]
    assert here.rows(
        "MATCH (:Aircraft)-[:HAS_STATE]->(n) WHERE n.name = 'EI-ABC' RETURN n.call_sign AS sign"
    ) == [{"sign": "EIN123"}]
    assert here.rows("MATCH (:Ship)-[:HAS_STATE]->(n) RETURN n.name AS name, n.call_sign AS sign") == [
        {"name": "ROSINANTE", "sign": "XPD5019"}
    ]
    received = here.rows("MATCH (:Ship)-[:HAS_TRACK]->(t) RETURN DISTINCT t.sensor AS sensor ORDER BY sensor")
    assert [row["sensor"] for row in received] == [
        "urn:diurnal:sensor:rORBCOMM007",
        "urn:diurnal:sensor:rORBCOMM104",
    ]
