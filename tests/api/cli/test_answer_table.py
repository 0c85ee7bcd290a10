"""An answer for people and for programs: what its values are, whatever the keys of a map are called."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from api.cli.answer_table import cell, emit_answer, untyped
from tests.api.answers.typed_values import TYPED

NODE = {"$type": "node", "id": 0, "labels": ["Ship", "Subject"], "properties": {"key": "k", "$type": "point"}}
EDGE = {"$type": "relationship", "id": 0, "type": "AT", "start": 0, "end": 1, "properties": {}}
PATH = {"$type": "path", "nodes": [NODE, NODE], "relationships": [EDGE]}


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (NODE, "(:Ship:Subject k)"),
        (EDGE, "[:AT]"),
        (PATH, "(:Ship:Subject k) [:AT] (:Ship:Subject k)"),
        ({"labels": 1, "properties": [2]}, '{"labels":1,"properties":[2]}'),
        ({"type": None, "properties": 2}, '{"type":null,"properties":2}'),
        ({"nodes": [], "relationships": 5}, '{"nodes":[],"relationships":5}'),
        ({"$type": "map", "value": {"$type": "datetime", "value": 5}}, '{"$type":"datetime","value":5}'),
        ([NODE, {"nodes": 1}], ["(:Ship:Subject k)", '{"nodes":1}']),
        (TYPED["big"], 2**53 + 1),
        (TYPED["nan"], "NaN"),
        (TYPED["point"], [-74.0, 40.7]),
        (TYPED["duration"], "P1Y2M3DT4.5S"),
        (TYPED["utc"], datetime(2020, 12, 5, 12, tzinfo=UTC)),
        ({"$type": "datetime", "value": "0001-01-01T00:00:00+01:00"}, "0001-01-01T00:00:00+01:00"),
    ],
)
def test_a_cell_is_one_line(value: Any, shown: Any) -> None:
    assert cell(value) == shown


def test_programs_are_given_values_without_types() -> None:
    plain = {"id": 0, "labels": ["Ship", "Subject"], "properties": {"key": "k", "$type": "point"}}
    assert untyped(NODE) == plain
    assert untyped(PATH)["nodes"] == [plain, plain]
    assert untyped({"$type": "map", "value": {"$type": "x", "a": TYPED["big"]}}) == {
        "$type": "x",
        "a": 2**53 + 1,
    }


def test_an_answer_is_a_table_or_a_list_of_objects(capsys: pytest.CaptureFixture[str]) -> None:
    said = {"columns": ["a", "b"], "rows": [[TYPED["utc"], {"labels": 1, "properties": 2}]]}
    emit_answer(said, as_json=False)
    head, row = capsys.readouterr().out.splitlines()
    assert head.split() == ["a", "b"]
    assert row == '2020-12-05 12:00:00Z  {"labels":1,"properties":2}'
    emit_answer(said, as_json=True)
    assert json.loads(capsys.readouterr().out) == [
        {"a": "2020-12-05T12:00:00+00:00", "b": {"labels": 1, "properties": 2}}
    ]
