"""One trace from the raw record to the graph, as a collector receives it by OTLP."""

from __future__ import annotations

import json
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka.admin import AdminClient
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from runtime import telemetry, tracing
from runtime.record import CONTENT_TYPE, KNOWN_AT, SECURITY_LABEL, TRACEPARENT, Headers, Record
from runtime.replay import everything
from runtime.tracing import trace_id
from runtime.transaction import Transactions
from tests.scenarios.installation import HEAD, Installation, by_time, lines_of_week, write

Install = Callable[..., Installation]
PARTNER = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@dataclass
class Collector:
    """A collector of traces: what was posted to it, decoded."""

    spans: dict[str, list[tuple[str, Span]]] = field(default_factory=lambda: defaultdict(list))
    """Trace → service and span."""
    url: str = ""

    def take(self, body: bytes) -> None:
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            named = {each.key: each.value.string_value for each in resource.resource.attributes}
            for scope in resource.scope_spans:
                for span in scope.spans:
                    self.spans[span.trace_id.hex()].append((named["service.name"], span))

    def way(self, trace: str) -> dict[str, list[Span]]:
        """Service → its spans of a trace."""
        found: dict[str, list[Span]] = defaultdict(list)
        for service, span in self.spans[trace]:
            found[service].append(span)
        return found


@pytest.fixture(autouse=True)
def nothing_is_sent_after_the_test() -> Iterator[None]:
    yield
    tracing.close()


@pytest.fixture
def collector() -> Iterator[Collector]:
    collected = Collector()

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            assert self.path == "/v1/traces"
            assert self.headers["Content-Type"] == "application/x-protobuf"
            collected.take(body)
            answer = ExportTraceServiceResponse().SerializeToString()
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    collected.url = f"http://127.0.0.1:{server.server_port}"
    yield collected
    server.shutdown()
    server.server_close()


def headers_of(installation: Installation, topic: str) -> list[Headers]:
    found = everything(installation.endpoints.kafka_bootstrap, topic)
    return [record.headers for chunk in found for record in chunk]


def traces_in(installation: Installation, topic: str) -> list[str]:
    return list(dict.fromkeys(trace_id(h.get(TRACEPARENT)) for h in headers_of(installation, topic)))


@pytest.fixture
def installation(install: Install, collector: Collector) -> Installation:
    return install(otlp_endpoint=collector.url)


def test_one_trace_leads_from_the_raw_record_to_the_graph(
    installation: Installation, collector: Collector, tmp_path: Path
) -> None:
    installation.publish(write(tmp_path / "week.csv", by_time(lines_of_week())[:3000]))
    installation.work()
    tracing.flush()
    raw, tick = traces_in(installation, installation.topics.raw("ais"))
    way = collector.way(raw)
    [published] = way["diurnal-publish"]
    [mapped] = way["diurnal-ingest"]
    assert published.parent_span_id == b""
    assert mapped.parent_span_id == published.span_id
    assert way["diurnal-graph"]
    assert way["diurnal-analytics"]
    for loaded in [*way["diurnal-graph"], *way["diurnal-analytics"]]:
        assert loaded.parent_span_id == mapped.span_id
        assert mapped.start_time_unix_nano < loaded.start_time_unix_nano < loaded.end_time_unix_nano
    assert raw in traces_in(installation, installation.topics.knowledge)
    # the closing tick is what the conclusions were drawn for: they go on in its trace, linked to the fixes'
    [concluded] = collector.way(tick)["diurnal-analytics"]
    assert traces_in(installation, installation.topics.derived) == [tick]
    assert raw in {link.trace_id.hex() for link in concluded.links}
    assert concluded.span_id in {span.parent_span_id for span in collector.way(tick)["diurnal-graph"]}


def test_a_partners_trace_goes_on_in_ours(
    installation: Installation, collector: Collector, kafka_admin: AdminClient
) -> None:
    topics = installation.topics
    value = b"\n".join([HEAD, b"367791540,2020-12-01 11:31:39,-74.03917,40.71079", b"nobody,never,0,0", b""])
    known = datetime.now(UTC).isoformat()
    headers = Headers.of(
        {CONTENT_TYPE: "text/csv", SECURITY_LABEL: "*", KNOWN_AT: known, TRACEPARENT: PARTNER}
    )
    poison = Record(topics.raw("ais"), b"them", b"no header line", headers)
    topics.ensure(kafka_admin, topics.all(["ais"]))
    with Transactions(installation.endpoints.kafka_bootstrap, topics.name("partner")) as transactions:
        transactions.commit([Record(topics.raw("ais"), b"them", value, headers), poison])
    installation.work()
    tracing.flush()
    way = collector.way(trace_id(PARTNER))
    [mapped] = way["diurnal-ingest"]
    assert mapped.parent_span_id.hex() == "00f067aa0ba902b7"
    assert {span.parent_span_id for span in way["diurnal-graph"]} == {mapped.span_id}
    letters = headers_of(installation, topics.dead_letters(topics.raw("ais")))
    assert {trace_id(letter.get(TRACEPARENT)) for letter in letters} == {trace_id(PARTNER)}


def test_where_nobody_collects_headers_stay_as_the_partner_gave_them(
    install: Install, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    installation = install()
    installation.publish(write(tmp_path / "week.csv", by_time(lines_of_week())[:100]))
    installation.work()
    for topic in (installation.topics.raw("ais"), installation.topics.knowledge):
        assert traces_in(installation, topic) == [""]


def test_a_collector_that_is_away_holds_nobody_up(
    install: Install, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    telemetry.configure("INFO", json=True)
    installation = install(otlp_endpoint="http://127.0.0.1:9")
    began = time.monotonic()
    installation.publish(write(tmp_path / "week.csv", by_time(lines_of_week())[:100]))
    assert installation.work().accepted == 100
    assert time.monotonic() - began < 60
    for line in capsys.readouterr().err.splitlines():
        assert json.loads(line)["level"]
