"""Rows to sightings: sparse detections, each a thing by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ingest.feed import Parsed
from ingest.origin import Origin
from ingest.tracks import Rows
from ontology import iri
from ontology.observed import Sighting
from ontology.times import from_ms


@dataclass(frozen=True, slots=True)
class Seen:
    """A sighting, with when it is known, and its raw record and subject, as indices."""

    thing: Sighting
    known_at: datetime
    origin: int
    subject: int


def sightings(rows: Rows, parsed: Parsed, origins: Sequence[Origin], names: Sequence[str]) -> list[Seen]:
    """The sightings that rows make; of two that say in all the same, the one that was known first.

    Args:
        rows: the rows.
        parsed: the body that they stand in.
        origins: the raw records.
        names: the IRIs of the subjects.
    """
    found: dict[str, Seen] = {}
    indices = zip(rows.origins.tolist(), rows.subjects.tolist(), rows.times.tolist(), strict=True)
    for row, (of, whom, at) in enumerate(indices):
        thing = _sighting(row, parsed, origins[of], names[whom], from_ms(at))
        seen = Seen(thing, origins[of].known_at or thing.time, of, whom)
        before = found.get(thing.key)
        if before is None or seen.known_at < before.known_at:
            found[thing.key] = seen
    return list(found.values())


def _sighting(row: int, parsed: Parsed, origin: Origin, subject: str, time: datetime) -> Sighting:
    motion, sure, calls = parsed.motion, parsed.confidences, parsed.references
    lon = None if motion is None else _told(float(motion.lons[row]))
    lat = None if motion is None else _told(float(motion.lats[row]))
    confidence = None if sure is None else _told(float(sure[row]))
    reference = (calls[row] or None) if calls else None
    of = origin.sensor, origin.distribution, origin.label
    key = iri.sighting(subject, *of, time, lon, lat, confidence, reference)
    return Sighting(key, subject, *of, time, lon, lat, confidence, reference)


def _told(value: float) -> float | None:
    return None if value != value else value
