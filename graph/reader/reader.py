"""The only way into the graph for whoever reads it: one query in, plain rows out, through the guard."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, LiteralString

from neo4j import READ_ACCESS, Driver, Query
from neo4j.exceptions import AuthError, ClientError, DriverError, ServiceUnavailable, TransientError
from neo4j.time import Date, DateTime

from graph.reader.errors import GraphAwayError, RefusedError, TooSlowError, UnguardedError
from graph.sight import Sight

Row = dict[str, Any]
"""One row of an answer, by column; times are aware UTC datetimes, arrays are lists."""

SECONDS_A_QUERY: Final = 30.0
"""Within which a query must answer, so that one greedy question does not starve the others."""

_REFUSED: Final = "diurnal.guard.GuardException: "
"""Stands before the guard's own words in the error that Neo4j makes of them."""
_READ: Final[LiteralString] = "CALL diurnal.read($query, $parameters, $sight) YIELD kind, values"


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads what its sight shows.

    Attributes:
        driver: an open Neo4j driver, whose owner closes it.
        database: the graph's database.
        sight: what may be seen.
    """

    driver: Driver
    database: str
    sight: Sight

    def rows(self, cypher: str, **parameters: Any) -> list[Row]:  # noqa: ANN401 - Cypher takes any
        """All rows of a query. `$view` is always there.

        Raises:
            GraphAwayError: Neo4j does not answer.
            TooSlowError: the query took too long.
            RefusedError: the guard does not run it.
        """
        return list(self.stream(cypher, **parameters))

    def one(self, cypher: str, **parameters: Any) -> Row | None:  # noqa: ANN401
        """The first row of a query, or None."""
        rows = self.rows(cypher, **parameters)
        return rows[0] if rows else None

    def stream(self, cypher: str, **parameters: Any) -> Iterator[Row]:  # noqa: ANN401
        """The rows of a query as they come over the wire; the guard has made them all before the first.

        Raises:
            GraphAwayError: Neo4j does not answer.
            TooSlowError: the query took too long.
            RefusedError: the guard does not run it.
        """
        names: list[str] = []
        for kind, values in self.parts(cypher, {"view": self.sight.view, **parameters}):
            if kind == "columns":
                names = values
            elif kind == "cut":
                raise RefusedError(f"The answer has more than {self.sight.rows:,} rows: ask for less.")
            else:
                yield {name: plain(value) for name, value in zip(names, values, strict=True)}

    def parts(
        self,
        cypher: str,
        parameters: dict[str, Any],
        seconds: float = SECONDS_A_QUERY,
        mark: str | None = None,
    ) -> Iterator[tuple[str, list[Any]]]:
        """What the guard answers, part by part: "columns", then each "row", and "cut" after the most rows.

        Values are the driver's; nodes, relationships and paths are maps with what they are under "~". Neo4j
        tells its operator of a running question by its `mark`, and by no words of it.

        Raises:
            GraphAwayError: Neo4j does not answer.
            TooSlowError: the query took too long.
            RefusedError: the guard does not run it.
        """
        asked = {"query": cypher, "parameters": parameters, "sight": self.sight.told()}
        told = None if mark is None else {"asked": mark}
        with (
            named_errors(seconds),
            self.driver.session(database=self.database, default_access_mode=READ_ACCESS) as session,
        ):
            for record in session.run(Query(_READ, metadata=told, timeout=seconds), asked):
                yield record["kind"], record["values"]


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
def named_errors(seconds: float) -> Iterator[None]:
    """What goes wrong on the way to Neo4j, as the reader's errors."""
    try:
        yield
    except (ClientError, TransientError) as error:
        raise _named(error, seconds) from error
    except (ServiceUnavailable, DriverError) as error:
        raise GraphAwayError(
            f"Neo4j does not answer ({type(error).__name__}); see `diurnal status`"
        ) from error


def _named(error: ClientError | TransientError, seconds: float) -> Exception:
    _, refused, reason = (error.message or "").partition(_REFUSED)
    code = error.code or ""
    if refused:
        return RefusedError(reason)
    if code.endswith("ProcedureNotFound"):
        return UnguardedError(
            "This Neo4j has no guard, so nothing is read: `diurnal guard` makes it, for the folder of its"
            " plugins (docs/deployment.md)"
        )
    if "OutOfMemory" in code:
        return RefusedError("The query needs more memory than one may have: ask for less.")
    if "TransactionTimedOut" in code:
        return TooSlowError(
            f"The question took over {seconds:.0f} s; ask for a shorter time or a smaller area"
        )
    if isinstance(error, TransientError | AuthError):
        return GraphAwayError(f"Neo4j does not answer ({type(error).__name__}); see `diurnal status`")
    return error
