"""The operator's own queries: any Cypher that only reads, with limits; everything is visible."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC
from itertools import islice
from typing import Any, Final, cast

from neo4j import READ_ACCESS, Driver, ManagedTransaction, NotificationMinimumSeverity, unit_of_work
from neo4j.exceptions import ClientError
from neo4j.graph import Entity, Node, Path, Relationship
from neo4j.spatial import Point
from neo4j.time import Date, DateTime, Duration, Time

from graph.errors import QueryRefusedError
from graph.refusals import explained

MOST_ROWS: Final = 10_000
SECONDS: Final = 60.0

_READS: Final = "r"
_OTHER_EFFECTS: Final = frozenset({"LoadCSV", "TerminateTransactions"})


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query found.

    Attributes:
        columns: names of the columns.
        rows: of plain values: nodes and relationships as maps, instants as aware UTC datetimes.
        complete: false where there were more rows than asked for.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    complete: bool


def query(
    driver: Driver,
    cypher: str,
    parameters: Mapping[str, Any] | None = None,
    *,
    database: str = "neo4j",
    max_rows: int = MOST_ROWS,
    seconds: float = SECONDS,
) -> Answer:
    """Run a query that only reads.

    Neo4j itself says, before the query is run, whether it only reads; and the transaction is a reading one.

    Args:
        driver: an open driver.
        cypher: one statement.
        parameters: its parameters.
        database: the graph's.
        max_rows: more are not fetched.
        seconds: within which it must be done.

    Raises:
        QueryRefusedError: it is no Cypher, does more than read, or took too long.
        GraphUnavailableError: Neo4j is away.
    """
    given = dict(parameters or {})
    quiet = NotificationMinimumSeverity.OFF
    with (
        explained(),
        driver.session(
            database=database, default_access_mode=READ_ACCESS, notifications_min_severity=quiet
        ) as session,
    ):
        limited = unit_of_work(timeout=seconds)
        try:
            session.execute_read(limited(_see_that_it_reads), cypher, given)
            return session.execute_read(limited(_fetch), cypher, given, max_rows)
        except ClientError as error:
            raise _refused(error, seconds) from error


def _see_that_it_reads(tx: ManagedTransaction, cypher: str, parameters: dict[str, Any]) -> None:
    summary = tx.run(cast("Any", f"EXPLAIN {cypher}"), parameters).consume()
    if summary.query_type != _READS or summary.plan is None:
        raise QueryRefusedError("The query does more than read: the graph is written from the log alone.")
    if not _OTHER_EFFECTS.isdisjoint(_operators(summary.plan)):
        raise QueryRefusedError("LOAD CSV and TERMINATE TRANSACTIONS are not for reading the graph.")


def _operators(plan: Mapping[str, Any]) -> Iterator[str]:
    yield str(plan["operatorType"]).partition("@")[0]
    for child in plan.get("children", ()):
        yield from _operators(child)


def _fetch(tx: ManagedTransaction, cypher: str, parameters: dict[str, Any], max_rows: int) -> Answer:
    result = tx.run(cast("Any", cypher), parameters)
    rows = tuple(tuple(plain(value) for value in row.values()) for row in islice(result, max_rows))
    return Answer(tuple(result.keys()), rows, result.peek() is None)


def plain(value: Any) -> Any:  # noqa: ANN401 - whatever Cypher can return
    """A value of Neo4j's as plain Python."""
    if isinstance(value, Node):
        return {"labels": sorted(value.labels), **_properties(value)}
    if isinstance(value, Relationship):
        return {"type": value.type, **_properties(value)}
    if isinstance(value, Path):
        return [plain(part) for part in _steps(value)]
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    if isinstance(value, DateTime):
        return value.to_native().astimezone(UTC) if value.tzinfo else value.to_native()
    if isinstance(value, Date):
        return value.to_native()
    if isinstance(value, Point):
        return list(value)
    return str(value) if isinstance(value, Time | Duration) else value


def _properties(entity: Entity) -> dict[str, Any]:
    return {name: plain(value) for name, value in sorted(entity.items())}


def _steps(path: Path) -> Iterator[Entity]:
    yield path.start_node
    for relationship, node in zip(path.relationships, path.nodes[1:], strict=True):
        yield relationship
        yield node


def _refused(error: ClientError, seconds: float) -> QueryRefusedError:
    if "TransactionTimedOut" in (error.code or ""):
        return QueryRefusedError(f"The query took longer than {seconds:g} s: ask for less.")
    if (error.code or "").endswith("Statement.AccessMode"):
        return QueryRefusedError("The query does more than read: the graph is written from the log alone.")
    return QueryRefusedError(f"Neo4j does not run the query: {error.message}")
