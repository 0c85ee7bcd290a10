"""A process makes itself known as a worker, and works without metrics where it cannot serve them."""

import socket
import urllib.request
from collections.abc import Iterator

import pytest

from runtime import telemetry
from runtime.settings import Settings
from runtime.watch import begin


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    yield
    telemetry.anonymous()


def free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def test_metrics_are_off_unless_a_port_is_set_or_given() -> None:
    assert begin(Settings(metrics_port=0), "ingest") is None
    for settings, given in ((Settings(metrics_port=free()), None), (Settings(), free())):
        port = begin(settings, "ingest", 0, given)
        assert port == (given or settings.metrics_port)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
            assert b"diurnal_batch_duration_seconds" in answer.read()


def test_a_port_that_is_taken_is_told_and_stops_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    telemetry.configure("INFO", json=True)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert begin(Settings(), "graph", 1, taken.getsockname()[1]) is None
    said = capsys.readouterr().err
    assert "DIURNAL_METRICS_PORT" in said
    assert '"instance": 1' in said
