"""Publishes a file, standard input, a port or a file that grows to the raw topic of a feed.

A file is published once: each transaction has some of its blocks and the receipt for them, so that whoever
runs the same command again goes on where the last one stopped, or does nothing; a file that is followed goes
on in the same way. What comes by standard input or over a port has no fingerprint and so no receipt: what was
under way when Kafka failed is sent again, and fixes that come twice are dropped later.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from threading import Event
from typing import Final
from uuid import uuid4

from ingest import options as choices
from ingest import receipts
from ingest.blocks import MOST_BYTES, as_if_live, as_they_stand
from ingest.envelope import STAGE, Envelope, checked
from ingest.errors import FeedError, PublishError
from ingest.feed import Block, Feed
from ingest.intake import Intake, Lines, intake
from ingest.order import Ordered, Span, ordered
from ingest.outbox import Outbox
from ingest.receipts import Receipt
from ontology.times import MILLISECOND, from_ms, to_ms
from runtime import kafka, tracing
from runtime.patience import persist
from runtime.record import Record
from runtime.servers import Endpoints
from runtime.settings import Settings
from runtime.topics import Topics

_FEW_BYTES: Final = 4 * 1024 * 1024
"""Bytes in a transaction at least, of what is not live."""


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
        follow: go on with what is appended to the file, until stopped.
    """

    distribution: str | None = None
    label: str | None = None
    receiver: str | None = None
    as_if_live: bool = False
    block_lines: int = 20_000
    open_ended: bool = False
    closes_at: datetime | None = None
    again: bool = False
    follow: bool = False


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
    """Publish a source to the raw topic of a feed.

    Args:
        feed: the feed.
        source: a path (plain or gzip), "-" for standard input, or an address such as tcp://host:port.
        settings: the settings.
        endpoints: where Kafka is.
        options: how.
        on_progress: told after each transaction.
        stop: ends it: a file after the transaction at hand, and the same call goes on from there; what is
            endless once all is published that was read.

    Raises:
        FeedError: the source is not of this feed.
        PublishError: the source cannot be read to its end, or an option cannot be.
        TerminalError: Kafka refuses, stays away, or another process publishes the same file.
    """
    taken = intake(str(source), follow=options.follow)
    return _Publication(feed, taken, settings, endpoints.kafka_bootstrap, options).run(
        on_progress or (lambda _: None), stop or Event()
    )


