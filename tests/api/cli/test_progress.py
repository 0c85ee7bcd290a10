"""Progress outside a terminal: a line now and then, with rate and time left, and each stage's seconds."""

import pytest

from api.cli.progress import StageBoard, board


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr("api.cli.progress.time.monotonic", lambda: now[0])
    return now


def test_seconds_are_from_the_first_to_the_last_record(clock: list[float]) -> None:
    stages = StageBoard(None)
    stages.update("graph", 0, 0)
    clock[0] = 105.0
    stages.update("graph", 0, 10)
    clock[0] = 107.5
    stages.update("graph", 10, 10)
    clock[0] = 200.0
    stages.update("graph", 10, 10)
    assert stages.seconds() == {"graph": 2.5}


def test_a_line_says_rate_and_time_left(clock: list[float], capsys: pytest.CaptureFixture[str]) -> None:
    stages = StageBoard(None)
    stages.update("ingest", 0, 1000)
    clock[0] = 110.0
    stages.update("ingest", 500, 1000)
    assert "ingest 500/1,000 (50/s, 10 s left)" in capsys.readouterr().err


def test_lines_are_seldom(clock: list[float], capsys: pytest.CaptureFixture[str]) -> None:
    with board() as stages:
        for done in range(50):
            clock[0] += 0.1
            stages.update("ingest", done, 50)
    assert 1 <= len(capsys.readouterr().err.splitlines()) <= 3
