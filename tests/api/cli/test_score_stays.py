"""`diurnal score stays` on files of the simulator's form."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from analytics.scoring.degraded import CONDITIONS
from api.cli.errors import InputError
from api.cli.score import GROUP
from tests.analytics.movement.people import STEP, visiting

RUNNER = CliRunner()
VISITS = [
    (0.0, 0.0, 90),
    (1500.0, 300.0, 60),
    (-600.0, 900.0, 8),
    (1500.0, 300.0, 36),
    (700.0, -800.0, 30),
] * 5


def text(ms: int) -> str:
    return f"{datetime.fromtimestamp(ms / 1000, UTC):%Y-%m-%dT%H:%M:%S}"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("people")
    positions, truth = folder / "positions.csv.gz", folder / "truth.csv"
    fixes, stays = ["agent_id,time,lon,lat"], ["agent_id,start,end,venue_type"]
    for agent in (3, 7):
        track = visiting(VISITS)
        fixes += [
            f"{agent},{text(int(at))},{lon:.6f},{lat:.6f}"
            for at, lon, lat in zip(track.times, track.lons, track.lats, strict=True)
        ]
        begin = 0
        for _, _, count in VISITS:
            stays.append(f"{agent},{text(begin)},{text(begin + (count - 1) * STEP)},Pub".replace("T", " "))
            begin += count * STEP
    positions.write_bytes(gzip.compress("\n".join(fixes).encode()))
    truth.write_text("\n".join(stays))
    return positions, truth


def given(positions: Path, truth: Path) -> list[str]:
    return ["stays", "--positions", str(positions), "--truth", str(truth)]


def test_json_holds_f1_under_each_condition(files: tuple[Path, Path]) -> None:
    done = RUNNER.invoke(GROUP, [*given(*files), "--json"], catch_exceptions=False)
    told = json.loads(done.stdout)
    assert list(told) == ["f1"]
    assert list(told["f1"]) == [each.name for each in CONDITIONS]
    assert told["f1"]["clean"] == 1.0
    assert min(told["f1"].values()) > 0.85


def test_the_table_has_precision_and_recall(files: tuple[Path, Path]) -> None:
    lines = RUNNER.invoke(GROUP, given(*files), catch_exceptions=False).stdout.splitlines()
    assert lines[0].split() == ["condition", "f1", "precision", "recall", "found", "true"]
    assert lines[1].split() == ["clean", "1.0000", "1.0000", "1.0000", "50", "50"]


def test_a_seed_gives_the_same_again_and_another_does_not(files: tuple[Path, Path]) -> None:
    def told(seed: int) -> str:
        asked = [*given(*files), "--seed", str(seed), "--json"]
        return RUNNER.invoke(GROUP, asked, catch_exceptions=False).stdout

    assert told(1) == told(1)
    assert len({told(seed) for seed in range(1, 6)}) > 1


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("agent_id,time,lon\n1,2024-01-01,2\n", "no column lat"),
        ("agent_id,time,lon,lat\n1,yesterday,2,3\n", "yesterday"),
        (None, "cannot be read"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(
    files: tuple[Path, Path], tmp_path: Path, content: str | None, told: str
) -> None:
    file = tmp_path / "positions.csv"
    if content is not None:
        file.write_text(content)
    with pytest.raises(InputError, match=told):
        RUNNER.invoke(GROUP, given(file, files[1]), catch_exceptions=False)
