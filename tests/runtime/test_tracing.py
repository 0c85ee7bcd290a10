"""Traces: begun or gone on with when a raw record is published, one span of each in a batch, passed on."""

import json

import pytest
import structlog
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_ON, ParentBased, TraceIdRatioBased
from opentelemetry.trace import Tracer

from runtime import telemetry, tracing
from runtime.record import TRACEPARENT, Headers, Record
from runtime.settings import Settings
from runtime.tracing import Spans, publishing, trace_id
from runtime.watch import Watched
from runtime.worker import Worker, worker_of

PARTNER = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def parent(number: int, span: int = 1, flags: str = "01") -> str:
    return f"00-{number:032x}-{span:016x}-{flags}"


def record(traceparent: str | None, topic: str = "raw.x") -> Record:
    return Record(topic, b"k", b"v", Headers.of({TRACEPARENT: traceparent} if traceparent else {}))


class Kept:
    """A tracer, and the spans that it made."""

    def __init__(self, ratio: float = 1.0) -> None:
        self._memory = InMemorySpanExporter()
        provider = TracerProvider(sampler=ParentBased(TraceIdRatioBased(ratio) if ratio < 1 else ALWAYS_ON))
        provider.add_span_processor(SimpleSpanProcessor(self._memory))
        self.tracer: Tracer = provider.get_tracer("test")

    @property
    def spans(self) -> list[ReadableSpan]:
        return list(self._memory.get_finished_spans())

    def of(self, trace: str) -> ReadableSpan:
        [span] = [each for each in self.spans if f"{each.context.trace_id:032x}" == trace]
        return span


def said(output: Record) -> str:
    text = output.headers.get(TRACEPARENT)
    assert text is not None
    return text


def recorded(output: Record) -> bool:
    """Whether the header says so: the lowest bit of its flags; others may be set, too."""
    return bool(int(said(output)[-2:], 16) & 1)


def test_publishing_begins_a_trace_for_each_record() -> None:
    kept = Kept()
    records = [record(None), record(None)]
    with publishing(kept.tracer, records):
        assert kept.spans == []
    first, second = (trace_id(said(each)) for each in records)
    assert first != second
    assert kept.of(first).name == "publish raw.x"
    assert recorded(records[0])


def test_publishing_goes_on_with_a_partners_trace() -> None:
    kept = Kept()
    published = record(PARTNER)
    with publishing(kept.tracer, [published]):
        pass
    span = kept.of(trace_id(PARTNER))
    assert span.parent is not None
    assert f"{span.parent.span_id:016x}" == "00f067aa0ba902b7"
    assert trace_id(said(published)) == trace_id(PARTNER)
    assert said(published) != PARTNER


def test_without_a_tracer_headers_stay_as_they_are() -> None:
    published = record(PARTNER)
    with publishing(None, [published]):
        pass
    output = record(PARTNER, "knowledge")
    Watched(Worker("stage", "nowhere:1", []), [published]).carried([output])
    assert (said(published), said(output)) == (PARTNER, PARTNER)


def test_a_batch_has_one_span_of_each_trace_and_outputs_carry_it_on() -> None:
    kept = Kept()
    batch = [record(parent(1)), record(parent(2)), record(parent(1, span=9)), record(None)]
    spans = Spans(kept.tracer, "ingest", batch)
    outputs = [record(parent(1)), record(parent(2)), record(None), record("garbage")]
    spans.stamp(outputs)
    spans.end(4, 0)
    assert len(kept.spans) == 3
    first = kept.of(f"{1:032x}")
    assert first.attributes is not None
    assert first.attributes["messaging.batch.message_count"] == 4
    assert [link.context.span_id for link in first.links] == [9]
    assert first.context is not None
    assert said(outputs[0]) == parent(1, first.context.span_id)
    assert trace_id(said(outputs[1])) == f"{2:032x}"
    assert trace_id(said(outputs[2])) not in {f"{1:032x}", f"{2:032x}", ""}
    assert trace_id(said(outputs[3])) == trace_id(said(outputs[2]))


def test_what_is_made_of_many_is_of_the_last_trace_and_linked_to_the_others() -> None:
    kept = Kept()
    spans = Spans(kept.tracer, "analytics", [record(parent(1)), record(parent(2)), record(parent(3))])
    conclusion = record(None)
    spans.stamp([conclusion])
    spans.end(1, 0)
    assert trace_id(said(conclusion)) == f"{3:032x}"
    assert {link.context.trace_id for link in kept.of(f"{3:032x}").links} == {1, 2}
    assert not kept.of(f"{1:032x}").links


def test_spans_and_links_are_bounded() -> None:
    kept = Kept()
    many = [record(parent(number)) for number in range(1, 1001)]
    spans = Spans(kept.tracer, "ingest", [*many, *(record(parent(1000, span)) for span in range(2, 500))])
    left_alone, last = record(parent(900)), record(parent(1000))
    spans.stamp([left_alone, last])
    spans.end(2, 0)
    assert len(kept.spans) == tracing.MOST_TRACES
    assert max(len(span.links) for span in kept.spans) <= tracing.MOST_LINKS
    assert said(left_alone) == parent(900)
    assert said(last) != parent(1000)


def test_what_was_not_recorded_before_is_not_recorded_here() -> None:
    kept = Kept()
    unsampled = parent(7, flags="00")
    Spans(kept.tracer, "ingest", [record(unsampled)]).end(0, 0)
    assert kept.spans == []


def test_a_share_of_new_traces_is_recorded_and_the_rest_says_so() -> None:
    kept = Kept(ratio=0.5)
    records = [record(None) for _ in range(400)]
    with publishing(kept.tracer, records):
        pass
    assert sum(map(recorded, records)) == len(kept.spans)
    assert 120 < len(kept.spans) < 280


def test_the_log_names_the_trace_while_its_batch_is_worked_on(capsys: pytest.CaptureFixture[str]) -> None:
    telemetry.configure("INFO", json=True)
    spans = Spans(Kept().tracer, "ingest", [record(PARTNER)])
    telemetry.logger("ingest").info("within")
    spans.end(0, 0)
    telemetry.logger("ingest").info("after")
    within, after = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert within["trace_id"] == trace_id(PARTNER)
    assert "trace_id" not in after
    structlog.contextvars.clear_contextvars()


@pytest.mark.parametrize("text", [None, "", "garbage", "00-0-0-01", "00-" + "1" * 31 + "-2-01"])
def test_what_is_no_traceparent_has_no_trace(text: str | None) -> None:
    assert trace_id(text) == ""


def test_spans_go_where_the_settings_or_the_standards_variables_say(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    assert tracing.address(Settings()) is None
    assert worker_of(Settings(), "nowhere:1", "ingest", []).tracer is None
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318")
    assert tracing.address(Settings()) == "http://collector:4318/v1/traces"
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://other/x")
    assert tracing.address(Settings()) == "http://other/x"
    assert tracing.address(Settings(otlp_endpoint="http://ours:4318/")) == "http://ours:4318/v1/traces"