class _Publication:
    def __init__(
        self, feed: Feed, taken: Intake, settings: Settings, bootstrap: str, options: Options
    ) -> None:
        if options.as_if_live and (taken.live or taken.resumes):
            raise PublishError("--as-if-live is for history; what comes live is known when it comes")
        self._feed = feed
        self._intake = taken
        self._settings = settings
        self._bootstrap = bootstrap
        self._tracer = tracing.tracer(settings, STAGE)
        self._options = options
        self._topics = Topics(settings.topic_prefix, settings.topic_replicas, settings.raw_partitions)
        # What is not known to come in order is looked at for it, one block ahead.
        self._watched = not (taken.endless or options.as_if_live or options.open_ended or feed.whole)
        self._envelope = Envelope(
            topic=self._topics.raw(feed.name),
            feed=feed,
            reference=taken.name,
            receiver=options.receiver or feed.name,
            label=checked(options.label or settings.feed_labels.get(feed.name)),
            distribution=options.distribution,
            as_if_live=options.as_if_live,
        )

    def run(self, on_progress: Callable[[Progress], None], stop: Event) -> Published:
        identity = self._intake.identity()
        # What is endless is stopped to be done: what was read is still published then.
        outbox = self._outbox(identity, Event() if self._intake.endless else stop)
        with ExitStack() as stack:
            if self._intake.resumes:
                self._ready(stack, outbox, stop)
            place = outbox.receipt.place if outbox.receipt else None
            lines = stack.enter_context(self._intake.open(self._feed, place, stop))
            if not self._intake.resumes:
                self._ready(stack, outbox, stop)
            before = outbox.receipt
            if before is not None and before.done:
                return Published(before, 0, already=True)
            start = before or Receipt(self._intake.name, self._options.block_lines)
            return self._publish(lines, outbox, start, on_progress, stop)

    def _publish(
        self,
        lines: Lines,
        outbox: Outbox,
        start: Receipt,
        on_progress: Callable[[Progress], None],
        stop: Event,
    ) -> Published:
        receipt = start
        for batch in self._batches(lines, start, stop):
            if stop.is_set() and not self._intake.endless:
                break
            with tracing.publishing(self._tracer, batch.records):
                if not outbox.commit(batch.records, batch.receipt):
                    break
            receipt = batch.receipt
            seen = Progress(receipt.lines, receipt.blocks, lines.bytes_read(), self._intake.total())
            on_progress(seen)
        return Published(receipt, receipt.lines - start.lines, already=False)

    def _ready(self, stack: ExitStack, outbox: Outbox, stop: Event) -> None:
        """Topics and transactions are there, and what was published before is known."""
        admin = kafka.admin(self._bootstrap)

        def session(_: Event) -> bool:
            self._topics.ensure(admin, [self._envelope.topic, self._topics.receipts])
            return True

        persist(session, stop, self._settings.patience_seconds, STAGE)
        stack.enter_context(outbox)
        if self._options.again:
            outbox.start_anew()

    def _outbox(self, identity: str | None, stop: Event) -> Outbox:
        name = f"{STAGE}-{self._feed.name}-{_short(identity) if identity else uuid4().hex[:16]}"
        chosen = [choices.to_text(self._feed.given)] if self._feed.given else []
        under = identity and receipts.key(
            self._feed.name,
            identity,
            self._envelope.label,
            self._envelope.distribution,
            self._envelope.receiver,
            self._envelope.as_if_live,
            *chosen,
        )
        return Outbox(self._bootstrap, self._topics, name, under, self._settings.patience_seconds, stop)

    def _blocks(self, lines: Lines, most_lines: int) -> Iterator[Block]:
        if self._feed.whole:
            return iter(self._pieces(b"".join(line for line in lines.lines if line is not None)))
        coming = self._feed.arriving(lines.lines, live=self._intake.live)
        if self._options.as_if_live:
            return as_if_live(self._feed, lines.head(), coming, most_lines)
        return as_they_stand(self._feed, coming, most_lines, lines.first_line)

    def _pieces(self, document: bytes) -> list[Block]:
        """A document cut, all of it before any of it is published."""
        try:
            return list(self._feed.cut(document, MOST_BYTES)) if document else []
        except FeedError as error:
            raise FeedError(f"{self._intake.name}: {error}") from error

    def _batches(self, lines: Lines, receipt: Receipt, stop: Event) -> Iterator["_Batch"]:
        """What goes into one transaction each; the last has the closing tick, if all is told."""
        records: list[Record] = []
        size = 0
        blocks = self._ordered(lines, receipt.block_lines)
        for block, latest, in_order in islice(blocks, 0 if self._intake.resumes else receipt.blocks, None):
            record = self._envelope.of_block(lines.head(), block, in_order=in_order)
            records.append(record)
            size += len(record.value)
            receipt = replace(
                receipt,
                blocks=receipt.blocks + 1,
                lines=receipt.lines + block.lines,
                latest=max((each for each in (latest, receipt.latest) if each is not None), default=None),
                place=lines.place_after(block.lines),
            )
            if size >= _FEW_BYTES or self._intake.endless:
                yield _Batch(records, receipt)
                records, size = [], 0
        if not (self._intake.endless and stop.is_set()):
            yield _Batch([*records, *self._closing(receipt.latest)], replace(receipt, done=True))

    def _closing(self, latest: int | None) -> list[Record]:
        if self._options.open_ended or (latest is None and self._options.closes_at is None):
            return []
        return [self._envelope.closing(self._options.closes_at or from_ms(latest or 0) + MILLISECOND)]

    def _ordered(self, lines: Lines, most_lines: int) -> Iterator[Ordered]:
        blocks = self._blocks(lines, most_lines)
        if self._watched:
            return ordered(
                blocks, lambda block: self._span(lines, block), int(self._settings.lateness_seconds * 1000)
            )
        spans = ((block, self._span(lines, block)) for block in blocks)
        in_order = not self._feed.whole
        return (Ordered(block, span[1] if span else None, in_order) for block, span in spans)

    def _span(self, lines: Lines, block: Block) -> Span:
        times = self._feed.times(lines.head(), block.body)
        end = to_ms(datetime.now(UTC) + timedelta(seconds=self._settings.future_seconds))
        believed = times[(times >= to_ms(self._settings.earliest)) & (times <= end)]
        return (int(believed.min()), int(believed.max())) if len(believed) else None


@dataclass(frozen=True, slots=True)
class _Batch:
    records: list[Record]
    receipt: Receipt


def _short(identity: str) -> str:
    return identity.removeprefix("follow-")[:16]
