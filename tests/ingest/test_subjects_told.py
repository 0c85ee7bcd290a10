"""Whatever a mapper tells, it tells the subject of it in the same way, no later: only so is it seen."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from ingest import registry
from ingest.mapper import Mapper
from ontology.observed import Identifier, Sighting, Subject, SubjectState, TrackSegment
from ontology.rdf import read
from runtime.record import Headers, Record
from runtime.settings import Settings
from runtime.topics import Topics
from tests.conformance.emitted import GIVEN

SAMPLES = Path(__file__).parents[1] / "conformance" / "samples"
Way = tuple[str, str]


def raw(feed: str, offset: int, label: str, distribution: str, known_at: str) -> Record:
    [sample] = sorted(SAMPLES.glob(f"{feed}.*"))
    headers = {
        "Content-Type": registry.feed(feed).content_types[0],
        "Security-Label": label,
        "Distribution-Id": distribution,
        "Known-At": known_at,
        "Received-At": "2026-06-01T00:00:00Z",
    }
    return Record(Topics().raw(feed), b"receiver", sample.read_bytes(), Headers.of(headers), 0, offset)


def times(feed: str) -> list[Record]:
    """The same data in several ways, known at several times, the later ones first."""
    ways = product(("*", "nation=GBR"), ("one", "two"), ("2026-06-01T00:00:00Z", "2026-05-01T00:00:00Z"))
    told = [raw(feed, offset, *way) for offset, way in enumerate(ways)]
    return [*told, raw(feed, 99, "*", "live", "from-data")]


@pytest.mark.parametrize("feed", [feed.name for feed in registry.FEEDS])
@pytest.mark.parametrize("together", [True, False])
def test_every_feed_tells_the_subject_in_each_way_no_later(feed: str, together: bool) -> None:
    mapper = Mapper([registry.feed(feed).configured(GIVEN.get(feed, {}))], Topics(), 2, Settings())
    batches = [times(feed)] if together else [[record] for record in times(feed)]
    out = [record for batch in batches for record in mapper.process(batch) if record.topic == "knowledge"]
    subjects: dict[tuple[Way, str], str] = {}
    identifiers: dict[tuple[Way, str], str] = {}
    referring: list[tuple[Way, str, str]] = []
    for record in out:
        way = (record.label, record.distribution)
        known_at = record.headers.get("Known-At") or ""
        for thing in read(record.value):
            if isinstance(thing, Subject | Identifier):
                told = subjects if isinstance(thing, Subject) else identifiers
                told[way, thing.key] = min(known_at, told.get((way, thing.key), known_at))
            if isinstance(thing, TrackSegment | SubjectState | Sighting):
                referring.append((way, thing.subject, known_at))
    assert {way for way, _, _ in referring} == {(r.label, r.distribution) for r in times(feed)}
    assert all(subjects[way, subject] <= known_at for way, subject, known_at in referring)
    assert {way for way, _ in identifiers} == {way for way, _ in subjects}
