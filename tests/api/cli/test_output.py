"""Results on stdout: rows one a line outside a terminal, values as they are, JSON that programs can read."""

import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime

import numpy as np
import pytest

from api.cli.output import complain, emit_json, emit_rows, note

AT = datetime(2020, 12, 1, 4, 49, 45, tzinfo=UTC)


def test_each_row_is_one_line_however_long(capsys: pytest.CaptureFixture[str]) -> None:
    emit_rows([{"a": "x" * 500, "b": 1}, {"a": "y", "b": 2}], ["a", "b"], as_json=False)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert all(line == line.rstrip() for line in lines)


def test_cells_are_written_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    row = {"when": AT, "none": None, "yes": True, "n": 172679, "x": 94.0, "y": 1.25, "many": [1, "two"]}
    emit_rows([row], list(row), as_json=False)
    found = capsys.readouterr().out.splitlines()[1].split("  ")
    assert [part.strip() for part in found if part.strip()] == [
        "2020-12-01 04:49:45Z", "-", "yes", "172,679", "94", "1.2", "1, two",
    ]  # fmt: skip


def test_a_name_in_brackets_is_no_markup(capsys: pytest.CaptureFixture[str]) -> None:
    emit_rows([{"name": "[red]STAR[/red]"}], ["name"], as_json=False)
    note("[bold]")
    complain("[mmsi] is missing")
    out, err = capsys.readouterr()
    assert "[red]STAR[/red]" in out
    assert "[bold]" in err
    assert "diurnal: [mmsi] is missing" in err


def test_json_of_what_the_packages_hand_out(capsys: pytest.CaptureFixture[str]) -> None:
    @dataclass
    class Thing:
        when: datetime
        days: tuple[int, ...]

    emit_json({"thing": Thing(AT, (1, 2)), "day": date(2020, 12, 1), "n": np.int64(3)})
    assert json.loads(capsys.readouterr().out) == {
        "thing": {"when": "2020-12-01T04:49:45+00:00", "days": [1, 2]},
        "day": "2020-12-01",
        "n": 3,
    }


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    code = "from api.cli.output import emit_text\nfor _ in range(9): emit_text('x' * 99_999)"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as run:
        assert run.stdout is not None
        assert run.stderr is not None
        run.stdout.read(10)
        run.stdout.close()
        assert b"BrokenPipe" not in run.stderr.read()
