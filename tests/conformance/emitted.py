"""Records as they leave the stages: of every feed from its sample, and of the analytics from a few ships."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from analytics.alerts.once import alerts
from analytics.conclusions import Change
from analytics.emit import Emitter
from analytics.parameters import HARBOUR, Parameters
from analytics.relations.told import told
from analytics.stage import Analytics
from analytics.track import Track
from api.clearance import Clearance
from api.judging import judged, record_of
from graph.reader.findings import FindingShown
from ingest.feed import Feed
from ingest.mapper import Mapper
from ontology import fixes, iri, rdf
from ontology.observed import TrackSegment
from ontology.rules import Rule
from ontology.times import to_ms
from ontology.verdict import Word
from ontology.views import View
from runtime.record import DEAD_LETTER_REASON, Headers, Record
from runtime.settings import Settings
from runtime.topics import Topics
from tests.analytics.log import PARTITIONS, knowledge, numbered

ROOT: Final = Path(__file__).parents[2]
SAMPLES: Final = Path(__file__).parent / "samples"
WEEK: Final = ROOT / "examples" / "data" / "ny_harbor_2020_12_first_week.csv.gz"
SHIPS: Final = (367791540, 368139870, 366851680)
EASY: Final[Parameters] = replace(
    HARBOUR, usual_days=2, hour_days=2, hour_stays=2, settled_days=2, settled_stays=5, settled_rate=0.3,
    findings_floor=1.0, longest_inferred_s=40 * 3600.0,
)  # fmt: skip
"""Thresholds under which a few ships give every kind of conclusion and finding."""

GIVEN: Final = {
    "nmea-gps": {"subject": "van7"},
    "mot": {"sequence": "s1", "start": "2024-03-01T10:00:00Z", "ground": "1e-6,0,-0.1,0,-1e-6,51.5,0,0,1"},
}
"""Options of feeds whose data do not say whose they are."""
Emitted = dict[str, list[bytes]]
"""Kinds of things, joined by "+" → the first, the longest and the last record that hold just those."""


def of_feed(feed: Feed) -> Emitted:
    """What the mapper makes of a feed's sample, `samples/<feed>.<ending>`, given as one raw record."""
    [sample] = sorted(SAMPLES.glob(f"{feed.name}.*"))
    feed = feed.configured(GIVEN.get(feed.name, {}))
    headers = {
        "Content-Type": feed.content_types[0],
        "Security-Label": "uk&secret",
        "Distribution-Id": "conformance",
        "Known-At": "2026-01-01T00:00:00+00:00",
    }
    topics = Topics()
    raw = Record(topics.raw(feed.name), b"receiver", sample.read_bytes(), Headers.of(headers), 0, 0)
    out = Mapper([feed], topics, 1, Settings()).process([raw])
    refused = [record.headers.get(DEAD_LETTER_REASON) for record in out if record.topic != topics.knowledge]
    assert not refused, f"a sample holds what its feed takes: {refused}"
    return sorted_out(out)


def of_analytics() -> Emitted:
    """What analytics conclude of three ships in a week, a day of one of which comes late."""
    rows = pl.read_csv(WEEK).with_columns(
        pl.col("timestamp").str.to_datetime("%Y-%m-%d %H:%M:%S").dt.epoch("ms")
    )
    tracks = {iri.subject("mmsi", str(ship)): _track(rows, ship) for ship in SHIPS}
    end = 1 + max(int(track.times[-1]) for track in tracks.values())
    log = knowledge("knowledge", tracks, end)
    late = [record for record in log if _of_the_third_day(record)]
    stage = Analytics(Emitter("derived", "all", "analytics"), PARTITIONS, lambda _: [], View("all"), {}, EASY)
    stage.restore({})
    in_time = [record for record in log if record not in late]
    return sorted_out([*stage.process(numbered(in_time)), *stage.process(numbered(late))])


def of_a_file() -> Emitted:
    """What only files are concluded into: a meeting of two who stand at one place for an hour."""
    times = 1_704_067_200_000 + np.arange(12, dtype=np.int64) * 300_000
    tracks = {
        iri.subject("owntracks", name): Track.of(times, np.full(12, lon), np.full(12, 33.75))
        for name, lon in (("ann", -84.39), ("bob", -84.39))
    }
    changes = [Change(each, to_ms(each.end), each.subjects[0]) for each in told(tracks, int(times[-1]) + 1)]
    return sorted_out(Emitter("derived", "all", "analytics").records(changes, "*"))


def of_analysts() -> Emitted:
    """A verdict with all that one can have, as the API writes it."""
    start, place = datetime(2020, 12, 1, 8, tzinfo=UTC), iri.place("all", -74.0, 40.7)
    ship = iri.subject("mmsi", str(SHIPS[0]))
    finding = FindingShown(
        key=iri.finding("all", "unusual hour", ship, place, to_ms(start)), kind="unusual hour", subject=ship,
        place=place, timezone="America/New_York", start=start, end=start, statement="Early.", matches=0,
        days=5, surprise=2.0, coverage="observed", alternatives=(), evidence=(), rank=2.0,
    )  # fmt: skip
    ana = Clearance("ana", "https://example.org")
    verdict = judged(finding, "all", Word.KNOWN, "The winter timetable.", ana, start)
    return sorted_out([record_of("verdicts", verdict, "*", "api")])


def of_a_rule() -> bytes:
    """An alert."""
    ship, here = iri.subject("mmsi", "1"), {"circle": {"lon": 0.0, "lat": 0.0, "radius_m": 10.0}}
    rule = Rule.model_validate({"name": "who-comes", "subjects": [ship], "enters": here})
    track = Track.of(np.array([0, 60_000]), np.array([1.0, 0.0]), np.array([0.0, 0.0]))
    (alert,) = alerts([rule], {ship: track}, 60_001)
    return rdf.write(alert)


def of_expansion(segment: bytes) -> bytes:
    """Per-fix RDF of a track segment."""
    [thing] = rdf.read(segment)
    assert isinstance(thing, TrackSegment)
    return fixes.expand(thing)


def sorted_out(records: Iterable[Record]) -> Emitted:
    found: Emitted = {}
    for record in records:
        things = rdf.read(record.value)
        name = "+".join(sorted({type(thing).__name__ for thing in things}))
        found.setdefault(name, []).append(record.value)
    return {name: [values[0], max(values, key=_lines), values[-1]] for name, values in found.items()}


def _lines(record: bytes) -> int:
    return record.count(b"\n")


def _track(rows: pl.DataFrame, ship: int) -> Track:
    mine = rows.filter(pl.col("object_id") == ship)
    return Track.of(*(np.asarray(mine[name].to_numpy()) for name in ("timestamp", "lon", "lat")))


def _of_the_third_day(record: Record) -> bool:
    mine: Sequence[object] = [
        thing
        for thing in rdf.read(record.value)
        if isinstance(thing, TrackSegment) and thing.subject.endswith(str(SHIPS[0])) and thing.hour.day == 3
    ]
    return bool(mine)
