"""A read-only way into the graph: one query in, plain rows out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, LiteralString

from neo4j import READ_ACCESS, Driver, Query
from neo4j.exceptions import AuthError, ClientError, DriverError, ServiceUnavailable, TransientError
from neo4j.time import Date, DateTime

from graph.reader.errors import GraphAwayError, TooSlowError
from ontology.times import OPEN

Row = dict[str, Any]
"""One row of an answer, by column; times are aware UTC datetimes, arrays are lists."""

SECONDS_A_QUERY = 30.0
"""Within which a query must answer, so that one greedy question does not starve the others."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads what is current.

    Attributes:
        driver: an open Neo4j driver, whose owner closes it.
        database: the graph's database.
        view: conclusions of this view only; None reads those of every view.
    """

    driver: Driver
    database: str = "neo4j"
    view: str | None = None

    def rows(self, cypher: LiteralString, **parameters: Any) -> list[Row]:  # noqa: ANN401 - Cypher takes any
        """All rows of a query. `$open` and `$view` are always there.

        Raises:
            GraphAwayError: Neo4j does not answer.
            TooSlowError: the query took too long.
        """
        return list(self.stream(cypher, **parameters))

    def one(self, cypher: LiteralString, **parameters: Any) -> Row | None:  # noqa: ANN401
        """The first row of a query, or None."""
        rows = self.rows(cypher, **parameters)
        return rows[0] if rows else None

    def stream(self, cypher: LiteralString, **parameters: Any) -> Iterator[Row]:  # noqa: ANN401
        """The rows of a query as they come, for answers that are not held in memory.

        Raises:
            GraphAwayError: Neo4j does not answer.
            TooSlowError: the query took too long.
        """
        query = Query(cypher, timeout=SECONDS_A_QUERY)
        with (
            _named_errors(),
            self.driver.session(database=self.database, default_access_mode=READ_ACCESS) as session,
        ):
            for record in session.run(query, {"open": OPEN, "view": self.view, **parameters}):
                yield {name: plain(value) for name, value in zip(record.keys(), record.values(), strict=True)}


def plain(value: Any) -> Any:  # noqa: ANN401 - whatever Neo4j returns
    """A value of Neo4j as Python's own, maps and lists through and through; datetimes are aware UTC."""
    if isinstance(value, DateTime):
        native: datetime = value.to_native()
        return native.astimezone(UTC)
    if isinstance(value, Date):
        return value.to_native()
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    if isinstance(value, list) and value and isinstance(value[0], (dict, list, DateTime, Date)):
        return [plain(part) for part in value]
    return value


@contextmanager
def _named_errors() -> Iterator[None]:
    try:
        yield
    except (ServiceUnavailable, TransientError, AuthError, DriverError) as error:
        raise GraphAwayError(
            f"Neo4j does not answer ({type(error).__name__}); see `diurnal status`"
        ) from error
    except ClientError as error:
        if "TransactionTimedOut" in (error.code or ""):
            raise TooSlowError(
                f"The question took over {SECONDS_A_QUERY:.0f} s; ask for a shorter time or a smaller area"
            ) from error
        raise
