"""The guard: what it costs beside the same queries without it, labels, and the channel that time is."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any, Final

from neo4j import Driver

from api.cli.prepare import make_schema, make_topics
from api.cli.workers import Workers
from bench import week
from bench.flight import WORKERS, Flight
from bench.ground import Ground, settings
from bench.measure import Measure
from graph.reader.reader import Reader
from graph.sight import Sight
from ontology.labels import Holding, parse
from ontology.times import OPEN
from runtime.interner import interned
from runtime.servers.identity import neo4j_driver
from runtime.topics import Topics

QUERIES: Final = Path(__file__).parent / "guard_queries.txt"
"""Queries of the bench's own, by what they cost: look-ups, traversals, scans, counts.

Those of the differential test (tests/conformance/guard) ask for every way in which something hidden could
show, of a graph of some hundred nodes: most of them would measure their planning, and on a million nodes
others would not end.
"""
COUNTS: Final = "counts"
"""What the count store or stored degrees answer without a look: under the guard these are scans."""
FERRY: Final = "urn:diurnal:subject:mmsi:367073680"
TUG: Final = "urn:diurnal:subject:mmsi:366952890"
DAY: Final = datetime(2020, 12, 4, tzinfo=UTC)
EXPRESSIONS: Final = 10_000
_SECONDS: Final = 1.0
_TIMES: Final = 40
_STAYS: Final = 900_000
_MOST_MEDIAN: Final = 2.0
_MOST_RATIO: Final = 8.0
_PLACES: Final = """
UNWIND range(0, 499) AS i
CREATE (:Place {
    key: 'place:' + i, name: 'Place ' + i,
    position: point({longitude: -74.1 + i / 3e3, latitude: 40.6 + i / 3e3}),
    _sec: range(1, 20), _from: [x IN range(1, 20) | 0], _to: $open})
"""
_MAKE: Final = """
UNWIND range($from, $to) AS i
MATCH (p:Place {key: 'place:' + (i % 500)})
CREATE (s:Subject:Ship {key: 'ship:' + i, kind: 'Ship', _sec: [i % 20 + 1], _from: [0], _to: $open})
CREATE (s)-[:HAS_STATE {_sec: [i % 20 + 1], _from: [0], _to: $open}]->(:SubjectState {
    key: 'state:' + i, name: CASE i % 100 WHEN 0 THEN 'NYC FERRY ' ELSE 'SHIP ' END + i,
    _sec: [i % 20 + 1], _from: [0], _to: $open})
FOREACH (k IN range(1, 9) |
    CREATE (s)-[:STAYED {_sec: [i % 20 + 1], _from: [0], _to: $open}]->(:Stay:Conclusion {
        key: 'stay:' + i + ':' + k, start: $day + duration({minutes: (i * 7 + k * 131) % 10000}),
        end: $day + duration({minutes: (i * 7 + k * 131) % 10000 + 45}), fixes: (i + k) % 150,
        lat: 40.6 + (i % 997) * 0.0002, lon: -74.1 + (k * i % 991) * 0.0002,
        _sec: [i % 20 + 1], _from: [0], _to: $open
    })-[:AT {_sec: [i % 20 + 1], _from: [0], _to: $open}]->(p))
