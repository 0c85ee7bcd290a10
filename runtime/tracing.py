"""Traces by OpenTelemetry: a trace is one raw record's way to the graph, carried in `traceparent` headers.

It begins where a raw record is published, or goes on from what a partner began. In every batch each trace
gets one span, whose context its outputs carry on. Without a place to send spans to, nothing here is done.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from os import environ
from typing import TYPE_CHECKING, Final

import structlog

from runtime.record import TRACEPARENT, Record
from runtime.settings import Settings

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Span, SpanContext, Tracer

MOST_TRACES: Final = 64
"""So many traces of a batch get a span in it; what is of others keeps the context that it came with."""
MOST_LINKS: Final = 32
_STANDARD: Final = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_TRACES: Final = "/v1/traces"
_TRACE_ID: Final = "trace_id"
_COLLECTOR_S: Final = 3.0
"""So long a collector is waited for, retries included: the end of a process waits for it, too."""

_lock = threading.Lock()
_providers: "dict[tuple[str, float, str, int | str], TracerProvider]" = {}


def address(settings: Settings) -> str | None:
    """The URL that spans are posted to, by our setting or by the standard's variables; None sends nowhere."""
    if settings.otlp_endpoint:
        return settings.otlp_endpoint.rstrip("/") + _TRACES
    whole, base = (environ.get(name) for name in _STANDARD)
    return whole or (base.rstrip("/") + _TRACES if base else None)


def tracer(settings: Settings, service: str, instance: int | str = 0) -> "Tracer | None":
    """What makes the spans of a worker, or None where they would go nowhere.

    Args:
        settings: where to send spans, and of how many traces.
        service: the worker's name; the service is called `diurnal-<name>`.
        instance: its number or name among the workers of this name.
    """
    where = address(settings)
    if where is None:
        return None
    key = (where, settings.trace_ratio, service, instance)
    with _lock:
        if key not in _providers:
            _providers[key] = _provider(*key)
        return _providers[key].get_tracer("diurnal")


def flush() -> None:
    """Send what was not sent yet; the end of a process does it by itself."""
    with _lock:
        for provider in _providers.values():
            provider.force_flush()


def close() -> None:
    """Send what was not sent yet, if the collector takes it soon, and trace nothing more."""
    with _lock:
        for provider in _providers.values():
            provider.shutdown()
        _providers.clear()


def _provider(where: str, ratio: float, service: str, instance: int | str) -> "TracerProvider":
    from importlib.metadata import version

    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased

    resource = Resource.create(
        {
            "service.namespace": "diurnal",
            "service.name": f"diurnal-{service}",
            "service.instance.id": f"{service}-{instance}",
            "service.version": version("diurnal"),
        }
    )
    provider = TracerProvider(sampler=ParentBased(TraceIdRatioBased(ratio)), resource=resource)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=where, timeout=_COLLECTOR_S)))
    return provider


@contextmanager
def publishing(by: "Tracer | None", records: Sequence[Record]) -> Iterator[None]:
    """Begin a trace with each record, or go on with the one it came with; its span ends with the block."""
    if by is None:
        yield
        return
    spans = []
    for record in records:
        span = _start(by, f"publish {record.topic}", _context(record.headers.get(TRACEPARENT)), "PRODUCER")
        span.set_attribute("messaging.system", "kafka")
        span.set_attribute("messaging.destination.name", record.topic)
        span.set_attribute("messaging.message.body.size", len(record.value))
        record.headers = record.headers.with_(TRACEPARENT, _text(span.get_span_context()))
        spans.append(span)
    yield
    for span in spans:
        span.end()


