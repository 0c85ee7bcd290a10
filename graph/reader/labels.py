"""In which pairs of label and distribution the graph holds anything, and whether it has moved since."""

from __future__ import annotations

from neo4j import READ_ACCESS, Driver

from graph import offsets
from graph.errors import BeingRebuiltError
from graph.reader.reader import SECONDS_A_QUERY, named_errors


def present(driver: Driver, database: str) -> frozenset[int]:
    """The ids of the pairs in use now, of what was observed and of what was concluded, superseded included.

    Raises:
        GraphAwayError: Neo4j does not answer.
        TooSlowError: it took too long.
    """
    query = "MATCH (n) WHERE n._sec IS NOT NULL UNWIND n._sec AS id RETURN DISTINCT id"
    with (
        named_errors(SECONDS_A_QUERY),
        driver.session(database=database, default_access_mode=READ_ACCESS) as ask,
    ):
        return frozenset(row["id"] for row in ask.run(query))


def records_taken(driver: Driver, database: str) -> int | None:
    """How many records the loaders have taken, by which to see whether the graph has moved.

    Returns:
        The sum of their offsets, or None where no loader has ever written, or the graph is being emptied.

    Raises:
        GraphAwayError: Neo4j does not answer.
    """
    with named_errors(SECONDS_A_QUERY):
        try:
            taken = offsets.stored(driver, database)
        except BeingRebuiltError:
            return None
    return sum(taken.values()) if taken else None