"""


def run(ground: Ground) -> list[Measure]:
    """Both graphs, the labels, and the channel of time."""
    return [*_of_the_demo(ground), *_of_a_million(ground), _labels()]


def _of_the_demo(ground: Ground) -> list[Measure]:
    with ground.servers("guard") as servers:
        make_topics(settings(""), servers.endpoints)
        make_schema(servers.endpoints)
        with neo4j_driver(servers.endpoints) as driver:
            workers = Workers(servers.stack.home, WORKERS)
            try:
                Flight(servers, workers, driver, as_if_live=True).fly(week.WEEK, len(week.rows()))
            finally:
                workers.stop()
            reader = Reader(driver, "neo4j", Sight.of(interned(servers.bootstrap, Topics())))
            given = {"subject": FERRY, "other": TUG, "day": DAY}
            return _compared("demo", driver, reader, given)


def _of_a_million(ground: Ground) -> list[Measure]:
    with ground.servers("million") as servers:
        make_schema(servers.endpoints)
        with neo4j_driver(servers.endpoints) as driver:
            ground.say("making a graph of a million nodes")
            _fill(driver)
            reader = Reader(driver, "neo4j", Sight.of(range(1, 21)))
            given = {"subject": "ship:1001", "other": "ship:2501", "day": DAY}
            ground.say("asking it")
            return [*_compared("million", driver, reader, given), *_counting(reader), _channel(reader)]


def _fill(driver: Driver) -> None:
    driver.execute_query(_PLACES, open=OPEN)
    ships, step = _STAYS // 9, 2_000
    for start in range(0, ships, step):
        given = {"from": start, "to": start + step - 1, "open": OPEN, "day": DAY}
        driver.execute_query(_MAKE, given)
    driver.execute_query("CALL db.awaitIndexes(300)")


def _compared(name: str, driver: Driver, reader: Reader, given: dict[str, Any]) -> list[Measure]:
    """Each query of the corpus without the guard and with it, in turn."""
    ratios: dict[str, float] = {}
    counts: dict[str, float] = {}
    for kind, query in corpus():
        bare = _timed(lambda q=query: driver.execute_query(f"CYPHER 25 {q}", given))  # type: ignore[misc]
        guarded = _timed(lambda q=query: reader.rows(q, **given))  # type: ignore[misc]
        (counts if kind == COUNTS else ratios)[query] = guarded / bare
    worst = max(ratios, key=lambda query: ratios[query])
    notes = {"ratios": ratios, "counts": counts}
    return [
        Measure(f"guard_{name}_median", median(ratios.values()), "times", target=_MOST_MEDIAN, notes=notes),
        Measure(f"guard_{name}_most", ratios[worst], "times", target=_MOST_RATIO, notes={"query": worst}),
        Measure(f"guard_{name}_counts", median(counts.values()), "times", notes=counts),
    ]


def _counting(reader: Reader) -> list[Measure]:
    """How many nodes and relationships are looked at in a second, where they are counted."""
    measures = []
    for name, query in (
        ("nodes", "MATCH (n) RETURN count(n) AS n"),
        ("edges", "MATCH ()-[e]->() RETURN count(e) AS n"),
    ):
        (row,) = reader.rows(query)
        rate = row["n"] / _timed(lambda q=query: reader.rows(q))  # type: ignore[misc]
        measures.append(Measure(f"guard_{name}_counted", rate, f"{name}/s"))
    return measures


def corpus() -> list[tuple[str, str]]:
    """The queries, each with its kind."""
    found, kind = [], ""
    for part in QUERIES.read_text().strip().split("\n\n"):
        lines = part.split("\n")
        if lines[0].startswith("// "):
            kind = lines.pop(0)[3:]
        found.append((kind, " ".join(lines)))
    return found


def _timed(ask: Callable[[], object]) -> float:
    """The median of some goes, after two to warm up."""
    ask(), ask()
    began = time.perf_counter()
    times: list[float] = []
    while not times or (time.perf_counter() - began < _SECONDS and len(times) < _TIMES):
        start = time.perf_counter()
        ask()
        times.append(time.perf_counter() - start)
    return median(times)


def _channel(reader: Reader) -> Measure:
    """A look-up of a key that is hidden, over one of a key that is not there."""
    some = Reader(reader.driver, reader.database, Sight.of(range(2, 21)))
    query = "MATCH (s:Subject {key: $key}) RETURN s.kind AS kind"
    hidden: list[float] = []
    absent: list[float] = []
    for at in range(400):
        for times, key in ((hidden, f"ship:{at * 20}"), (absent, f"nobody:{at * 20}")):
            start = time.perf_counter()
            some.rows(query, key=key)
            times.append(time.perf_counter() - start)
    notes = {"hidden_s": median(hidden), "absent_s": median(absent)}
    return Measure("guard_time_channel", median(hidden) / median(absent), "times", notes=notes)


def _labels() -> Measure:
    """Ten thousand different expressions against what one reader holds, parsed before."""
    attributes = {"clearance": ("secret",), "nationality": ("GBR",), "project": ("p7", "p9")}
    holding = Holding(attributes, {"clearance": ("open", "secret", "top")})
    several = [
        parse(f"clearance=secret & (nationality=GBR | project=p{n}) & group{n % 97}!=x | a{n}")
        for n in range(EXPRESSIONS)
    ]
    began = time.perf_counter()
    for expression in several:
        holding.passes(expression)
    return Measure("labels_10000", time.perf_counter() - began, "s", target=0.05)
