"""In which pairs of label and distribution a graph holds anything."""

from __future__ import annotations

from neo4j import Driver


def present(driver: Driver, database: str = "neo4j") -> frozenset[int]:
    """The ids of the pairs in use, superseded ones included."""
    query = "MATCH (n) WHERE n._sec IS NOT NULL UNWIND n._sec AS id RETURN DISTINCT id"
    return frozenset(row["id"] for row in driver.execute_query(query, database_=database).records)
