"""Statements of the loader: planned once, so their plans must not hang on how full the graph was then."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from neo4j import ManagedTransaction

from graph.rdf_rest import rest
from graph.statement import PLANNED_ONCE, Rows
from ontology.observed import Subject, SubjectState
from ontology.quads import quads

SCANS = ("AllNodesScan", "NodeByLabelScan", "RelationshipTypeScan", "AllRelationshipsScan", "IndexScan")
"""How operators that look at everything end: an index read from end to end is no better than the nodes."""


@pytest.fixture
def plans(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any]]:
    """Every statement that is run, with what Neo4j says of its plan."""
    seen: list[tuple[str, Any]] = []
    plain = ManagedTransaction.run

    def run(self: ManagedTransaction, query: Any, parameters: Any = None, **more: Any) -> Any:
        assert query.startswith(PLANNED_ONCE), query
        profiled = f"{PLANNED_ONCE}EXPLAIN {query.removeprefix(PLANNED_ONCE)}"
        seen.append((query, plain(self, profiled, parameters, **more).consume().plan))
        return plain(self, query, parameters, **more)

    monkeypatch.setattr(ManagedTransaction, "run", run)
    return seen


def operators(plan: dict[str, Any]) -> Iterator[str]:
    yield plan["operatorType"].split("@")[0]
    for child in plan.get("children", ()):
        yield from operators(child)


def test_no_statement_scans_an_empty_graph(loading: Any, telling: Any, plans: list[Any]) -> None:
    stay, later = telling.stay(), telling.stay(start=5000)
    loading.load(telling.told(telling.segment([0, 60])), telling.told(telling.place()))
    loading.load(telling.told(telling.finding([stay, later])), telling.told(stay, offset=1))
    loading.load(telling.told(telling.stay(end=900), 20), telling.told(later, 20, offset=1))
    loading.load(telling.told(telling.retraction(stay), 30))
    for known_at, start in ((30, 30), (40, 20), (10, 25)):
        loading.load(telling.told(SubjectState("urn:state", telling.ship, telling.at(start)), known_at))
    for kind in ("Device", "Ship"):
        loading.load(telling.told(Subject(telling.ship, kind), 50))
    scanning = [
        (query, found)
        for query, plan in plans
        if (found := [name for name in operators(plan) if name.endswith(SCANS)])
    ]
    assert scanning == []
    assert any(name.startswith("NodeUniqueIndexSeek") for _, plan in plans for name in operators(plan))
    assert len({query for query, _ in plans}) > 24
    assert any("DETACH DELETE" in query for query, _ in plans)


def test_no_statement_of_rdf_scans_an_empty_graph(loading: Any, telling: Any, plans: list[Any]) -> None:
    text = b"<urn:a> <urn:p> <urn:b>, 'x', <<( <urn:a> <urn:p> 'y' )>> ."
    said = rest(text, "text/turtle", quads(text, "text/turtle"), [])
    loading.load(telling.told(said, 20))
    loading.load(telling.told(said, 10), telling.told(said, 10, pair=8))
    found = [(query, name) for query, plan in plans for name in operators(plan)]
    assert [(query, name) for query, name in found if name.endswith(SCANS)] == []
    assert sum("STATEMENT" in query for query in {query for query, _ in found}) == 4
    assert any(name.startswith("DirectedRelationshipUniqueIndexSeek") for _, name in found)


def test_rows_do_not_show_what_they_hold() -> None:
    assert repr(Rows([["secret"], ["secret"]])) == "<2 rows>"
