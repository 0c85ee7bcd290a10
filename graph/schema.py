"""The graph's constraints and indexes, made once and waited for."""

from __future__ import annotations

from typing import Final, LiteralString

from neo4j import Driver, Query

from graph.errors import GraphError

SEARCH: Final = "search"
"""Name of the full-text index over names, call signs, types, identifiers' values and places' names."""

AWAIT_S: Final = 300
"""Within which an index must be online; a new graph's are at once."""

_UNIQUE: Final[dict[LiteralString, tuple[LiteralString, LiteralString]]] = {
    "subject_key": ("Subject", "n.key"),
    "identifier_key": ("Identifier", "n.key"),
    "place_key": ("Place", "n.key"),
    "source_key": ("Source", "n.key"),
    "segment_key": ("TrackSegment", "n.key"),
    "sighting_key": ("Sighting", "n.key"),
    "resource_key": ("Resource", "n.key"),
    "literal_key": ("Literal", "n.key"),
    "awaited_key": ("_Awaited", "n.key"),
    "rebuild_key": ("_Rebuild", "n.key"),
    "offset_partition": ("_Offset", "(n.topic, n.partition)"),
}
_RANGE: Final[dict[LiteralString, tuple[LiteralString, LiteralString]]] = {
    "conclusion_key": ("Conclusion", "n.key"),
    "subject_state_key": ("SubjectState", "n.key"),
    "finding_key": ("Finding", "n.key"),
    "stay_start": ("Stay", "n.start"),
    "trip_start": ("Trip", "n.start"),
    "finding_start": ("Finding", "n.start"),
    "verdict_key": ("Verdict", "n.key"),
    "verdict_subject": ("Verdict", "n.subject"),
    "segment_subject_hour": ("TrackSegment", "n.subject, n.hour"),
    "segment_hour": ("TrackSegment", "n.hour"),
    "sighting_time": ("Sighting", "n.time"),
    "literal_head": ("Literal", "n.head"),
    "literal_number": ("Literal", "n.number"),
    "literal_instant": ("Literal", "n.instant"),
}
_OTHERS: Final[tuple[LiteralString, ...]] = (
    "CREATE CONSTRAINT statement_key IF NOT EXISTS FOR ()-[e:STATEMENT]-() REQUIRE e.key IS UNIQUE",
    "CREATE RANGE INDEX statement_name IF NOT EXISTS FOR ()-[e:STATEMENT]-() ON (e.name)",
    "CREATE TEXT INDEX state_name IF NOT EXISTS FOR (n:SubjectState) ON (n.name)",
    "CREATE POINT INDEX place_position IF NOT EXISTS FOR (n:Place) ON (n.position)",
    "CREATE POINT INDEX stay_position IF NOT EXISTS FOR (n:Stay) ON (n.position)",
    "CREATE FULLTEXT INDEX search IF NOT EXISTS FOR (n:SubjectState|Identifier|Place) "
    "ON EACH [n.name, n.call_sign, n.type_name, n.value]",
)


_GONE: Final[tuple[LiteralString, ...]] = (
    "DROP CONSTRAINT conclusion_version IF EXISTS",
    *(
        f"DROP INDEX {name} IF EXISTS"
        for name in ("stay_key", "trip_key", "gap_key", "routine_key", "stay_end", "trip_end", "finding_end")
    ),
    "DROP INDEX segment_segment IF EXISTS",
    "DROP CONSTRAINT state_key IF EXISTS",
)
"""What earlier releases made, and what costs more with every write than it gives to any question."""


def statements() -> list[LiteralString]:
    """Every statement of the schema; each does nothing where its constraint or index stands already."""
    unique = [
        f"CREATE CONSTRAINT {name} IF NOT EXISTS FOR (n:{label}) REQUIRE {what} IS UNIQUE"
        for name, (label, what) in _UNIQUE.items()
    ]
    ranges = [
        f"CREATE RANGE INDEX {name} IF NOT EXISTS FOR (n:{label}) ON ({what})"
        for name, (label, what) in _RANGE.items()
    ]
    return [*_GONE, *unique, *ranges, *_OTHERS]


def ensure(driver: Driver, database: str = "neo4j") -> None:
    """Make what is missing of the schema, and wait until every index answers.

    Raises:
        GraphError: an index did not come online.
    """
    with driver.session(database=database) as session:
        for statement in statements():
            session.run(statement).consume()
        session.run("CALL db.awaitIndexes($seconds)", seconds=AWAIT_S).consume()
        rows = session.run(Query("SHOW INDEXES YIELD name, state WHERE state <> 'ONLINE' RETURN name, state"))
        failed = [f"{row['name']} is {row['state']}" for row in rows]
    if failed:
        raise GraphError(
            f"Indexes are not online: {', '.join(failed)}. Look into Neo4j's log, and try again."
        )
