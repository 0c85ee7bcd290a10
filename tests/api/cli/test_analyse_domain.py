"""`diurnal analyse --domain`: whose thresholds the file is read by."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from api.cli.analyse import analyse
from api.cli.errors import InputError
from tests.analytics.movement.people import visiting

RUNNER = CliRunner()
APP = typer.Typer()
APP.command()(analyse)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A day between home and a shop that is 80 m away, without noise."""
    track = visiting([(0.0, 0.0, 60), (80.0, 0.0, 12), (0.0, 0.0, 60)], start=1_704_067_200_000)
    rows = [
        f"1,{at / 1000:.0f},{lon:.6f},{lat:.6f}"
        for at, lon, lat in zip(track.times, track.lons, track.lats, strict=True)
    ]
    path = tmp_path_factory.mktemp("domain") / "phone.csv"
    path.write_text("\n".join(["device_id,time,lon,lat", *rows]) + "\n")
    return path


def told(file: Path, *more: str) -> dict[str, int]:
    asked = [str(file), "--feed", "gps-csv", "--json", *more]
    found: dict[str, int] = json.loads(RUNNER.invoke(APP, asked, catch_exceptions=False).stdout)
    return found


def test_people_have_stays_where_a_circle_has_one(file: Path) -> None:
    assert (told(file)["stays"], told(file)["places"]) == (1, 0)
    assert told(file, "--domain", "people")["stays"] == 3


def test_an_unknown_domain_is_refused_with_those_there_are(file: Path) -> None:
    with pytest.raises(InputError, match="harbour, people"):
        told(file, "--domain", "moon")
