"""Logs go to stderr, as JSON where nobody sits before it."""

import json

import pytest

from runtime import telemetry


def test_logs_are_json_lines_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    telemetry.configure("INFO", json=True)
    telemetry.logger("ingest").info("working", records=3)
    telemetry.logger("ingest").debug("unseen")
    out, err = capsys.readouterr()
    said = json.loads(err)
    assert out == ""
    assert (said["part"], said["event"], said["records"], said["level"]) == ("ingest", "working", 3, "info")


def test_the_kafka_client_speaks_sparingly(capsys: pytest.CaptureFixture[str]) -> None:
    telemetry.configure("INFO", json=True)
    for _ in range(50):
        telemetry.KAFKA_CLIENT.error("Connect failed")
    assert capsys.readouterr().err.count("Connect failed") == 1
