"""`diurnal score meetings` on files of the simulator's form."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli.errors import InputError
from api.cli.score import GROUP
from tests.analytics.scoring.test_meetings import BAR, DESK, FIXES, truth

RUNNER = CliRunner()


@pytest.fixture
def given(tmp_path: Path) -> list[str]:
    FIXES.write_csv(tmp_path / "positions.csv")
    truth(BAR, DESK).write_csv(tmp_path / "truth.csv")
    return ["meetings", "--positions", f"{tmp_path}/positions.csv", "--truth", f"{tmp_path}/truth.csv"]


def test_it_prints_the_f1_of_each_condition(given: list[str]) -> None:
    said = json.loads(RUNNER.invoke(GROUP, [*given, "--json"], catch_exceptions=False).stdout)
    assert list(said["f1"]) == ["clean", "clean_quiet", "noise15", "noise15_quiet"]
    assert said["f1"]["clean"] == said["f1"]["clean_quiet"] == 1.0
    kept = json.loads(
        RUNNER.invoke(GROUP, [*given, "--without", "Church", "--json"], catch_exceptions=False).stdout
    )
    assert list(kept["f1"]) == ["clean", "noise15"], "nothing is left out where nothing is of that type"


def test_the_table_counts_what_was_found(given: list[str]) -> None:
    said = RUNNER.invoke(GROUP, given, catch_exceptions=False).stdout
    assert "clean_quiet" in said
    assert "1.0000" in said


def test_a_file_without_its_columns_is_named(given: list[str]) -> None:
    swapped = [given[0], "--positions", given[4], "--truth", given[4]]
    with pytest.raises(InputError, match="has no column agent_id"):
        RUNNER.invoke(GROUP, swapped, catch_exceptions=False)
