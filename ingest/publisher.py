"""Publishes a file, or what comes in at standard input, to the raw topic of a feed.

A file is published once: each transaction has some of its blocks and the receipt for them, so that whoever
runs the same command again goes on where the last one stopped, or does nothing. Standard input has no
fingerprint and so no receipt: what was under way when Kafka failed is sent again, and fixes that come twice
are dropped later.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import chain, islice
from pathlib import Path
from threading import Event
from typing import BinaryIO, Final
from uuid import uuid4

from ingest import options as choices
from ingest import receipts
from ingest.blocks import as_if_live, as_they_stand
from ingest.errors import PublishError
from ingest.feed import Block, Feed
from ingest.outbox import Outbox
from ingest.receipts import Receipt
from ingest.source import STDIN, fingerprint, lines, lines_as_they_come, opened, size
from ontology.errors import LabelError
from ontology.labels import canonical
from ontology.times import MILLISECOND, from_ms, to_ms, to_text
from runtime import kafka, tracing
from runtime.patience import persist
from runtime.record import (
    AT_CLOSING,
    CONTENT_TYPE,
    DATA_SOURCE_REFERENCE,
    DISTRIBUTION_ID,
    EXEC_PATH,
    FEED_OPTIONS,
    FIRST_LINE,
    FROM_DATA,
    KNOWN_AT,
    RECEIVED_AT,
    SCHEMA,
    SCHEMA_VERSION,
    SECURITY_LABEL,
    TICK,
    WATERMARK,
    Headers,
    Record,
    request_id_entry,
)
from runtime.servers import Endpoints
from runtime.settings import Settings
from runtime.topics import Topics

STAGE: Final = "publish"
_PAUSE_S: Final = 1.0
_MOST_BYTES: Final = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Options:
    """How something is published.

    Attributes:
        distribution: the id of the distribution that it belongs to.
        label: its security label; without one that of the feed in the settings.
        receiver: who received it; the sensor is named after it. By default the feed's name.
        as_if_live: as if each line had come, and been learned, at the time in it: sorted, in memory.
        block_lines: lines in a raw record at most.
        open_ended: more is to follow, so nothing is closed at the end.
        closes_at: up to when all is told at the end; by default just behind the latest time in it.
        again: even if it was published before.
    """

    distribution: str | None = None
    label: str | None = None
    receiver: str | None = None
    as_if_live: bool = False
    block_lines: int = 20_000
    open_ended: bool = False
    closes_at: datetime | None = None
    again: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a publication has come.

    Attributes:
        lines: lines published.
        blocks: raw records that they make.
        bytes_: bytes read of the source.
        total_bytes: bytes that it has, if that is known.
    """

    lines: int
    blocks: int
    bytes_: int
    total_bytes: int | None


@dataclass(frozen=True, slots=True)
class Published:
    """What a publication came to.

    Attributes:
        receipt: all that is published of the source by now.
        new_lines: lines published by this call.
        already: it had been published whole before, and nothing was done.
    """

    receipt: Receipt
    new_lines: int
    already: bool


def publish(
    feed: Feed,
    source: str | Path,
    settings: Settings,
    endpoints: Endpoints,
    *,
    options: Options = Options(),
    on_progress: Callable[[Progress], None] | None = None,
    stop: Event | None = None,
) -> Published:
    """Publish a file, or standard input, to the raw topic of a feed.

    Args:
        feed: the feed.
        source: a path (plain or gzip), or "-" for standard input.
        settings: the settings.
        endpoints: where Kafka is.
        options: how.
        on_progress: told after each transaction.
        stop: ends it after the transaction at hand; the same call goes on from there.

    Raises:
        FeedError: the source is not of this feed.
        PublishError: the source cannot be read to its end, or an option cannot be.
        TerminalError: Kafka refuses, stays away, or another process publishes the same file.
    """
    return _Publication(feed, str(source), settings, endpoints.kafka_bootstrap, options).run(
        on_progress or (lambda _: None), stop or Event()
    )


