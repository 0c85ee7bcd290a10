"""The graph that is attacked."""

# ruff: noqa: E501 - a query is read in one line

from __future__ import annotations

from collections.abc import Iterator

import pytest
from neo4j import Driver

from graph import schema
from graph.digest import digest
from graph.reader.reader import Reader
from ontology.times import OPEN
from tests.conformance.guard import store
from tests.conformance.guard.askers import Asker
from tests.conformance.guard.world import world
from tests.graph.guard.stage import SECRET, Stage


@pytest.fixture(scope="module")
def stage(neo4j: Driver) -> Iterator[Stage]:
    schema.ensure(neo4j)
    store.load(neo4j, world(0, subjects=6))
    neo4j.execute_query(
        "MATCH (l:Literal) WITH l LIMIT 1 MATCH (s:Subject) "
        "WITH collect(s)[0] AS s, l "
        "CREATE (s)-[:HAS_STATE {_sec: [1], _from: [0], _to: $open}]->"
        "(x:SubjectState:Classified {key: 'hidden', name: $name, classified: 7, _sec: [1], _from: [0], _to: $open})"
        "-[:SECRETLY {_sec: [1], _from: [0], _to: $open}]->(l)",
        open=OPEN,
        name=SECRET,
    )
    store.settle(neo4j)
    weak = Reader(neo4j, "neo4j", Asker("anyone", "low", "now").sight())
    strong = Reader(neo4j, "neo4j", Asker("chief", "full", "now").sight())
    before = digest(neo4j)
    yield Stage(neo4j, weak, strong)
    assert digest(neo4j) == before, "an attack has written"
    store.empty(neo4j)
