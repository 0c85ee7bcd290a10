"""In which pairs of label and distribution the graph holds anything: until the guard exists, the API asks."""

from __future__ import annotations

from graph.reader.reader import Reader


def present(reader: Reader) -> frozenset[int]:
    """The ids of the pairs in use now, of what was observed and of what was concluded, superseded included.

    Raises:
        GraphAwayError: Neo4j does not answer.
        TooSlowError: it took too long.
    """
    rows = reader.rows("MATCH (n) WHERE n._sec IS NOT NULL UNWIND n._sec AS id RETURN DISTINCT id")
    return frozenset(row["id"] for row in rows)
