"""A graph with its schema and nothing in it, and a few things to tell it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from neo4j import Driver

from graph import schema
from graph.digest import Digests, digest
from graph.loader import Loader
from graph.told import Told
from ontology.concluded import Finding, Place, Retraction, Stay
from ontology.kind import Thing
from ontology.observed import TrackSegment
from ontology.times import HOUR_MS, from_ms, to_ms
from runtime.servers import Endpoints
from runtime.servers.identity import prove_neo4j

T0 = datetime(2020, 12, 1, tzinfo=UTC)
SHIP = "urn:diurnal:subject:mmsi:367073680"
PIER = "urn:diurnal:place:all:-74.00000:40.70000"


class Telling:
    """Things to tell; times are in seconds after the first of December 2020."""

    ship, pier = SHIP, PIER

    @staticmethod
    def at(seconds: float) -> datetime:
        return T0 + timedelta(seconds=seconds)

    @classmethod
    def told(
        cls, thing: Thing, known_at: float = 0, pair: int = 7, offset: int = 0, partition: int = 0
    ) -> Told:
        return Told(thing, pair, to_ms(cls.at(known_at)), f"{partition}-{offset}")

    @classmethod
    def stay(cls, start: float = 0, end: float | None = None, fixes: int = 5, **others: Any) -> Stay:
        fields: dict[str, Any] = {
            "key": f"urn:diurnal:stay:all:mmsi:367073680:{to_ms(cls.at(start))}",
            "view": "all",
            "subject": SHIP,
            "place": PIER,
            "start": cls.at(start),
            "end": None if end is None else cls.at(end),
            "last_seen": cls.at(start + 600 if end is None else end),
            "lon": -74.0,
            "lat": 40.7,
            "radius_m": 50.0,
            "fixes": fixes,
            "silent_s": 0.0,
            "inferred": False,
        }
        return Stay(**{**fields, **others})

    @classmethod
    def finding(cls, evidence: Sequence[Stay], statement: str = "At Pier 11, for once.") -> Finding:
        return Finding(
            key="urn:diurnal:finding:all:unusual",
            view="all",
            kind="unusual place",
            subject=SHIP,
            place=PIER,
            start=cls.at(0),
            end=cls.at(600),
            statement=statement,
            matches=0,
            days=4,
            surprise=2.3,
            coverage="observed",
            alternatives=("weather",),
            evidence=tuple(stay.key for stay in evidence),
        )

    @staticmethod
    def place(key: str = PIER) -> Place:
        return Place(key, "all", "Pier 11", -74.0, 40.7, 150.0, "America/New_York")

    @staticmethod
    def retraction(thing: Thing) -> Retraction:
        return Retraction(thing.key, "all", type(thing).__name__)

    @classmethod
    def segment(
        cls, seconds: Iterable[int], subject: str = SHIP, speed: float | None = 3.5, source: str = "noaa"
    ) -> TrackSegment:
        times = np.array([to_ms(cls.at(second)) for second in seconds], np.int64)
        hour = from_ms(int(times[0]) // HOUR_MS * HOUR_MS)
        lons = -74.0 + (times % 86_400_000) / 1e9
        return TrackSegment(
            key=f"urn:diurnal:segment:{subject[-9:]}:{source}:{to_ms(hour)}",
            subject=subject,
            sensor="urn:diurnal:sensor:marinecadastre",
            source=source,
            label="*",
            hour=hour,
            times=times,
            lons=lons,
            lats=lons + 114.7,
            speeds=None if speed is None else np.full(len(times), speed),
        )


@pytest.fixture(scope="session")
def telling() -> type[Telling]:
    return Telling


@pytest.fixture
def graph(endpoints: Endpoints, neo4j: Driver) -> Driver:
    """The session's Neo4j with the schema and without a node."""
    prove_neo4j(endpoints, neo4j)
    empty(neo4j)
    schema.ensure(neo4j)
    return neo4j


def empty(driver: Driver) -> None:
    with driver.session() as session:
        session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS").consume()


@dataclass
class Graph:
    """Loads what was told as partition 0 of `derived`, and looks at the outcome."""

    driver: Driver
    loader: Loader
    offset: int = 0
    slot: tuple[str, int] = field(default=("derived", 0))

    def load(self, *told: Told) -> None:
        self.loader.write_told(*self.slot, self.offset, told, self.offset + max(1, len(told)))
        self.offset += max(1, len(told))

    def rows(self, cypher: str, **parameters: Any) -> list[list[Any]]:
        found = self.driver.execute_query(cypher, parameters).records  # type: ignore[arg-type]
        return [list(row) for row in found]

    def value(self, cypher: str, **parameters: Any) -> Any:
        [[value]] = self.rows(cypher, **parameters)
        return value

    def digest(self) -> Digests:
        return digest(self.driver)

    def again(self) -> None:
        """Begin anew with an empty graph, and a loader that knows nothing."""
        empty(self.driver)
        self.loader, self.offset = loader(self.driver), 0


def loader(driver: Driver) -> Loader:
    return Loader(driver, lambda record: pytest.fail(f"nothing is parsed here, not even {record.origin}"))


@pytest.fixture
def loading(graph: Driver) -> Graph:
    return Graph(graph, loader(graph))


@pytest.fixture
def new_loader(graph: Driver) -> Callable[[], Loader]:
    """Makes one more loader beside the first."""
    return lambda: loader(graph)
