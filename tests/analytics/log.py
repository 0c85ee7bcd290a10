"""The log as the analytics see it: knowledge made from tracks, and what `derived` comes to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from analytics.conclusions import Conclusions
from analytics.emit import Emitter
from analytics.stage import Analytics
from analytics.track import Track
from ontology import iri, rdf
from ontology.concluded import Place, Retraction
from ontology.kind import Thing
from ontology.labels import Hierarchies
from ontology.observed import Tick, TrackSegment
from ontology.segment import write_segment
from ontology.times import HOUR_MS, from_ms, to_text
from ontology.views import View
from runtime.consumer import Slot
from runtime.record import KNOWN_AT, Headers, Record

PARTITIONS = 4
ALL = View("all")
SOURCE = "noaa"
LABEL = "*"


def headers(known_ms: int, label: str = LABEL) -> Headers:
    return Headers.of(
        {
            "Content-Type": "application/n-triples",
            "Security-Label": label,
            "Distribution-Id": SOURCE,
            KNOWN_AT: to_text(from_ms(known_ms)),
        }
    )


def partition_of(subject: str) -> int:
    return sum(subject.encode()) % PARTITIONS


def segment_record(topic: str, subject: str, part: Track, label: str = LABEL) -> Record:
    """One piece of an hour, as if it had come live."""
    hour = from_ms(int(part.times[0]) // HOUR_MS * HOUR_MS)
    key = iri.segment(subject, "ais", SOURCE, label, hour)
    segment = TrackSegment(key, subject, "ais", SOURCE, label, hour, part.times, part.lons, part.lats)
    known = headers(int(part.times[-1]), label)
    return Record(topic, subject.encode(), write_segment(segment), known, partition_of(subject))


def tick_records(topic: str, watermark: int, label: str = LABEL) -> list[Record]:
    source = iri.source(SOURCE)
    value = rdf.write(Tick(source, from_ms(watermark)))
    said = headers(watermark, label)
    return [Record(topic, source.encode(), value, said, number) for number in range(PARTITIONS)]


def knowledge(
    topic: str, tracks: Mapping[str, Track], end: int, lateness: int = HOUR_MS, label: str = LABEL
) -> list[Record]:
    """Hour by hour: segments, and a tick behind each hour; at last the closing tick."""
    out: list[Record] = []
    start = min(int(track.times[0]) for track in tracks.values()) // HOUR_MS * HOUR_MS
    for hour in range(start, end, HOUR_MS):
        latest = -1
        for subject, track in tracks.items():
            part = track.part(*np.searchsorted(track.times, (hour, hour + HOUR_MS)).tolist())
            if len(part):
                latest = max(latest, int(part.times[-1]))
                out.append(segment_record(topic, subject, part, label))
        if latest > 0:
            out += tick_records(topic, latest - lateness, label)
    return [*out, *tick_records(topic, end, label)]


def numbered(records: Iterable[Record]) -> list[Record]:
    """With the offsets that the log would give."""
    offsets = dict.fromkeys(range(PARTITIONS), 0)
    for record in records:
        record.offset = offsets[record.partition]
        offsets[record.partition] += 1
    return list(records)


def interleaved(rng: np.random.Generator, *logs: Sequence[Record]) -> list[Record]:
    """Several logs in one, each in its order."""
    turns = np.repeat(np.arange(len(logs)), [len(log) for log in logs])
    rng.shuffle(turns)
    rest = [iter(log) for log in logs]
    return numbered([next(rest[turn]) for turn in turns])


def current(derived: Sequence[Record]) -> dict[str, Thing]:
    """What holds after all these records, with the order of versions checked."""
    held: dict[str, Thing] = {}
    known: dict[str, str] = {}
    for record in derived:
        (thing,) = rdf.read(record.value)
        since = record.headers.get(KNOWN_AT)
        assert since is not None
        assert since >= known.get(thing.key, ""), "no version is known before the one that it replaces"
        known[thing.key] = since
        if isinstance(thing, Retraction):
            del held[thing.key]
        else:
            assert record.key == (thing.key if isinstance(thing, Place) else thing.subject).encode()  # type: ignore[attr-defined]
            held[thing.key] = thing
    return held


def stage_of(
    log: Sequence[Record] = (), view: View = ALL, hierarchies: Hierarchies | None = None
) -> Analytics:
    """A stage that reads again from this log."""

    def again(positions: Mapping[Slot, int]) -> Iterable[Sequence[Record]]:
        # Partition by partition: another interleaving than the first time.
        for (topic, number), offset in positions.items():
            yield [r for r in log if (r.topic, r.partition) == (topic, number) and r.offset < offset]

    return Analytics(Emitter("derived", view.name, "analytics"), PARTITIONS, again, view, hierarchies or {})


def matches(derived: Sequence[Record], expected: Conclusions) -> None:
    """See that what holds after all these records is what is expected."""
    held = current(derived)
    kinds = ("places", "stays", "trips", "gaps", "routines", "findings")
    wanted = {thing.key: thing for kind in kinds for thing in getattr(expected, kind)}
    assert {key for key, thing in held.items() if not isinstance(thing, Place)} <= wanted.keys()
    assert {key: held[key] for key in wanted} == {key: unordered(thing) for key, thing in wanted.items()}


def unordered(thing: Thing) -> Thing:
    """As RDF gives it back."""
    return rdf.read(rdf.write(thing))[0]
