"""A back-up and its restore as an operator does them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.long

DATA = Path(__file__).parents[3] / "examples" / "data"
HOUR = DATA / "ny_harbor_2020_06_30_first_hour.csv.gz"
RELEASED = Path(__file__).parents[2] / "golden" / "log-0.1.0.tar"


def diurnal(home: Path, *given: str, code: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "api.cli.main", *given],
        capture_output=True,
        text=True,
        check=False,
        timeout=400,
        env=os.environ | {"DIURNAL_HOME": str(home)},
    )
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done


def caught_up(home: Path, digest: Any = None) -> Any:
    """The digest once no stage lags; where one is given, once it is that."""
    deadline = time.monotonic() + 200
    while True:
        stages = json.loads(diurnal(home, "status", "--json").stdout)["stages"]
        found = json.loads(diurnal(home, "digest", "--json").stdout)
        if stages and not any(stage["lag"] for stage in stages) and digest in {None, found["full"]}:
            return found
        assert time.monotonic() < deadline, found


@pytest.mark.timeout(900)
def test_from_one_home_to_another(tmp_path: Path) -> None:
    here, there, log = tmp_path / "here", tmp_path / "there", tmp_path / "log.tar"
    diurnal(here, "up")
    try:
        diurnal(here, "ingest", "ais", str(HOUR), "--label", "*")
        caught_up(here)
        assert "exist" in diurnal(here, "import-log", str(tmp_path / "none"), code=2).stderr
        assert "diurnal down" in diurnal(here, "import-log", str(RELEASED), code=69).stderr
        said = json.loads(diurnal(here, "export-log", str(log), "--json").stdout)
        before = caught_up(here)
    finally:
        diurnal(here, "down")
    assert said["records"]["raw.ais"] == 2
    assert log.stat().st_mode & 0o077 == 0
    assert "another log" in diurnal(here, "import-log", str(log), code=69).stderr
    assert json.loads(diurnal(there, "import-log", str(log), "--json").stdout)["records"] == said["records"]
    diurnal(there, "up")
    try:
        assert caught_up(there, before["full"]) == before
        (again,) = json.loads(diurnal(there, "ingest", "ais", str(HOUR), "--label", "*", "--json").stdout)
        assert again["new_lines"] == 0
    finally:
        diurnal(there, "down")


def test_a_damaged_file_starts_no_server(tmp_path: Path) -> None:
    broken = tmp_path / "log.tar"
    data = bytearray(RELEASED.read_bytes())
    data[len(data) // 2] ^= 1
    broken.write_bytes(data)
    for given in (["import-log", str(broken)], ["import-log", "--check", str(broken)]):
        assert "damaged" in diurnal(tmp_path / "home", *given, code=2).stderr
    assert not (tmp_path / "home").exists()
    assert "the export is whole" in diurnal(tmp_path / "home", "import-log", "--check", str(RELEASED)).stderr


def test_without_servers_there_is_nothing_to_export(tmp_path: Path) -> None:
    assert "nothing runs" in diurnal(tmp_path, "export-log", str(tmp_path / "log.tar"), code=69).stderr