class Spans:
    """The spans of one batch: one for each trace in it, a new one for what came without.

    A span is the child of the first record of its trace, and linked to others of it. What is made from no
    single record is of the last trace, whose record was the occasion; its span is linked to the other traces.
    """

    def __init__(self, by: "Tracer", stage: str, records: Sequence[Record]) -> None:
        """Begin the spans.

        Args:
            by: makes them.
            stage: the worker's name.
            records: the batch; not empty.
        """
        traces = _traces(records)
        last = next(reversed(traces))
        first_of_others = [found[0] for trace, found in traces.items() if trace != last and found]
        self._spans: dict[str, Span] = {}
        for trace, contexts in traces.items():
            links = contexts[1:] if trace != last else [*contexts[1:], *first_of_others]
            parent = contexts[0] if contexts else None
            self._spans[trace] = _start(by, f"{stage} batch", parent, "CONSUMER", links[:MOST_LINKS])
        self._last = self._spans[last]
        self._describe(stage, records)

    def stamp(self, outputs: Sequence[Record]) -> None:
        """Set the context that each output carries on."""
        texts = {trace: _text(span.get_span_context()) for trace, span in self._spans.items()}
        occasion = _text(self._last.get_span_context())
        for output in outputs:
            text = output.headers.get(TRACEPARENT)
            told = occasion if text is None else texts.get(trace_id(text))
            if told is not None:
                output.headers = output.headers.with_(TRACEPARENT, told)

    def end(self, written: int, dead: int) -> None:
        """The batch is committed."""
        for span in self._spans.values():
            span.set_attribute("diurnal.records.written", written)
            span.set_attribute("diurnal.dead_letters", dead)
            span.end()
        structlog.contextvars.unbind_contextvars(_TRACE_ID)

    def _describe(self, stage: str, records: Sequence[Record]) -> None:
        topics = {record.topic for record in records}
        for span in self._spans.values():
            span.set_attribute("messaging.system", "kafka")
            span.set_attribute("messaging.operation.type", "process")
            span.set_attribute("messaging.batch.message_count", len(records))
            span.set_attribute("messaging.consumer.group.name", stage)
            if len(topics) == 1:
                span.set_attribute("messaging.destination.name", records[0].topic)
        context = self._last.get_span_context()
        structlog.contextvars.bind_contextvars(**{_TRACE_ID: f"{context.trace_id:032x}"})


def trace_id(traceparent: str | None) -> str:
    """The id of the trace in a `traceparent` header; "" where there is none."""
    parts = (traceparent or "").split("-")
    return parts[1] if len(parts) >= 4 and len(parts[1]) == 32 else ""


def named(record: Record) -> dict[str, str]:
    """The trace of a record as a line of the log names it, if it has one."""
    found = trace_id(record.headers.get(TRACEPARENT))
    return {_TRACE_ID: found} if found else {}


def _traces(records: Sequence[Record]) -> "dict[str, list[SpanContext]]":
    """Trace → the contexts of its records, each once; under "" what came without any. Ends with the last."""
    texts = dict.fromkeys(record.headers.get(TRACEPARENT) for record in records)
    last = records[-1].headers.get(TRACEPARENT)
    traces: dict[str, list[SpanContext]] = {}
    for text in texts:
        context = _context(text)
        trace = trace_id(text) if context is not None else ""
        if trace not in traces and len(traces) >= MOST_TRACES - 1 and text != last:
            continue
        found = traces.setdefault(trace, [])
        if context is not None and len(found) <= MOST_LINKS:
            found.append(context)
    final = trace_id(last) if _context(last) is not None else ""
    traces[final] = traces.pop(final)
    return traces


def _context(traceparent: str | None) -> "SpanContext | None":
    """The context in a header, if it is one."""
    if not traceparent:
        return None
    from opentelemetry.trace import get_current_span
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    found = TraceContextTextMapPropagator().extract({TRACEPARENT: traceparent})
    context = get_current_span(found).get_span_context()
    return context if context.is_valid else None


def _start(
    by: "Tracer",
    name: str,
    parent: "SpanContext | None",
    kind: str,
    links: "Sequence[SpanContext]" = (),
) -> "Span":
    from opentelemetry.context import Context
    from opentelemetry.trace import Link, NonRecordingSpan, SpanKind, set_span_in_context

    context = Context() if parent is None else set_span_in_context(NonRecordingSpan(parent), Context())
    return by.start_span(name, context, SpanKind[kind], links=[Link(link) for link in links])


def _text(context: "SpanContext") -> str:
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"
