"""`diurnal feeds` and `ingest`, as far as they need no server."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ingest.registry import FEEDS


def diurnal(home: Path, *given: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "api.cli.main", "--home", str(home), *given]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert "Traceback" not in done.stderr
    return done


def test_every_feed_is_listed_with_an_example_that_names_it(tmp_path: Path) -> None:
    rows = json.loads(diurnal(tmp_path, "feeds", "--json").stdout)
    assert [row["feed"] for row in rows] == [feed.name for feed in FEEDS]
    for row in rows:
        assert row["example"].startswith(f"diurnal ingest {row['feed']} ")
        assert row["records"] is None
    assert "diurnal ingest gpx walk.gpx" in diurnal(tmp_path, "feeds").stdout


def test_the_options_of_a_feed_are_shown(tmp_path: Path) -> None:
    shown = json.loads(diurnal(tmp_path, "feeds", "gps-csv", "--json").stdout)
    options = {one["option"]: one for one in shown["options"]}
    assert options["kind"]["default"] == "Device"
    assert "Person" in options["kind"]["values"]
    assert "vehicle_id" in options["id"]["help"]
    assert "It has no options" in diurnal(tmp_path, "feeds", "ais").stdout
    assert diurnal(tmp_path, "feeds", "radar").returncode == 2


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["ais", "nowhere.csv"], "nowhere.csv is no file: nothing was published"),
        (["ais", "tcp://host"], "write tcp://HOST:PORT"),
        (["ais", "-", "-"], "give it alone"),
        (["ais", "-", "--follow"], "--follow is for a file"),
        (["ais", "-", "-o", "x=1"], "the feed ais has no option 'x'; it has none"),
        (["gpx", "-", "-o", "kind=Dog"], "the option kind of gpx is one of"),
        (["gpx", "-", "-o", "kind"], "write NAME=VALUE"),
        (["radar", "-"], "no feed is called 'radar'"),
    ],
)
def test_what_cannot_be_published_is_refused_before_a_server_is_asked(
    tmp_path: Path, given: list[str], expected: str
) -> None:
    done = diurnal(tmp_path, "ingest", *given)
    assert done.returncode == 2
    assert expected in " ".join(done.stderr.split())
