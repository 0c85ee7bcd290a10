"""`diurnal score anomalies` on files of the simulator's form."""

import json
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from api.cli.errors import InputError
from api.cli.score import GROUP
from tests.analytics.departures.town import SKIPPERS, WANDERERS, build

RUNNER = CliRunner()
AGENTS = 60


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("town")
    who, when, where, lon, lat = build(AGENTS).columns
    given = pl.DataFrame(
        {"agent_id": who, "checkin_time": when, "venue_id": where, "lon": lon, "lat": lat}
    ).with_columns(pl.from_epoch("checkin_time", time_unit="ms").dt.to_string("%Y-%m-%dT%H:%M:%S"))
    labels = pl.DataFrame(
        {
            "agent_id": [*SKIPPERS, *WANDERERS],
            "anomaly_type": ["work"] * len(SKIPPERS) + ["social"] * len(WANDERERS),
            "severity": ["red", "yellow"] * 8,
            "anomaly_start": "2024-02-26T00:00:00",
        }
    )
    given.write_csv(folder / "checkins.csv")
    labels.write_csv(folder / "labels.csv")
    return folder / "checkins.csv", folder / "labels.csv"


def given(checkins: Path, labels: Path) -> list[str]:
    return ["anomalies", "--checkins", str(checkins), "--labels", str(labels)]


def test_json_holds_the_three_figures(files: tuple[Path, Path]) -> None:
    done = RUNNER.invoke(GROUP, [*given(*files), "--json"], catch_exceptions=False)
    told = json.loads(done.stdout)
    assert set(told) == {"auc", "ap", "severity"}
    assert set(told["severity"]) == {"red", "yellow"}
    assert told["auc"] > 0.9


def test_the_table_tells_of_reasons_delays_and_false_alerts(files: tuple[Path, Path]) -> None:
    told = RUNNER.invoke(GROUP, given(*files), catch_exceptions=False).stdout
    for metric in ("AUC", "average precision", "right reason", "median delay", "false alerts per agent"):
        assert metric in told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("agent_id,anomaly_type,severity\n1,work,red\n", "no column anomaly_start"),
        ("agent_id,anomaly_type,severity,anomaly_start\n", "labels no agent"),
        (
            "agent_id,anomaly_type,severity,anomaly_start\n9999,work,red,2024-02-26T00:00:00\n",
            "never checked in",
        ),
        ("agent_id,anomaly_type,severity,anomaly_start\n1,work,red,soon\n", "no time"),
        ("agent_id,anomaly_type,severity,anomaly_start\n1,work,red,2024-01-20T00:00:00\n", "say too little"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(
    files: tuple[Path, Path], tmp_path: Path, text: str, told: str
) -> None:
    labels = tmp_path / "labels.csv"
    labels.write_text(text)
    with pytest.raises(InputError, match=told):
        RUNNER.invoke(GROUP, given(files[0], labels), catch_exceptions=False)
