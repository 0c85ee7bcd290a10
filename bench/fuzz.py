"""`python -m bench.fuzz [--inputs N] [--seed S] [feed ...]`: rubbish made of samples, through every feed.

A sample is bent: bytes are changed, cut out, doubled, exchanged with those of others. Whatever comes of it is
accounted for, element by element, in bounded time and memory; what is told of it as RDF can be read; nothing
is raised but a FeedError where a feed says so. What breaks this is shown, and the run fails.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Final

from graph.errors import PoisonError
from graph.rows import check
from ingest.errors import FeedError
from ingest.feed import Bounds, Feed, lines_of
from ingest.mapper import Mapper
from ingest.options import to_text
from ingest.registry import FEEDS
from ontology import rdf
from ontology.times import to_ms
from runtime.record import Headers, Record
from runtime.settings import Settings
from runtime.topics import Topics

SAMPLES: Final = Path(__file__).parents[1] / "tests" / "conformance" / "samples"
GIVEN: Final = {
    "nmea-gps": {"subject": "van7"},
    "mot": {"sequence": "s1", "start": "2024-03-01T10:00:00Z", "ground": "1e-6,0,-0.1,0,-1e-6,51.5,0,0,1"},
}
TOPICS: Final = Topics()
SETTINGS: Final = Settings()
HEADERS: Final = {
    "Security-Label": "*",
    "Distribution-Id": "fuzz",
    "Known-At": "2026-11-01T00:00:00+00:00",
}
LONGEST_S: Final = 2.0
MOST_GROWTH_MIB: Final = 200
MOST_BYTES: Final = 20_000
TOKENS: Final = (
    *(b"\n", b"\r\n", b",", b'"', b"'", b"{", b"}", b"[", b"]", b"<", b">", b"</", b"/>", b"<!--", b"]]>"),
    *(b"&lol;", b"&#0;", b"-", b"*", b"$", b"!", b"@", b"NaN", b"null", b"true"),
    *(
        b"\0",
        b"\xff\xfe",
        b"\xed\xa0\x80",
        b"\xf0\x9f\x9a\xa2",
        b"\xe2\x80\xae",
        b"\\u0000",
        b"\\ud800",
        b" ",
    ),
    *(b"<!DOCTYPE x [", b"<!ENTITY a 'b'>", b"<event ", b"</event>", b"\xbf\x01\xbf"),
    *(b"1e308", b"-1e999", b"9" * 30, b"1" * 400, b"2024-02-30T25:61:61Z"),
)


def bent(chance: Random, sample: bytes, others: list[bytes]) -> bytes:
    """A sample, bent in some places."""
    for _ in range(chance.randint(1, 6)):
        at = chance.randint(0, len(sample))
        length = chance.choice((0, 1, 1, 2, 8, 40))
        other = chance.choice(others)
        begin = chance.randint(0, max(0, len(other) - 1))
        put = chance.choice(
            (
                b"",
                chance.choice(TOKENS),
                chance.randbytes(chance.randint(1, 6)),
                sample[at : at + 60] * chance.randint(1, 3),
                other[begin : begin + chance.randint(1, 80)],
            )
        )
        sample = sample[:at] + put + sample[at + length :]
    return sample[:MOST_BYTES]


def fed(feed: Feed, value: bytes, bounds: Bounds) -> str:
    """What became of a value: "" where all is as it should be."""
    first, _, rest = value.partition(b"\n")
    try:
        head = feed.head(first)
    except FeedError:
        return ""
    body = rest if head else value
    parsed = feed.parse(head, body, bounds)
    told = len(parsed.rows) + len(parsed.rejects) + len(parsed.aside)
    if told != parsed.lines:
        return f"{parsed.lines} elements, of which {told} are accounted for"
    if problem := mapped(feed, value):
        return problem
    if feed.whole:
        try:
            for block in feed.cut(value, 4_000):
                if len(block.body) > max(4_000, len(value)):
                    return "a document is cut into larger ones"
        except FeedError:
            pass
    elif len(feed.times(head, body)) != lines_of(body):
        return "not every line has its time"
    return ""


def mapped(feed: Feed, value: bytes) -> str:
    """What became of a value on its way to RDF."""
    mapper = Mapper([feed], TOPICS, 1, SETTINGS)
    told = {**HEADERS, "Content-Type": feed.content_types[0], "Feed-Options": to_text(feed.given)}
    record = Record(TOPICS.raw(feed.name), b"fuzz", value, Headers.of(told), 0, 0)
    for made in mapper.process([record]):
        if made.topic == TOPICS.knowledge:
            for thing in rdf.read(made.value):
                with suppress(PoisonError):  # too long a text, which the loader makes a dead letter
                    check(thing)
    counts = mapper.counts
    if counts.lines != counts.accepted + counts.duplicates + counts.rejected + counts.aside:
        return f"the mapper's counts do not add up: {counts}"
    return ""


def main() -> int:
    """Bend and feed."""
    parser = argparse.ArgumentParser(prog="bench.fuzz", description="Feed rubbish to the feeds.")
    parser.add_argument("feeds", nargs="*", help="which ones; all by default")
    parser.add_argument("--inputs", type=int, default=1_000_000, help="how many")
    parser.add_argument("--seed", type=int, default=0, help="another one gives other inputs")
    wanted = parser.parse_args()
    every = [feed.configured(GIVEN.get(feed.name, {})) for feed in FEEDS]
    chosen = [feed for feed in every if not wanted.feeds or feed.name in wanted.feeds]
    samples = {feed.name: next(SAMPLES.glob(f"{feed.name}.*")).read_bytes()[:MOST_BYTES] for feed in every}
    bounds = Bounds(to_ms(SETTINGS.earliest), 1_800_000_000_000)
    chance = Random(wanted.seed)  # noqa: S311 - the same inputs again, if asked for
    spent: Counter[str] = Counter()
    begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for number in range(wanted.inputs):
        feed = chosen[number % len(chosen)]
        value = bent(chance, samples[feed.name], list(samples.values()))
        at = time.process_time()
        try:
            problem = fed(feed, value, bounds)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
            problem = repr(error)
        took = time.process_time() - at
        spent[feed.name] += int(took * 1e6)
        if number == len(chosen) * 100:
            begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        if problem or took > LONGEST_S:
            print(
                f"{feed.name}, input {number} of seed {wanted.seed}: {problem or f'{took:.1f} s'}\n{value!r}"
            )
            return 1
    growth = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - begun) / 1024
    for name, micros in spent.most_common():
        print(f"{name:12} {micros / 1e6:8.1f} s")
    print(f"{wanted.inputs:,} inputs, nothing broke; memory grew by {growth:.0f} MiB")
    return int(growth > MOST_GROWTH_MIB)


if __name__ == "__main__":
    raise SystemExit(main())
