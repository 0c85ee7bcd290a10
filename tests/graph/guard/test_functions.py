"""What Neo4j's functions are for readers: each of them has been thought about, in every version of Neo4j."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from neo4j import Driver
from neo4j.exceptions import ClientError

ALLOWED_JAVA: Final = Path(__file__).parents[3] / "graph" / "guard" / "Allowed.java"
CLOCK: Final = {
    f"{kind}.{which}"
    for kind in ("date", "datetime", "localdatetime", "localtime", "time")
    for which in ("realtime", "statement", "transaction")
}
NOT_FOR_READERS: Final = {
    *CLOCK,
    "timestamp",
    "id",
    "elementid",
    "file",
    "linenumber",
    "graph.byelementid",
    "graph.byname",
}
"""The clock, ids of the store, and what other files and graphs hold."""
SYNTAX: Final = {"all", "any", "none", "single", "shortestpath", "allshortestpaths"}
"""What is listed with the functions, but is none in the syntax tree."""


def allowed() -> set[str]:
    text = ALLOWED_JAVA.read_text().split("FUNCTIONS = words(")[1].split(");")[0]
    return set(" ".join(re.findall(r'"([^"]*)"', text)).split())


def test_every_function_of_this_neo4j_is_allowed_or_thought_about(neo4j: Driver) -> None:
    """An upgrade shows here what is new."""
    records = neo4j.execute_query("SHOW FUNCTIONS YIELD name RETURN toLower(name) AS name").records
    shown = {record["name"] for record in records}
    assert shown - allowed() == NOT_FOR_READERS | SYNTAX
    assert not allowed() & NOT_FOR_READERS


def test_every_function_that_is_allowed_is_one(neo4j: Driver) -> None:
    unknown = set()
    for name in sorted(allowed()):
        try:
            neo4j.execute_query(f"EXPLAIN CYPHER 25 RETURN {name}(1)")
        except ClientError as error:
            if "Unknown function" in (error.message or ""):
                unknown.add(name)
    assert unknown == set()
