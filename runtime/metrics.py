"""What each process counts, for Prometheus: every metric there is, by name, with its labels and meaning.

A label never holds what comes in without bound, such as a subject or a security label. The loops touch these
once a batch, never once a record.
"""

from collections import Counter as Tally
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from prometheus_client import Counter, Gauge, Histogram, disable_created_metrics, start_http_server

LOOPBACK: Final = "127.0.0.1"
MOST_REASONS: Final = 60
"""So many classes of reasons are told apart; the fields of a feed are fewer."""
MOST_SOURCES: Final = 200
OTHER: Final = "other"
_BATCH_BUCKETS: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_REQUEST_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10)


@dataclass(frozen=True, slots=True)
class Described:
    """A metric as the documentation lists it.

    Attributes:
        name: as it stands in a query; of a histogram without `_bucket`, `_sum` and `_count`.
        kind: counter, gauge or histogram.
        meaning: one line.
        labels: their names.
    """

    name: str
    kind: str
    meaning: str
    labels: tuple[str, ...] = ()

    @property
    def series(self) -> tuple[str, ...]:
        """The names of its time series."""
        parts = ("_bucket", "_sum", "_count") if self.kind == "histogram" else ("",)
        return tuple(self.name + part for part in parts)


CATALOGUE: Final[list[Described]] = []
"""Every metric of ours."""

disable_created_metrics()  # type: ignore[no-untyped-call]  # they double the series, and nobody asks for them


def _described(name: str, kind: str, meaning: str, labels: tuple[str, ...]) -> Described:
    described = Described(name, kind, meaning, labels)
    CATALOGUE.append(described)
    return described


def _counter(name: str, meaning: str, *labels: str) -> Counter:
    _described(name, "counter", meaning, labels)
    return Counter(name, meaning, labels)


def _gauge(name: str, meaning: str, *labels: str) -> Gauge:
    _described(name, "gauge", meaning, labels)
    return Gauge(name, meaning, labels)


def _histogram(name: str, meaning: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
    _described(name, "histogram", meaning, labels)
    return Histogram(name, meaning, labels, buckets=buckets)


# Every worker
RECORDS_READ: Final = _counter("diurnal_records_read_total", "Records read and done with.", "stage", "topic")
READ_BYTES: Final = _counter(
    "diurnal_read_bytes_total", "Bytes of the values of those records.", "stage", "topic"
)
RECORDS_WRITTEN: Final = _counter(
    "diurnal_records_written_total", "Records written to a topic, or put into the graph.", "stage", "to"
)
BATCH_SECONDS: Final = _histogram(
    "diurnal_batch_duration_seconds", "Time of a batch, commit included.", _BATCH_BUCKETS, "stage"
)
LAST_BATCH: Final = _gauge(
    "diurnal_last_batch_timestamp_seconds", "When the last batch was committed, Unix time.", "stage"
)
DEAD_LETTERS: Final = _counter(
    "diurnal_dead_letters_total",
    "What could not be processed, by the topic it came from and the field or error at fault.",
    "stage",
    "topic",
    "reason",
)
DISTURBANCES: Final = _counter(
    "diurnal_disturbances_total", "Times that a worker had to begin anew, for a server was away.", "stage"
)

# Single workers
LINES: Final = _counter(
    "diurnal_lines_total",
    "Lines of raw records: accepted, duplicate, rejected, or set aside.",
    "feed",
    "outcome",
)
FIXES: Final = _counter("diurnal_fixes_total", "Fixes put into knowledge.", "feed")
CONCLUSIONS: Final = _counter(
    "diurnal_conclusions_total", "Conclusions written, a changed or withdrawn one once more.", "kind"
)
WATERMARK: Final = _gauge(
    "diurnal_watermark_timestamp_seconds",
    "Up to when a source has told everything, in the data's time, Unix time.",
    "source",
)
GRAPH_TRANSACTIONS: Final = _counter("diurnal_graph_transactions_total", "Transactions done in Neo4j.")
GRAPH_RETRIES: Final = _counter(
    "diurnal_graph_transaction_retries_total", "Transactions in Neo4j that were tried again."
)
API_REQUESTS: Final = _counter(
    "diurnal_api_requests_total", "Requests answered.", "method", "route", "status"
)
API_SECONDS: Final = _histogram(
    "diurnal_api_request_duration_seconds", "Time of a request.", _REQUEST_BUCKETS, "method", "route"
)

# Told by the API of the log, whether or not the workers live
LAG: Final = _described(
    "diurnal_lag_records",
    "gauge",
    "Offsets that a stage has still to read; the log's own marks count as well.",
    ("stage", "topic", "partition"),
)
OLDEST: Final = _described(
    "diurnal_oldest_unprocessed_age_seconds",
    "gauge",
    "How long the oldest record that a stage has still to read has lain in the log.",
    ("stage", "topic"),
)
MEMBERS: Final = _described(
    "diurnal_stage_workers", "gauge", "Workers that Kafka knows in the stage's group.", ("stage",)
)
WORKER_UP: Final = _described(
    "diurnal_worker_up", "gauge", "Whether the process of a worker under `diurnal up` runs.", ("worker",)
)
RESTARTS: Final = _described(
    "diurnal_worker_restarts_total", "counter", "Times that `diurnal up` started it again.", ("worker",)
)
SERVER_UP: Final = _described("diurnal_server_up", "gauge", "Whether a server answers the API.", ("server",))


class Bounded:
    """Values of a label, the first so many of them as they are, and any more as `other`."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: set[str] = set()

    def __call__(self, value: str) -> str:
        """The value, or `other`."""
        if value not in self._known:
            if len(self._known) >= self._most:
                return OTHER
            self._known.add(value)
        return value


_source: Final[Callable[[str], str]] = Bounded(MOST_SOURCES)
reason: Final[Callable[[str], str]] = Bounded(MOST_REASONS)
"""The class of a dead letter's reason, as a label."""


def mapped(feed: str, fixes: int, accepted: int, duplicate: int, rejected: int, aside: int) -> None:
    """Count what became of lines of a feed, and the fixes among them."""
    FIXES.labels(feed).inc(fixes)
    told = {"accepted": accepted, "duplicate": duplicate, "rejected": rejected, "aside": aside}
    for outcome, count in told.items():
        LINES.labels(feed, outcome).inc(count)


def concluded(kinds: Iterable[str]) -> None:
    """Count conclusions, by what they are; one whose transaction fails is counted again."""
    for kind, count in Tally(kinds).items():
        CONCLUSIONS.labels(kind).inc(count)


def told_until(watermarks: Mapping[str, int]) -> None:
    """Show up to which epoch millisecond each source has told everything; of too many sources not all."""
    for source, watermark in watermarks.items():
        if (name := _source(source)) != OTHER:
            WATERMARK.labels(name).set(watermark / 1000)


def serve(port: int, host: str = LOOPBACK) -> int:
    """Serve this process' metrics at `http://HOST:PORT/metrics`, in a thread that ends with it.

    Args:
        port: 0 takes a free one.
        host: the address to listen on.

    Returns:
        The port.

    Raises:
        OSError: the port is taken.
    """
    server, _ = start_http_server(port, host)
    return int(server.server_port)