class _Publication:
    def __init__(self, feed: Feed, source: str, settings: Settings, bootstrap: str, options: Options) -> None:
        self._feed = feed
        self._source = source
        self._settings = settings
        self._bootstrap = bootstrap
        self._options = options
        self._topics = Topics(settings.topic_prefix, settings.topic_replicas)
        self._receiver = options.receiver or feed.name
        self._label = _checked(options.label or settings.feed_labels.get(feed.name))
        self._file = "stdin" if source == STDIN else Path(source).name

    def run(self, on_progress: Callable[[Progress], None], stop: Event) -> Published:
        sha256 = fingerprint(self._source)
        tracer = tracing.tracer(self._settings, STAGE)
        with opened(self._source) as (stream, read):
            first = next(lines(stream, self._source), b"")
            head = self._feed.head(first)
            self._ensure(stop)
            with self._outbox(sha256, stop) as outbox:
                if self._options.again:
                    outbox.start_anew()
                before = outbox.receipt
                if before is not None and before.done:
                    return Published(before, 0, already=True)
                start = before or Receipt(self._file, self._options.block_lines)
                blocks = self._blocks(head, first, stream, start.block_lines)
                receipt = start
                for batch in self._batches(head, blocks, start):
                    with tracing.publishing(tracer, batch.records):
                        if stop.is_set() or not outbox.commit(batch.records, batch.receipt):
                            break
                    receipt = batch.receipt
                    on_progress(Progress(receipt.lines, receipt.blocks, read(), size(self._source)))
                return Published(receipt, receipt.lines - start.lines, already=False)

    def _ensure(self, stop: Event) -> None:
        admin = kafka.admin(self._bootstrap)

        def session(_: Event) -> bool:
            self._topics.ensure(admin, [self._topics.raw(self._feed.name), self._topics.receipts])
            return True

        persist(session, stop, self._settings.patience_seconds, STAGE)

    def _outbox(self, sha256: str | None, stop: Event) -> Outbox:
        name = f"{STAGE}-{self._feed.name}-{(sha256 or uuid4().hex)[:16]}"
        chosen = [choices.to_text(self._feed.given)] if self._feed.given else []
        under = sha256 and receipts.key(
            self._feed.name,
            sha256,
            self._label,
            self._options.distribution,
            self._receiver,
            self._options.as_if_live,
            *chosen,
        )
        return Outbox(self._bootstrap, self._topics, name, under, self._settings.patience_seconds, stop)

    def _blocks(self, head: bytes, first: bytes, stream: BinaryIO, most_lines: int) -> Iterator[Block]:
        rest: Iterable[bytes | None] = lines(stream, self._source)
        if self._source == STDIN:
            rest = lines_as_they_come(stream, self._source, _PAUSE_S)
        if not head:
            rest = chain([first] if first else [], rest)
        rest = self._feed.arriving(rest, live=False)
        if self._options.as_if_live:
            return as_if_live(self._feed, head, rest, most_lines)
        return as_they_stand(self._feed, rest, most_lines, 2 if head else 1)

    def _batches(self, head: bytes, blocks: Iterator[Block], receipt: Receipt) -> Iterator["_Batch"]:
        """What goes into one transaction each; the last has the closing tick."""
        records: list[Record] = []
        size_ = 0
        for block in islice(blocks, receipt.blocks, None):
            record = self._record(head, block)
            records.append(record)
            size_ += len(record.value)
            receipt = replace(
                receipt,
                blocks=receipt.blocks + 1,
                lines=receipt.lines + block.lines,
                latest=self._latest(head, block, receipt.latest),
            )
            if size_ >= _MOST_BYTES or self._source == STDIN:
                yield _Batch(records, receipt)
                records, size_ = [], 0
        closing = self._closing(receipt.latest)
        yield _Batch([*records, *closing], replace(receipt, done=True))

    def _record(self, head: bytes, block: Block) -> Record:
        headers = self._headers(self._feed.content_types[0])
        if block.first_line is not None:
            headers = headers.with_(FIRST_LINE, str(block.first_line))
        if not self._tells_in_order:
            headers = headers.with_(WATERMARK, AT_CLOSING)
        value = head + b"\n" + block.body if head else block.body
        return Record(self._topics.raw(self._feed.name), self._receiver.encode(), value, headers)

    @property
    def _tells_in_order(self) -> bool:
        return self._options.as_if_live or self._options.open_ended or self._source == STDIN

    def _closing(self, latest: int | None) -> list[Record]:
        if self._options.open_ended or (latest is None and self._options.closes_at is None):
            return []
        end = self._options.closes_at or from_ms(latest or 0) + MILLISECOND
        value = to_text(end).encode()
        return [
            Record(self._topics.raw(self._feed.name), self._receiver.encode(), value, self._headers(TICK))
        ]

    def _headers(self, content_type: str) -> Headers:
        now = to_text(datetime.now(UTC))
        texts = {CONTENT_TYPE: content_type, DATA_SOURCE_REFERENCE: self._file, SCHEMA_VERSION: SCHEMA}
        if self._label is not None:
            texts[SECURITY_LABEL] = self._label
        if self._feed.given:
            texts[FEED_OPTIONS] = choices.to_text(self._feed.given)
        if self._options.distribution is not None:
            texts[DISTRIBUTION_ID] = self._options.distribution
        texts |= {KNOWN_AT: FROM_DATA, RECEIVED_AT: now} if self._options.as_if_live else {KNOWN_AT: now}
        return Headers((*Headers.of(texts | {EXEC_PATH: STAGE}), request_id_entry()))

    def _latest(self, head: bytes, block: Block, before: int | None) -> int | None:
        times = self._feed.times(head, block.body)
        end = to_ms(datetime.now(UTC) + timedelta(seconds=self._settings.future_seconds))
        believed = times[(times >= to_ms(self._settings.earliest)) & (times <= end)]
        found = [int(believed.max())] if len(believed) else []
        return max([*found, *([] if before is None else [before])], default=None)


@dataclass(frozen=True, slots=True)
class _Batch:
    records: list[Record]
    receipt: Receipt


def _checked(label: str | None) -> str | None:
    try:
        return None if label is None else canonical(label)
    except LabelError as error:
        raise PublishError(str(error)) from error
