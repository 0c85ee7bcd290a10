"""Neo4j's errors as ours: which of them a bad record makes, which pass, and which need a person."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from neo4j.exceptions import AuthError, DriverError, Neo4jError

from graph.errors import GraphError, GraphRefusedError, GraphUnavailableError, PoisonError

_BAD_RECORD: Final = (
    "Neo.ClientError.Statement.",
    "Neo.ClientError.Schema.ConstraintValidation",
    "Neo.ClientError.Request.Invalid",
)
_NEEDS_RESTART: Final = ("TransactionLogError", "needs to be restarted", "Database Panic")
_NO_ENTRY: Final = ("Neo.ClientError.Security.", "Neo.ClientError.Database.DatabaseNotFound")


@contextmanager
def explained() -> Iterator[None]:
    """Raise Neo4j's errors as ours.

    Raises:
        PoisonError: a value that Neo4j cannot keep.
        GraphRefusedError: wrong password, or no such database.
        GraphUnavailableError: any other: Neo4j is away, busy, or its disk is full.
    """
    try:
        yield
    except (Neo4jError, DriverError) as error:
        raise explain(error) from error


def explain(error: Neo4jError | DriverError) -> GraphError:
    """One of Neo4j's errors as ours."""
    code = (error.code if isinstance(error, Neo4jError) else None) or ""
    if isinstance(error, AuthError) or code.startswith(_NO_ENTRY):
        return GraphRefusedError(
            f"Neo4j refuses us: {error}. Check DIURNAL_NEO4J_USER and its password file."
        )
    if code.startswith(_BAD_RECORD):
        return PoisonError(f"Neo4j cannot keep what the record tells: {error}")
    if any(sign in str(error) for sign in _NEEDS_RESTART):
        return GraphUnavailableError(
            "Neo4j could not write to its disk, and writes nothing until it is started again. Is the disk"
            f" full? Free some space, then `diurnal down` and `diurnal up`; nothing is lost. It says: {error}"
        )
    return GraphUnavailableError(
        f"Neo4j does not write now: {error}. If it stays so, look into its log and disk."
    )
