"""The operator's queries read, and do nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from neo4j import Driver

from graph.errors import QueryRefusedError
from graph.operator import query


def test_rows_are_plain_values(loading: Any, telling: Any) -> None:
    loading.load(telling.told(telling.stay()), telling.told(telling.place()))
    answer = query(
        loading.driver,
        "MATCH p = (:Subject)-->(n) RETURN n.start AS start, n.position, p, $x AS x, date('2020-12-01')",
        {"x": [1, {"a": "b"}]},
    )
    assert answer.columns[:2] == ("start", "n.position")
    assert answer.complete
    [[start, position, path, x, day]] = answer.rows
    assert (start, position, x, day.isoformat()) == (
        telling.at(0),
        [-74.0, 40.7],
        [1, {"a": "b"}],
        "2020-12-01",
    )
    assert [part.get("type") or part["labels"] for part in path] == [
        ["Subject"],
        "STAYED",
        ["Conclusion", "Stay"],
    ]


def test_rows_are_limited_and_that_is_said(graph: Driver) -> None:
    assert query(graph, "UNWIND range(1, 10) AS x RETURN x", max_rows=10).complete
    answer = query(graph, "UNWIND range(1, 1000000000) AS x RETURN x", max_rows=3)
    assert (answer.rows, answer.complete) == (((1,), (2,), (3,)), False)


@pytest.mark.parametrize(
    "cypher",
    [
        "CREATE (n:Zap) RETURN n",
        "PROFILE CREATE (n:Zap)",
        "CYPHER 25 CREATE (n:Zap)",
        "MATCH (n) DETACH DELETE n",
        "UNWIND [1, 2] AS x CALL (x) { CREATE (:Zap) } IN TRANSACTIONS OF 1 ROWS",
        "CALL db.createLabel('Zap')",
        "CREATE INDEX zap FOR (n:Zap) ON (n.zap)",
        "ALTER USER neo4j SET PASSWORD 'abcdefghijk'",
        "CALL dbms.killConnection('bolt-1')",
        "SHOW TRANSACTIONS YIELD transactionId AS t TERMINATE TRANSACTIONS t YIELD message RETURN message",
        "LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line",
        "RETURN 1; CREATE (n:Zap)",
        "this is no Cypher",
    ],
)
def test_what_does_more_than_read_is_refused(graph: Driver, cypher: str) -> None:
    with pytest.raises(QueryRefusedError):
        query(graph, cypher)
    assert query(graph, "MATCH (n:Zap) RETURN count(n)").rows == ((0,),)


def test_a_query_that_takes_too_long_is_ended(graph: Driver) -> None:
    long = "UNWIND range(1, 100000) AS x UNWIND range(1, 100000) AS y RETURN sum(x * y)"
    with pytest.raises(QueryRefusedError, match="longer than 1 s"):
        query(graph, long, seconds=1)
