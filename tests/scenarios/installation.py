"""One installation on the session's servers: files in, all workers over them, and what came of it."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any, Final
from uuid import uuid4

from neo4j import Driver

from analytics.worker import run_analytics
from api.cli import health
from api.cli.health import StageHealth
from graph import offsets
from graph.digest import Digests, Part, digest
from graph.worker import run_graph
from ingest import deadletters, registry
from ingest.deadletters import DeadLetter
from ingest.mapper import Counts
from ingest.publisher import Options, publish
from ingest.worker import run_ingest
from runtime.servers import Endpoints
from runtime.settings import Settings
from runtime.topics import Topics

WEEK: Final = Path(__file__).parents[2] / "examples" / "data" / "ny_harbor_2020_12_first_week.csv.gz"
HEAD: Final = b"object_id,timestamp,lon,lat"
VESSELS: Final = (367791540, 368139870, 366990560, 338361433)
"""Ferries that share landings, tugs, and one that is seen for a day."""
IDLE_S: Final = 0.7


def lines_of_week() -> list[bytes]:
    """The lines of the vessels of the scenarios, in the order of the file, without line feeds."""
    wanted = {str(mmsi).encode() for mmsi in VESSELS}
    with gzip.open(WEEK) as file:
        next(file)
        return [line.rstrip() for line in file if line[:9] in wanted]


def by_time(lines: Iterable[bytes]) -> list[bytes]:
    """Lines as they would have come."""
    return sorted(lines, key=lambda line: line.split(b",")[1])


def seconds(line: bytes) -> float:
    """The time of a line, in epoch seconds."""
    return datetime.fromisoformat(line.split(b",")[1].decode()).replace(tzinfo=UTC).timestamp()


def write(file: Path, lines: Iterable[bytes]) -> Path:
    """A file of the feed."""
    file.write_bytes(b"\n".join([HEAD, *lines, b""]))
    return file


@dataclass
class Installation:
    """Publishes and runs the workers; everything in its log is under a prefix of its own."""

    settings: Settings
    endpoints: Endpoints
    driver: Driver

    @classmethod
    def new(cls, endpoints: Endpoints, driver: Driver, **given: Any) -> Installation:
        """One that nobody has used."""
        return cls(Settings(topic_prefix=f"s{uuid4().hex[:8]}.", **given), endpoints, driver)

    @property
    def topics(self) -> Topics:
        return Topics(self.settings.topic_prefix)

    def publish(self, file: Path, **given: Any) -> int:
        """Publish a file under the label and the distribution of the scenarios; how many lines were new."""
        options = Options(**{"label": "*", "distribution": "week", **given})
        feed = registry.feed("ais")
        return publish(feed, file, self.settings, self.endpoints, options=options).new_lines

    def work(self) -> Counts:
        """Each worker until it has nothing to do, in the order of the flow; what became of the lines."""
        mapper = run_ingest(self.settings, self.endpoints, registry.FEEDS, Event(), idle_s=IDLE_S)
        run_analytics(self.settings, self.endpoints, Event(), idle_s=IDLE_S)
        run_graph(self.settings, self.endpoints, Event(), idle_s=IDLE_S)
        return mapper.counts

    def work_together(self, idle_s: float = 4.0) -> None:
        """All workers at once, as they live, in batches of other sizes."""
        few = self.settings.model_copy(update={"batch_records": 37})
        with ThreadPoolExecutor(3) as pool:
            running: list[Future[Any]] = [
                pool.submit(run_ingest, few, self.endpoints, registry.FEEDS, Event(), idle_s=idle_s),
                pool.submit(run_analytics, few, self.endpoints, Event(), idle_s=idle_s),
                pool.submit(run_graph, few, self.endpoints, Event(), idle_s=idle_s),
            ]
            for each in running:
                each.result()

    def digest(self) -> Digests:
        return digest(self.driver, self.endpoints.neo4j_database)

    def letters(self) -> list[DeadLetter]:
        """What `diurnal deadletters ais` lists."""
        return list(deadletters.read(self.endpoints.kafka_bootstrap, self.topics, "ais"))

    def stages(self) -> dict[tuple[str, str], StageHealth]:
        """What `diurnal status --json` tells of the stages, by name and topic."""
        in_graph = offsets.stored(self.driver, self.endpoints.neo4j_database)
        found = health.stages(self.settings, self.endpoints, in_graph)
        return {(stage.stage, stage.reads): stage for stage in found}

    def rows(self, cypher: str) -> list[dict[str, Any]]:
        database = self.endpoints.neo4j_database
        return [row.data() for row in self.driver.execute_query(cypher, database_=database).records]

    def fixes(self) -> int:
        """How many fixes the graph holds."""
        return int(self.rows("MATCH (t:TrackSegment) RETURN coalesce(sum(t.fixes), 0) AS n")[0]["n"])


def empty(driver: Driver) -> None:
    """The graph as it was before anything was told, for one more run in one test."""
    with driver.session() as session:
        session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS").consume()


def same(found: Digests, expected: Digests, *which: str) -> None:
    """Compare digests, of what is current unless told otherwise, and name where they differ."""
    for name in which or ("current",):
        assert {label: shown(part, name) for label, part in found.parts.items() if shown(part, name)} == {
            label: shown(part, name) for label, part in expected.parts.items() if shown(part, name)
        }
        assert getattr(found, name) == getattr(expected, name)


def shown(part: Part, name: str) -> str:
    """The head of a part's digest; nothing where it has none of that kind."""
    digest_of: int = getattr(part, name)
    return f"{digest_of:x}"[:12] if digest_of else ""
