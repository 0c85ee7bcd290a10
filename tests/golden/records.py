"""One record of every kind, made of what is written here by the code of today.

`python -m tests.golden.records` writes them to `tests/golden/records/<Schema-Version>/`. Once a release has
written records of a version, its golden records never change again: what it wrote lies in logs.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from analytics.conclusions import Change, Conclusion
from analytics.emit import Emitter
from api.judging import record_of
from ingest import registry
from ingest.mapper import Mapper
from ontology.concluded import Finding, Gap, Meeting, Place, Retraction, Routine, Stay, Trip
from ontology.times import to_ms
from ontology.verdict import Verdict
from runtime.record import (
    CSV,
    DISTRIBUTION_ID,
    KNOWN_AT,
    REQUEST_ID,
    SCHEMA,
    SCHEMA_VERSION,
    SECURITY_LABEL,
    TICK,
    Headers,
    Record,
)
from runtime.settings import Settings
from runtime.topics import Topics

FOLDER: Final = Path(__file__).parent / "records"
TOPICS: Final = Topics()
KNOWN: Final = datetime(2020, 12, 2, 12, tzinfo=UTC)
SHIP: Final = "urn:diurnal:subject:mmsi:367073680"
PIER: Final = "urn:diurnal:place:all:-74.00000:40.70000"
SLIP: Final = "urn:diurnal:place:all:-74.07170:40.64380"
NAMES: Final = b",GUY V MOLINARI,IMO7702774,WYR3371,60,94,21\n"
RAW: Final = (
    b"BaseDateTime,LON,LAT,MMSI,SOG,COG,Heading,VesselName,IMO,CallSign,VesselType,Length,Width\n"
    b"2020-12-01T08:00:00,-74.07157,40.64409,367073680,0.1,-60.6,246" + NAMES
    + b"2020-12-01T08:01:00,-74.07158,40.6441,367073680,3.5,12.5," + NAMES
    + b"2020-12-01T08:02:00,-74.07158,94.1,367073680,3.5,12.5," + NAMES
)  # fmt: skip
READ: Final = (
    b"plate,time,camera,lat,lon,confidence,id\nK21 3LX,2020-12-01T08:03:00,St George,40.64,-74.07,0.93,r-1\n"
)
_RANDOM: Final = "12345678-1234-4234-8234-123456789abc"


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2020, 12, 1, hour, minute, tzinfo=UTC)


VERDICT: Final = Verdict(
    "urn:diurnal:verdict:all:mmsi:367073680:0123456789abcdef0123456789abcdef", "all", SHIP,
    "urn:diurnal:finding:all:missed-visit:1", "missed visit", PIER, "America/New_York", at(8), at(9), "known",
    'Its "winter" timetable.', "ana", "https://example.org", KNOWN,
)  # fmt: skip


def conclusions() -> Iterator[Conclusion | Retraction]:
    stay = "urn:diurnal:stay:all:mmsi:367073680:1606809600000"
    yield Place(PIER, "all", "Whitehall Terminal", -74.0, 40.7, 80.5, "America/New_York", "New York", 950.25)
    yield Stay(stay, "all", SHIP, PIER, at(8), None, at(9), -74.0, 40.7, 12.5, 61, 0.0, False)
    yield Trip(
        "urn:diurnal:trip:all:mmsi:367073680:1", "all", SHIP, PIER, SLIP, at(9), at(9, 25), 8_300.5, 8.2, 26
    )
    yield Gap(
        "urn:diurnal:gap:all:mmsi:367073680:1", "all", SHIP, at(1), at(5), -74.0, 40.7, -74.1, 40.6, 9.75
    )
    yield Routine(
        "urn:diurnal:routine:all:mmsi:367073680:1", "all", SHIP, PIER, "America/New_York", date(2020, 12, 1),
        5, 2, tuple(range(24)), (0,) * 24, tuple(range(168)), 12, "On weekdays it is here at eight.",
    )  # fmt: skip
    yield Meeting(
        "urn:diurnal:meeting:all:mmsi:367073680:mmsi:367791540:1606809600000", "all", "in close waters",
        (SHIP, "urn:diurnal:subject:mmsi:367791540"), at(8), at(9), -74.0, 40.7, 35.5, 2,
    )  # fmt: skip
    yield Finding(
        "urn:diurnal:finding:all:missed-visit:1", "all", "missed visit", SHIP, PIER, at(8), at(9),
        "It was not at Whitehall Terminal, where it was on 5 of 5 weekdays.", 0, 5, 2.25, "seen throughout",
        ("Its transponder was off.", 'It said "no".'), (stay, SHIP),
    )  # fmt: skip
    yield Retraction(stay, "all", "Stay")


def written() -> dict[str, Record]:
    """The records, by kind; what is random in them is not."""
    found = dict(_mapped())
    for thing in conclusions():
        change = Change(thing, to_ms(KNOWN), SHIP)
        (found[type(thing).__name__.lower()],) = Emitter(TOPICS.derived, "all", "analytics").records(
            [change], "*"
        )
    found["verdict"] = record_of(TOPICS.verdicts, VERDICT, "*", "api")
    return {kind: _settled(record) for kind, record in found.items()}


def _mapped() -> Iterator[tuple[str, Record]]:
    """What the mapper makes of a raw record and a closing tick."""
    raw = _raw(RAW, CSV)
    yield "raw", raw
    yield "raw-tick", (closing := _raw(b"2020-12-02T00:00:00+00:00", TICK))
    mapper = Mapper(registry.FEEDS, TOPICS, 1, Settings(lateness_seconds=3600))
    subject, segment, letter, tick = mapper.process([raw])
    yield from {"subject": subject, "segment": segment, "dead-letter": letter, "tick": tick}.items()
    (yielded,) = mapper.process([closing])
    yield "closing-tick", yielded
    _, yielded, _ = mapper.process([_raw(READ, CSV, "anpr")])
    yield "sighting", yielded


def _raw(value: bytes, content_type: str, feed: str = "ais") -> Record:
    headers = {
        "Content-Type": content_type,
        "Data-Source-Reference": "harbour.csv",
        SCHEMA_VERSION: SCHEMA,
        "Exec-Path": "publish",
        SECURITY_LABEL: "nation=USA",
        DISTRIBUTION_ID: "harbour",
        KNOWN_AT: "2020-12-02T12:00:00+00:00",
        REQUEST_ID: _RANDOM,
        "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    }
    return Record(TOPICS.raw(feed), b"marinecadastre", value, Headers.of(headers), 0, 41)


def _settled(record: Record) -> Record:
    names = {name for name, _ in record.headers}
    headers = record.headers.with_(REQUEST_ID, _RANDOM) if REQUEST_ID in names else record.headers
    return Record(record.topic, record.key, record.value, headers)


def as_text(record: Record) -> str:
    """A record as JSON that a person can read and compare; its value is text in every kind."""
    said: dict[str, Any] = {
        "topic": record.topic,
        "key": record.key.decode() if record.key is not None else None,
        "timestamp": record.timestamp,
        "headers": [[name, value.decode() if value is not None else None] for name, value in record.headers],
        "value": record.value.decode().splitlines(keepends=True),
    }
    return json.dumps(said, indent=1, ensure_ascii=False) + "\n"


def from_text(text: str) -> Record:
    """The record that `as_text` has shown."""
    said = json.loads(text)
    headers = Headers((name, None if value is None else value.encode()) for name, value in said["headers"])
    key = None if said["key"] is None else said["key"].encode()
    return Record(said["topic"], key, "".join(said["value"]).encode(), headers, 0, 41, said["timestamp"])


def golden(version: int) -> dict[str, Record]:
    """The golden records of a version, by kind."""
    files: Iterable[Path] = sorted((FOLDER / str(version)).glob("*.json"))
    return {file.stem: from_text(file.read_text()) for file in files}


def main() -> None:
    """Write today's."""
    folder = FOLDER / SCHEMA
    folder.mkdir(parents=True, exist_ok=True)
    for kind, record in written().items():
        (folder / f"{kind}.json").write_text(as_text(record))


if __name__ == "__main__":
    main()
