"""Nobody's question takes more rows, bytes, memory or time than one may."""

# ruff: noqa: E501 - a query is read in one line

from __future__ import annotations

from dataclasses import replace

import pytest

from graph.reader.errors import RefusedError, TooSlowError
from graph.reader.reader import Reader
from tests.graph.guard.stage import Stage, rows


def test_more_rows_than_may_be_are_cut_and_it_says_so(stage: Stage) -> None:
    few = Reader(stage.driver, "neo4j", replace(stage.weak.sight, rows=3))
    kinds = [kind for kind, _ in few.parts("UNWIND range(1, 100) AS x RETURN x", {})]
    assert kinds == ["columns", "row", "row", "row", "cut"]
    with pytest.raises(RefusedError, match="more than 3 rows"):
        few.rows("UNWIND range(1, 100) AS x RETURN x")


@pytest.mark.parametrize(
    "query",
    [
        "UNWIND range(1, 100000) AS x RETURN x, 'something of a text'",
        "RETURN range(1, 200000000) AS x",
        "RETURN {a: [range(1, 200000000)]} AS x",
        "RETURN [i IN range(1, 100) | range(1, 30000)] AS x",
        "RETURN reduce(s = 'abcdefgh', x IN range(1, 18) | s + s) AS x",
        "MATCH (n), (m) RETURN n, m",
    ],
)
def test_a_larger_answer_than_may_be_is_refused(stage: Stage, query: str) -> None:
    small = Reader(stage.driver, "neo4j", replace(stage.weak.sight, bytes=1_000_000))
    with pytest.raises(RefusedError, match="larger than"):
        rows(small, query)


def test_more_memory_than_may_be_is_refused(stage: Stage) -> None:
    small = Reader(stage.driver, "neo4j", replace(stage.weak.sight, memory=20_000_000))
    for query in (
        "UNWIND range(1, 10000000) AS x RETURN count(DISTINCT x)",
        "UNWIND range(1, 10000000) AS x WITH x ORDER BY -x RETURN count(x)",
        "UNWIND range(1, 10000000) AS x RETURN x",
    ):
        with pytest.raises(RefusedError, match="memory"):
            rows(small, query)


@pytest.mark.parametrize(
    "query",
    [
        "RETURN size([x IN range(1, 300000000) | x]) AS x",
        "RETURN size(reduce(s = 'abcdefgh', x IN range(1, 29) | s + s)) AS x",
    ],
)
def test_what_no_heap_can_hold_ends_the_query_and_not_the_server(stage: Stage, query: str) -> None:
    with pytest.raises(RefusedError, match="memory"):
        stage.told(query)
    assert stage.told("RETURN 1 AS x") == [[1]]
    stage.driver.execute_query("CREATE (n:_Written) DELETE n")


@pytest.mark.parametrize(
    "query",
    [
        "UNWIND range(1, 1000000) AS x UNWIND range(1, 1000000) AS y WITH x, y WHERE x + y < 0 RETURN count(*)",
        "MATCH (a), (b), (c), (d) WHERE a.key + b.key + c.key = d.key RETURN count(*)",
        "MATCH p = (a)-[*]-(b) RETURN count(p)",
        "MATCH p = (a)-[:STATEMENT]-+(b) RETURN count(*)",
    ],
)
def test_an_endless_query_ends(stage: Stage, query: str) -> None:
    with pytest.raises(TooSlowError):
        rows(stage.weak, query, seconds=1.0)
