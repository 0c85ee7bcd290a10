"""A real cut of the week of New York Harbor in a real Neo4j, and its fixes for reckoning without it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import polars as pl
import pytest
from neo4j import Driver

from analytics.conclusions import Change, Conclusions
from analytics.fold import Engine, conclude
from analytics.track import Track
from graph import schema
from graph.ask import Answer, Limits, ask
from graph.loader import Loader
from graph.parse import Parser
from graph.queries import shelf
from graph.queries.run import run
from graph.reader.reader import Reader, plain
from graph.sight import Sight
from graph.told import Told
from ingest.ais_csv import AisCsv
from ingest.mapper import Mapper
from ontology import iri
from ontology.labels import Pair, pair_id
from ontology.times import to_ms
from runtime.record import Headers, Record
from runtime.settings import Settings
from runtime.topics import Topics

DATA: Final = Path(__file__).parents[3] / "examples" / "data"
FLEET: Final = (
    338361433, 338362545, 366851680, 366990560, 367000150, 367064470, 367073680, 367157570, 367645150,
    367776270, 367782880, 367791540, 367798430, 367799590, 368139870,
)  # fmt: skip
"""Ferries that share landings, tugs, a pilot boat, and ships that were heard of in June, too."""
MIDWAY: Final = datetime(2020, 12, 5, 8, tzinfo=UTC)
"""Until then is concluded first, and then until the end of the week."""
OBSERVED: Final = Pair("*", "marinecadastre")
CONCLUDED: Final = Pair("*", "derived:all")
SIGHT: Final = Sight.of((pair_id(OBSERVED), pair_id(CONCLUDED)), "all")


@dataclass(frozen=True)
class Week:
    """The cut.

    Attributes:
        fixes: columns `subject`, `ms`, `lon`, `lat`, in order of time.
        concluded: all that holds at the end.
        changes: what was concluded, midway and at the end, in the order in which it was told.
    """

    fixes: pl.DataFrame
    concluded: Conclusions
    changes: tuple[Change, ...]

    def __repr__(self) -> str:
        return f"Week({len(self.fixes)} fixes)"


@pytest.fixture(scope="session")
def week() -> Week:
    return reckoned()


def reckoned() -> Week:
    """The cut, read and concluded from without a graph."""
    rows = pl.read_csv(DATA / "ny_harbor_2020_12_first_week.csv.gz").filter(pl.col("object_id").is_in(FLEET))
    fixes = rows.select(
        (pl.lit(iri.SUBJECT + "mmsi:") + pl.col("object_id").cast(pl.String)).alias("subject"),
        pl.col("timestamp").str.to_datetime("%Y-%m-%d %H:%M:%S").dt.epoch("ms").alias("ms"),
        "lon",
        "lat",
    ).sort("ms", "subject", maintain_order=True)
    tracks = _tracks(fixes)
    end = int(fixes["ms"].to_numpy().max()) + 1
    engine = Engine()
    for subject, track in tracks.items():
        engine.add(subject, track)
    changes = (change for until in (to_ms(MIDWAY), end) for change in engine.close(until))
    return Week(fixes, conclude(tracks, end), tuple(changes))


@pytest.fixture(scope="module")
def harbour(neo4j: Driver, week: Week) -> Reader:
    """The graph of the cut, as somebody sees it who may see all of it."""
    if not _holds(neo4j, week):
        fill(neo4j, week)
    return Reader(neo4j, "neo4j", SIGHT)


def _holds(driver: Driver, week: Week) -> bool:
    """Whether another module of these tests has filled the graph, and nobody has emptied it since."""
    rows = driver.execute_query(
        """
        OPTIONAL MATCH (n:Stay|Trip|Gap|Finding) WHERE n._to = 9223372036854775807
        RETURN count(n) + COUNT { (:Subject) } AS nodes
        """
    ).records
    held = week.concluded
    kinds = (held.stays, held.trips, held.gaps, held.findings)
    return bool(rows[0]["nodes"] == held.subjects + sum(map(len, kinds)))


def fill(driver: Driver, week: Week) -> None:
    """The cut, and nothing else, into a graph."""
    _empty(driver)
    schema.ensure(driver)
    parser = Parser(pair_id, ["derived"])
    loader = Loader(driver, parser.told)
    _load(loader, "knowledge", [told for record in _records(week.fixes) for told in parser.told(record)])
    _load(loader, "derived", [_told(n, change) for n, change in enumerate(week.changes)])
    driver.execute_query("CALL db.index.fulltext.awaitEventuallyConsistentIndexRefresh()")


@pytest.fixture(scope="module")
def observed() -> int:
    """The number of the pair in which the fixes are known."""
    return pair_id(OBSERVED)


@pytest.fixture(scope="module")
def saved(harbour: Reader) -> Callable[..., list[dict[str, Any]]]:
    """Runs a saved query; parameters are written as an analyst writes them."""
    known = shelf.load()

    def asked(cypher: str, parameters: Mapping[str, Any], moment: datetime | None, limits: Limits) -> Answer:
        return ask(_as_of(harbour, moment), cypher, parameters, limits)

    def rows(name: str, **given: Any) -> list[dict[str, Any]]:
        query = known[name]
        answer = run(query, given, asked)
        found = [dict(zip(answer.columns, map(plain, row), strict=True)) for row in answer]
        assert list(answer.columns) == list(query.columns)
        assert answer.complete
        return found

    return rows


def _as_of(reader: Reader, moment: datetime | None) -> Reader:
    sight = SIGHT if moment is None else Sight(SIGHT.allowed, to_ms(moment), SIGHT.view)
    return Reader(reader.driver, reader.database, sight)


def _tracks(fixes: pl.DataFrame) -> dict[str, Track]:
    return {
        str(subject): Track.of(*(group[name].to_numpy() for name in ("ms", "lon", "lat")))
        for (subject,), group in fixes.partition_by("subject", as_dict=True, maintain_order=True).items()
    }


def _records(fixes: pl.DataFrame) -> list[Record]:
    """The mapper's records of the cut, and of what was said of its ships in June."""
    topics = Topics("")
    mapper = Mapper([AisCsv()], topics, 1, Settings())
    headers = Headers(
        [
            ("Content-Type", b"text/csv"),
            ("Security-Label", OBSERVED.label.encode()),
            ("Distribution-Id", OBSERVED.distribution.encode()),
            ("Known-At", b"from-data"),
            ("Received-At", b"2020-12-08T00:00:00+00:00"),
        ]
    )
    positions = fixes.select(
        pl.col("subject").str.split(":").list.last().alias("MMSI"),
        pl.from_epoch("ms", time_unit="ms").dt.to_string("%Y-%m-%dT%H:%M:%S").alias("BaseDateTime"),
        pl.col("lat").alias("LAT"),
        pl.col("lon").alias("LON"),
    )
    said = pl.read_csv(DATA / "ny_harbor_2020_06_30_static.csv", infer_schema=False)
    said = said.filter(pl.col("MMSI").cast(pl.Int64).is_in(FLEET))
    raw = [
        Record(topics.raw("ais"), b"ny", table.write_csv().encode(), headers, 0, n)
        for n, table in enumerate((said, positions))
    ]
    return [record for each in raw for record in mapper.process([each]) if record.topic == topics.knowledge]


def _told(number: int, change: Change) -> Told:
    return Told(change.thing, pair_id(CONCLUDED), change.known, f"0-{number}")


def _load(loader: Loader, topic: str, told: list[Told]) -> None:
    begin = loader.position(topic, 0) or 0
    for at in range(0, len(told), 5000):
        batch = told[at : at + 5000]
        loader.write_told(topic, 0, begin + at, batch, begin + at + len(batch))


def _empty(driver: Driver) -> None:
    with driver.session() as session:
        session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS").consume()
