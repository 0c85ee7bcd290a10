"""Two answers side by side: what is the same whatever its numbers, and a saved query that is asked twice."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from graph.ask import Answer, Limits
from graph.queries.compared import compared
from graph.queries.run import run
from graph.queries.saved import SavedQuery
from graph.reader.errors import TooSlowError

QUERY = SavedQuery.model_validate(
    {
        "name": "one", "title": "One", "description": "One.", "cypher": "RETURN 1 AS n", "then_and_now": "at",
        "columns": {"known": "When.", "n": "N."},
        "parameters": {"at": {"type": "instant", "description": "When", "example": "2020-12-05T12:00Z"}},
    }
)  # fmt: skip


def node(number: int, key: str) -> dict[str, Any]:
    return {"~": "node", "id": number, "labels": ["A"], "properties": {"key": key}}


def edge(number: int, start: int, end: int) -> dict[str, Any]:
    return {"~": "relationship", "id": number, "type": "R", "start": start, "end": end, "properties": {}}


def test_rows_stand_in_one_answer_or_in_both() -> None:
    assert list(compared([[1, "a"], [2, "b"]], [[2, "b"], [3, "c"]])) == [
        ["then", 1, "a"],
        ["both", 2, "b"],
        ["now", 3, "c"],
    ]


def test_numbers_of_entities_are_not_what_a_row_says() -> None:
    before = [[node(0, "x")], [node(1, "y")]]
    after = [[node(0, "y")], [node(1, "z")]]
    assert list(compared(before, after)) == [
        ["then", node(0, "x")],
        ["both", node(1, "y")],
        ["now", node(3, "z")],
    ]


def test_who_is_linked_with_whom_is_what_a_row_says() -> None:
    def row(first: int, second: int, link: int) -> list[Any]:
        return [node(first, "x"), node(second, "x"), {"deep": [edge(link, first, second)]}]

    turned = [node(5, "x"), node(6, "x"), {"deep": [edge(4, 6, 5)]}]
    found = list(compared([row(0, 1, 0)], [row(7, 3, 9), turned]))
    assert [each[0] for each in found] == ["both", "now"]
    assert found[1][3] == {"deep": [edge(5, 8, 7)]}


def test_a_map_that_looks_like_an_entity_keeps_its_numbers() -> None:
    def odd(number: int) -> list[Any]:
        return [{"~": "map", "value": {"~": "node", "id": number}}]

    assert [each[0] for each in compared([odd(1)], [odd(2)])] == ["then", "now"]


class Asked:
    """A graph that answers after a while, and tells how it was asked."""

    def __init__(self, takes_s: float = 0.0, rows: int = 1) -> None:
        self.moments: list[datetime | None] = []
        self.seconds: list[float] = []
        self.open = 0
        self._takes_s, self._rows = takes_s, rows

    def __call__(
        self, cypher: str, parameters: Mapping[str, Any], moment: datetime | None, limits: Limits
    ) -> Answer:
        assert (cypher, parameters) == (QUERY.cypher, {})
        assert self.open == 0
        self.moments.append(moment)
        self.seconds.append(limits.seconds)
        return Answer(self._parts(moment))

    def _parts(self, moment: datetime | None) -> Iterator[tuple[str, list[Any]]]:
        self.open += 1
        yield "columns", ["n"]
        time.sleep(self._takes_s)
        for number in range(self._rows):
            yield "row", [f"{moment} {number}"]
        self.open -= 1


GIVEN = {"at": "2020-12-05T12:00Z"}


def test_the_first_answer_is_read_before_the_second_is_asked_for() -> None:
    asked = Asked(0.2)
    answer = run(QUERY, GIVEN, asked, Limits(seconds=30.0))
    assert list(answer.columns) == ["known", "n"]
    assert [row[0] for row in answer] == ["then", "now"]
    assert asked.moments == [datetime(2020, 12, 5, 12, tzinfo=UTC), None]
    assert asked.seconds[0] == 30.0
    assert asked.seconds[1] <= 29.8


def test_both_have_one_time_together() -> None:
    asked = Asked(0.2)
    with pytest.raises(TooSlowError, match="then and now together"):
        run(QUERY, GIVEN, asked, Limits(seconds=0.1))
    assert len(asked.moments) == 1


def test_both_have_the_rows_of_one_together() -> None:
    answer = run(QUERY, GIVEN, Asked(rows=3), Limits(rows=4))
    assert [row[0] for row in answer] == ["then", "then", "then", "now"]
    assert not answer.complete
