"""`python -m bench.conform`: every feed on real data that may not lie in this repository, through to RDF.

Each case is given to the mapper as raw records; what comes out is counted, held against what is known of the
data, and a record of each kind against its shape. Where the data lies says `DIURNAL_SHARED_DATA`.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyshacl
import rdflib
from rich.console import Console
from rich.table import Table

from bench.score.data import shared
from ingest import registry
from ingest.mapper import Counts, Mapper
from ontology import rdf, terms
from ontology.observed import Sighting, Subject, TrackSegment
from runtime.record import Headers, Record
from runtime.settings import Settings
from runtime.topics import Topics

LINES: Final = 1_000
"""Lines of a raw record, as they are published."""


@dataclass(frozen=True, slots=True)
class Case:
    """Real data, and what is known of it.

    Attributes:
        feed: the feed that reads it.
        about: what it is.
        records: makes the values of its raw records.
        subjects: how many subjects are in it.
        accepted: how many lines or elements tell something.
        rejected: how many cannot be believed.
        options: the feed's.
    """

    feed: str
    about: str
    records: Callable[[], Iterable[bytes]]
    subjects: int
    accepted: int
    rejected: int = 0
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a case."""

    counts: Counts
    subjects: int
    fixes: int
    sightings: int
    per_s: float
    problems: tuple[str, ...]


def whole(*names: str) -> Callable[[], Iterable[bytes]]:
    """A file as one raw record."""
    return lambda: [shared(*names).read_bytes()]


def lines(*names: str) -> Callable[[], Iterable[bytes]]:
    """The lines of a file, cut as they are published."""
    return lambda: cut(shared(*names).read_bytes().splitlines())


def reports(name: str) -> Callable[[], Iterable[bytes]]:
    """A table of reports, by row or by column, as JSON lines under its own names."""

    def read() -> Iterable[bytes]:
        table: Any = json.loads(gzip.decompress(shared("adsb", name).read_bytes()))
        if isinstance(table, dict):
            keys = list(next(iter(table.values())))
            table = [{column: values[key] for column, values in table.items()} for key in keys]
        return cut(json.dumps(row).encode() for row in table)

    return read


def fragments() -> Iterable[bytes]:
    """The examples of ONVIF's specifications as documents: they are cut from one, without its root."""
    for file in sorted(shared("cctv", "onvif").glob("*.xml")):
        text = re.sub(r"<\?xml.*?\?>", "", file.read_text())
        spaces = 'xmlns:tt="t" xmlns:wsnt="w" xmlns:fc="f" xmlns:bd="b" xmlns:acme="a"'
        yield f"<all {spaces}>{text}</all>".encode()


def cut(every: Iterable[bytes]) -> Iterable[bytes]:
    """Lines as raw records."""
    some = list(every)
    for begin in range(0, len(some), LINES):
        yield b"".join(line + b"\n" for line in some[begin : begin + LINES])


def events() -> Iterable[bytes]:
    """Every event of Cursor-on-Target, one file after another."""
    return [b"\n".join(file.read_bytes() for file in sorted(shared("cot", "xml").glob("*.xml")))]


def messages() -> Iterable[bytes]:
    """Frigate's messages, one a line."""
    files = sorted(shared("cctv", "frigate").glob("*.json"))
    return [b"".join(json.dumps(json.loads(file.read_text())).encode() + b"\n" for file in files)]


CASES: Final = (
    Case("adsb", "a trace of readsb", whole("adsb", "trace_full_ac671b.json"), 1, 2_500),
    Case("adsb-lines", "a week of fire-fighting aircraft", reports("calfire.json.gz"), 45, 9_955),
    Case("adsb-lines", "a flight along a border", reports("border_control.json.gz"), 1, 1_465),
    Case("adsb-lines", "a flight whose GNSS was spoofed", reports("noisy_spoofing.json.gz"), 1, 8_681),
    Case("owntracks", "payloads over HTTP", lines("gps_owntracks", "owntracks_http_payloads.jsonl"), 4, 6),
    Case("owntracks", "a file of the recorder", lines("gps_owntracks", "demo-iphone.rec"), 1, 23),
    Case("cot", "events of tests of three projects", events, 10, 12, 1),
    Case("frigate", "the examples of its documentation", messages, 4, 4),
    Case("onvif", "fragments of the specifications, 3 of which are no XML", fragments, 0, 0, 3),
)


def run(case: Case) -> Outcome:
    """Map a case."""
    feed = registry.feed(case.feed).configured(dict(case.options))
    headers = Headers.of(
        {
            "Content-Type": feed.content_types[0],
            "Security-Label": "*",
            "Distribution-Id": "conform",
            "Known-At": "2026-11-01T00:00:00+00:00",
        }
    )
    topics = Topics()
    mapper = Mapper([feed], topics, 1, Settings())
    topic = topics.raw(feed.name)
    raw = [Record(topic, b"conform", value, headers, 0, at) for at, value in enumerate(case.records())]
    began = time.process_time()
    out = [record for one in raw for record in mapper.process([one])]
    took = time.process_time() - began
    told = [(record.value, rdf.read(record.value)) for record in out if record.topic == topics.knowledge]
    things = [thing for _, some in told for thing in some]
    subjects = {thing.key for thing in things if isinstance(thing, Subject)}
    fixes = sum(len(thing.times) for thing in things if isinstance(thing, TrackSegment))
    sightings = sum(isinstance(thing, Sighting) for thing in things)
    problems = (*expected(case, mapper.counts, len(subjects)), *shapes(told))
    return Outcome(mapper.counts, len(subjects), fixes, sightings, mapper.counts.lines / took, problems)


def expected(case: Case, counts: Counts, subjects: int) -> Iterable[str]:
    """What differs from what is known of a case."""
    if counts.lines != counts.accepted + counts.duplicates + counts.rejected + counts.aside:
        yield "not every line is accounted for"
    found = {
        "subjects": (subjects, case.subjects),
        "accepted": (counts.accepted + counts.duplicates, case.accepted),
        "rejected": (counts.rejected, case.rejected),
    }
    yield from (f"{name}: {is_} and not {should}" for name, (is_, should) in found.items() if is_ != should)


def shapes(told: Iterable[tuple[bytes, list[Any]]]) -> Iterable[str]:
    """What of the first record of each kind has not its shape."""
    graph = rdflib.Graph().parse(Path(terms.__file__).parent / "shapes.ttl")
    seen: set[str] = set()
    for value, things in told:
        kinds = "+".join(sorted({type(thing).__name__ for thing in things}))
        if kinds in seen:
            continue
        seen.add(kinds)
        conforms, _, text = pyshacl.validate(rdflib.Graph().parse(data=value, format="nt"), shacl_graph=graph)
        if not conforms:
            yield f"{kinds}: {text}"


def main() -> int:
    """Run every case, show what became of it."""
    table = Table("feed", "data", "lines", "fixes", "sightings", "subjects", "refused", "aside", "lines/s")
    failed = False
    for case in CASES:
        found = run(case)
        counts = found.counts
        numbers = counts.lines, found.fixes, found.sightings, found.subjects, counts.rejected, counts.aside
        table.add_row(case.feed, case.about, *(f"{n:,}" for n in numbers), f"{found.per_s:,.0f}")
        for problem in found.problems:
            failed = True
            print(f"{case.feed}, {case.about}: {problem}", file=sys.stderr)
    Console(width=150).print(table)
    return int(failed)


if __name__ == "__main__":
    raise SystemExit(main())
