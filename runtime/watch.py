"""What is told of a batch once it is done: to whom it concerns, to the metrics, and to the traces."""

import time
from collections import Counter
from collections.abc import Sequence
from operator import attrgetter
from typing import Final

from runtime import metrics, telemetry
from runtime.instance import Instance
from runtime.record import DEAD_LETTER_EXCEPTION, DEAD_LETTER_FIELD, Record
from runtime.settings import Settings
from runtime.tracing import Spans
from runtime.worker import Worked, Worker

GRAPH: Final = "graph"
_DEAD: Final = ".dlq"
_TOPIC: Final = attrgetter("topic")
_VALUE: Final = attrgetter("value")


def begin(settings: Settings, worker: str, instance: Instance = 0, port: int | None = None) -> int | None:
    """Make this process known as a worker: in every line of its log, and by its metrics.

    Args:
        settings: where metrics are served.
        worker: its name.
        instance: its number or name among those of this name.
        port: of the metrics, rather than the one that is set.

    Returns:
        The port that its metrics are served on, if they are. A port that is taken is told in the log, and the
        worker does its work without.
    """
    telemetry.identify(worker, instance)
    wanted = port or settings.metrics_port
    if not wanted:
        return None
    try:
        return metrics.serve(wanted, settings.metrics_host)
    except OSError as error:
        telemetry.logger(worker).warning(
            "no metrics are served",
            port=wanted,
            reason=str(error),
            remedy="end what uses the port, or set DIURNAL_METRICS_PORT to another",
        )
        return None


class Watched:
    """One batch of a worker, from when its work begins until it is committed; one that fails is not told."""

    __slots__ = ("_began", "_records", "_spans", "_worker")

    def __init__(self, worker: Worker, records: Sequence[Record]) -> None:
        self._worker = worker
        self._records = records
        self._began = time.perf_counter()
        self._spans = Spans(worker.tracer, worker.name, records) if worker.tracer and records else None

    def carried(self, outputs: Sequence[Record]) -> Sequence[Record]:
        """The outputs, each of which carries on the trace of the record that it was made from."""
        if self._spans is not None:
            self._spans.stamp(outputs)
        return outputs

    def committed(self, outputs: Sequence[Record]) -> None:
        """Everything is in the log: the outputs, dead letters among them, and the offsets."""
        written = Counter(map(_TOPIC, outputs))
        dead = {topic for topic in written if topic.endswith(_DEAD)}
        letters = [output for output in outputs if output.topic in dead] if dead else []
        for topic in dead:
            del written[topic]
        self._tell(written, letters)

    def stored(self, letters: Sequence[Record]) -> None:
        """Everything but the dead letters is in the store."""
        self._tell(Counter({GRAPH: len(self._records) - len(letters)}), letters)

    def _tell(self, written: Counter[str], letters: Sequence[Record]) -> None:
        if not self._records:
            return
        if self._spans is not None:
            self._spans.end(written.total(), len(letters))
        read = Counter(map(_TOPIC, self._records))
        sizes = self._sizes(read)
        self._count(read, sizes, written, letters)
        if self._worker.on_batch is not None:
            self._worker.on_batch(Worked(len(self._records), written.total(), len(letters), sizes.total()))

    def _sizes(self, read: Counter[str]) -> Counter[str]:
        """Bytes of values by topic; most batches are of one."""
        if len(read) == 1:
            return Counter({topic: sum(map(len, map(_VALUE, self._records))) for topic in read})
        sizes = Counter[str]()
        for record in self._records:
            sizes[record.topic] += len(record.value)
        return sizes

    def _count(
        self, read: Counter[str], sizes: Counter[str], written: Counter[str], letters: Sequence[Record]
    ) -> None:
        stage, plain = self._worker.name, self._worker.topics.plain
        metrics.BATCH_SECONDS.labels(stage).observe(time.perf_counter() - self._began)
        metrics.LAST_BATCH.labels(stage).set_to_current_time()
        for topic, count in read.items():
            metrics.RECORDS_READ.labels(stage, plain(topic)).inc(count)
            metrics.READ_BYTES.labels(stage, plain(topic)).inc(sizes[topic])
        for to, count in written.items():
            metrics.RECORDS_WRITTEN.labels(stage, plain(to)).inc(count)
        for letter in letters:
            topic = plain(letter.topic.removesuffix(_DEAD))
            metrics.DEAD_LETTERS.labels(stage, topic, metrics.reason(fault(letter))).inc()


def fault(letter: Record) -> str:
    """The class of what is wrong: the field at fault, else the error's name, else "line"."""
    headers = letter.headers
    return headers.get(DEAD_LETTER_FIELD) or headers.get(DEAD_LETTER_EXCEPTION) or "line"
