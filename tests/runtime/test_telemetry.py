"""Logs go to stderr, as JSON where nobody sits before it; each line says whose it is, none tells a secret."""

import json
import logging
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from runtime import telemetry, tracing
from runtime.record import TRACEPARENT, Headers, Record

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers = list(root.handlers)
    yield
    telemetry.anonymous()
    structlog.contextvars.clear_contextvars()
    root.handlers = handlers


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_logs_are_json_lines_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    telemetry.configure("INFO", json=True)
    telemetry.logger("ingest").info("working", records=3)
    telemetry.logger("ingest").debug("unseen")
    out, err = capsys.readouterr()
    said = json.loads(err)
    assert out == ""
    assert (said["part"], said["event"], said["records"], said["level"]) == ("ingest", "working", 3, "info")


def test_they_are_json_where_stderr_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    telemetry.configure("INFO")
    telemetry.logger("ingest").info("working")
    [said] = lines(capsys)
    assert said["timestamp"].endswith("Z")


def test_the_kafka_client_speaks_sparingly(capsys: pytest.CaptureFixture[str]) -> None:
    telemetry.configure("INFO", json=True)
    for _ in range(50):
        telemetry.KAFKA_CLIENT.error("Connect failed")
    assert capsys.readouterr().err.count("Connect failed") == 1


def test_libraries_that_wait_for_a_server_speak_sparingly_and_others_as_they_like(
    capsys: pytest.CaptureFixture[str],
) -> None:
    telemetry.configure("INFO", json=True)
    for _ in range(5):
        logging.getLogger("opentelemetry.exporter").warning("collector away")
        logging.getLogger("uvicorn.error").error("fault")
    assert [line["event"] for line in lines(capsys)].count("collector away") == 1
    telemetry.configure("INFO", json=True)  # once more: no line may come twice
    logging.getLogger("uvicorn.error").error("fault")
    assert len(lines(capsys)) == 1


def test_every_line_of_a_worker_says_whose_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    """Its own lines, those of other threads, of libraries, of the Kafka client, and of a fault."""
    telemetry.configure("INFO", json=True)
    telemetry.identify("graph", "host-2")
    structlog.get_logger("api.server").info("plain")
    thread = threading.Thread(target=lambda: telemetry.logger("graph").info("elsewhere"))
    thread.start()
    thread.join()
    logging.getLogger("neo4j").warning("from a library: %s", "away")
    telemetry.KAFKA_CLIENT.error("from the Kafka client")
    try:
        raise ValueError("oh")
    except ValueError:
        telemetry.logger("graph").exception("fault")
    said = lines(capsys)
    assert [line["event"] for line in said] == [
        "plain",
        "elsewhere",
        "from a library: away",
        "from the Kafka client",
        "fault",
    ]
    assert {(line["worker"], line["instance"]) for line in said} == {("graph", "host-2")}
    assert "ValueError: oh" in said[-1]["exception"]


def test_a_worker_that_a_line_is_about_is_not_overwritten(capsys: pytest.CaptureFixture[str]) -> None:
    telemetry.configure("INFO", json=True)
    telemetry.identify("supervisor", 0)
    telemetry.logger("supervisor").warning("worker died", worker="graph")
    assert lines(capsys)[0]["worker"] == "graph"


def test_no_line_tells_a_secret(capsys: pytest.CaptureFixture[str]) -> None:
    telemetry.configure("INFO", json=True)
    telemetry.logger("x").info(
        "connecting",
        neo4j_password="hunter2",
        Authorization="Bearer hunter2",
        api_key="hunter2",
        url="bolt://neo4j:hunter2@host:7687/x",
        mail="somebody@example.org",
    )
    logging.getLogger("lib").warning("cannot reach https://me:hunter2@host/")
    err = capsys.readouterr().err
    assert "hunter2" not in err
    assert "bolt://***@host:7687/x" in err
    assert "somebody@example.org" in err


def test_a_line_about_a_record_names_its_trace() -> None:
    assert tracing.named(
        Record("t", b"", b"", Headers.of({TRACEPARENT: f"00-{TRACE}-00f067aa0ba902b7-01"}))
    ) == {"trace_id": TRACE}
    assert tracing.named(Record("t", b"", b"")) == {}
