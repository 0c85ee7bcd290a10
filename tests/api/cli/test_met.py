"""How meetings are told, and `diurnal analyse` on a file that has one."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from api.cli import main
from api.cli.met import meeting_text
from ontology.concluded import Meeting
from tests.analytics.relations.people import person

ONE, TWO = "urn:diurnal:subject:mmsi:111111111", "urn:diurnal:subject:mmsi:222222222"
MEETING = Meeting(
    "urn:m", "all", "in close waters", (ONE, TWO), datetime(2020, 12, 1, 11, 50, tzinfo=UTC),
    datetime(2020, 12, 1, 14, 45, tzinfo=UTC), -74.1526, 40.6819, 18.6, 0,
)  # fmt: skip


def test_a_line_says_who_when_where_and_how_often_before() -> None:
    said = meeting_text(MEETING, {ONE: "ALICE"})
    assert said == (
        "Meeting in close waters: ALICE (MMSI 111111111) and MMSI 222222222, 1 December 2020 11:50 to"
        " 1 December 2020 14:45 UTC, at 40.6819, -74.1526, 19 m apart; not met before."
    )
    assert meeting_text(replace(MEETING, earlier=1), {}).endswith("met once before.")
    assert meeting_text(replace(MEETING, earlier=3), {}).endswith("met 3 times before.")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    tracks = {
        "ann": person([(0, 0, 300), (900, 900, 60), (0, 0, 300)]),
        "bob": person([(3000, 0, 300), (900, 900, 60), (3000, 0, 300)]),
    }
    rows = pl.concat(
        pl.DataFrame(
            {"device_id": [name] * len(track), "time": track.times, "lon": track.lons, "lat": track.lats}
        )
        for name, track in tracks.items()
    ).with_columns(pl.from_epoch("time", time_unit="ms").dt.to_string("%Y-%m-%dT%H:%M:%SZ"))
    rows.write_csv(tmp_path / "two.csv")
    return tmp_path / "two.csv"


def test_analyse_tells_the_meetings_of_a_file(file: Path) -> None:
    asked = ["analyse", str(file), "--feed", "gps-csv"]
    said = json.loads(CliRunner().invoke(main.app, [*asked, "--json"], catch_exceptions=False).stdout)
    assert said["meetings"] == 1
    assert said["met"][0]["kind"] == "standing"
    text = CliRunner().invoke(main.app, asked, catch_exceptions=False).stdout
    assert "Meeting standing: " in text
    assert text.rstrip().endswith("not met before.")
