"""Answers row by row: JSON, a line a row, and CSV."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from neo4j.time import Date

from api.answers.form import Form
from api.answers.write import write
from graph.ask import Answer

DAY = {"$type": "date", "value": "2020-12-05"}


def written(form: Form, columns: list[str], *rows: list[Any], cut: bool = False) -> str:
    parts = [("columns", columns), *(("row", row) for row in rows), *([("cut", [])] if cut else [])]
    to = io.BytesIO()
    write(Answer(iter(parts)), form, to)
    return to.getvalue().decode()


def test_json_says_whether_it_is_complete() -> None:
    rows = [1, Date(2020, 12, 5)], [2, None]
    for cut in (False, True):
        said = json.loads(written(Form.JSON, ["x", "day"], *rows, cut=cut))
        assert said == {"columns": ["x", "day"], "rows": [[1, DAY], [2, None]], "complete": not cut}
    assert json.loads(written(Form.JSON, ["x"])) == {"columns": ["x"], "rows": [], "complete": True}


def test_ndjson_is_a_line_a_row() -> None:
    lines = written(Form.NDJSON, ["x", "day"], [1, Date(2020, 12, 5)], [2, Date(2020, 12, 5)]).splitlines()
    assert [json.loads(line) for line in lines] == [{"x": 1, "day": DAY}, {"x": 2, "day": DAY}]


def test_csv_is_a_cell_a_value() -> None:
    row = [1, 'a,"b"\n', None, True, Date(2020, 12, 5), [1, 2], {"a": False}, float("nan")]
    text = written(Form.CSV, ["n", "t", "none", "b", "day", "list", "map", "nan"], row)
    assert list(csv.reader(io.StringIO(text, newline=""))) == [
        ["n", "t", "none", "b", "day", "list", "map", "nan"],
        ["1", 'a,"b"\n', "", "true", "2020-12-05", "[1,2]", '{"a":false}', "NaN"],
    ]
