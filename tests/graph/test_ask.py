"""Free questions to the graph: their limits, the mark they run under, and several queries as one question."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
from neo4j import Driver
from neo4j.exceptions import Neo4jError

from graph.ask import Limits, as_of, ask, end, new_mark, together
from graph.reader.errors import RefusedError, TooSlowError
from graph.reader.reader import Reader
from graph.sight import NOW, Sight

ENDLESS = "UNWIND range(1, 1000000000) AS x UNWIND range(1, 1000000) AS y RETURN count(*) AS n"


@pytest.fixture
def reader(neo4j: Driver) -> Reader:
    """Somebody who sees nothing, which is enough to ask for what is in no graph."""
    return Reader(neo4j, "neo4j", Sight.of((), "all"))


def running(driver: Driver) -> list[str]:
    found = driver.execute_query(
        "SHOW TRANSACTIONS YIELD metaData WHERE metaData.asked IS NOT NULL RETURN metaData.asked AS mark"
    )
    return [row["mark"] for row in found.records]


def until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def ended(reader: Reader, work: Callable[[str], object]) -> Exception:
    """What a question that runs for ever fails with, once it is ended by its mark."""
    mark, failed = new_mark(), []

    def endless() -> None:
        try:
            work(mark)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is looked at
            failed.append(error)

    thread = threading.Thread(target=endless)
    thread.start()
    until(lambda: running(reader.driver) == [mark])
    end(reader, new_mark())
    assert running(reader.driver) == [mark]
    end(reader, mark)
    thread.join(2.0)
    assert not thread.is_alive()
    [error] = failed
    return error


def test_a_question_runs_under_its_mark_until_it_is_ended(reader: Reader) -> None:
    free = ended(reader, lambda mark: ask(reader, ENDLESS, mark=mark))
    several = ended(reader, lambda mark: together(reader, mark).rows(ENDLESS))
    for error in (free, several):
        assert isinstance(error, Neo4jError)
        assert "terminated" in str(error)


def test_limits_of_time_rows_and_bytes(reader: Reader) -> None:
    with pytest.raises(TooSlowError, match="1 s"):
        ask(reader, ENDLESS, limits=Limits(seconds=1.0))
    answer = ask(reader, "UNWIND range(1, 10) AS x RETURN x", limits=Limits(rows=3))
    assert list(answer) == [[1], [2], [3]]
    assert (answer.count, answer.complete) == (3, False)
    with pytest.raises(RefusedError, match="larger than 1000 bytes"):
        ask(reader, "RETURN range(1, 1000) AS x", limits=Limits(bytes=1000))
    assert list(ask(reader, "RETURN $view AS view")) == [["all"]]


def test_several_queries_have_one_time_together(reader: Reader) -> None:
    both = together(reader, limits=Limits(seconds=1.0, rows=3))
    assert both.rows("RETURN $view AS view, $n AS n", n=5) == [{"view": "all", "n": 5}]
    with pytest.raises(RefusedError, match="more than 3 rows"):
        both.rows("UNWIND range(1, 10) AS x RETURN x")
    with pytest.raises(TooSlowError, match="over 1 s"):
        both.rows(ENDLESS)
    with pytest.raises(TooSlowError, match="over 1 s"):
        both.rows("RETURN 1 AS one")


def test_as_of_is_never_later_than_the_readers_own(reader: Reader) -> None:
    assert as_of(reader, 5).sight.moment == 5
    assert as_of(as_of(reader, 5), 9).sight.moment == 5
    assert as_of(as_of(reader, 5), NOW).sight == as_of(reader, 5).sight
