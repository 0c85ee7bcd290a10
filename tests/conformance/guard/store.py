"""The session's Neo4j, filled with a world by the real parser and loader, and cleaned to the bone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, LiteralString

from neo4j import READ_ACCESS, Driver, Query
from neo4j.graph import Node, Path, Relationship

from graph.loader import Loader
from graph.parse import Parser
from graph.reader.reader import Reader
from ontology.labels import pair_id
from ontology.times import OPEN
from tests.conformance.guard.world import Sent, World

BATCH: Final = 120
_CLEAN: Final[tuple[LiteralString, ...]] = (
    "MATCH ()-[r]->() WHERE r._to < $open OR r._sec IS NULL DELETE r",
    "MATCH (n) WHERE n._to < $open OR n._sec IS NULL DETACH DELETE n",
    "MATCH (n) CALL (n) { UNWIND [k IN keys(n) WHERE k STARTS WITH '_'] AS k SET n[k] = null }",
    "MATCH ()-[n]->() CALL (n) { UNWIND [k IN keys(n) WHERE k STARTS WITH '_'] AS k SET n[k] = null }",
)


def empty(driver: Driver) -> None:
    with driver.session() as session:
        session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS").consume()


def load(driver: Driver, world: World) -> None:
    """Nothing but a world."""
    empty(driver)
    parser = Parser(pair_id, ["derived"])
    loader = Loader(driver, parser.told)
    _load(parser, loader, "knowledge", world.observed)
    _load(parser, loader, "derived", world.concluded)
    settle(driver)


def settle(driver: Driver) -> None:
    """Wait until full text finds what was written."""
    driver.execute_query("CALL db.index.fulltext.awaitEventuallyConsistentIndexRefresh()")


def _load(parser: Parser, loader: Loader, topic: str, sent: Sequence[Sent]) -> None:
    for start in range(0, len(sent), BATCH):
        batch = [
            told
            for offset, one in enumerate(sent[start : start + BATCH], start)
            for told in parser.told(one.record(topic, offset))
        ]
        loader.write_told(topic, 0, start, batch, min(start + BATCH, len(sent)))


def clean(driver: Driver) -> None:
    """What is superseded, what is no reader's, and every property of Diurnal's own, are gone."""
    for statement in _CLEAN:
        driver.execute_query(statement, open=OPEN)
    settle(driver)


@dataclass(frozen=True, slots=True)
class Unguarded(Reader):
    """Reads all there is, by no guard: for a database that holds nothing but what may be seen."""

    def parts(
        self, cypher: str, parameters: dict[str, Any], seconds: float = 30.0, mark: str | None = None
    ) -> Iterator[tuple[str, list[Any]]]:
        del mark
        with self.driver.session(database=self.database, default_access_mode=READ_ACCESS) as session:
            text = cypher if cypher.startswith("CYPHER 5") else f"CYPHER 25 {cypher}"
            result = session.run(Query(text, timeout=seconds), parameters)
            yield "columns", list(result.keys())
            for record in result:
                yield "row", [_told(value) for value in record.values()]


def _told(value: Any) -> Any:
    """Entities as the guard tells them, less their numbers."""
    match value:
        case Node():
            said = {name: _told(part) for name, part in value.items()}
            return {"~": "node", "labels": sorted(value.labels), "properties": said}
        case Relationship():
            said = {name: _told(part) for name, part in value.items()}
            return {"~": "relationship", "type": value.type, "properties": said}
        case Path():
            ends, along = [_told(node) for node in value.nodes], [_told(one) for one in value.relationships]
            return {"~": "path", "nodes": ends, "relationships": along}
        case dict():
            return {name: _told(part) for name, part in value.items()}
        case list():
            return [_told(part) for part in value]
    return value
