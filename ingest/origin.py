"""What a raw record says about all that is in it: whose it is, who may see it, when it was learned."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache

from ingest import options
from ingest.errors import FeedError
from ingest.feed import Feed, lines_of
from ontology import iri
from ontology.errors import OntologyError
from ontology.labels import canonical
from ontology.times import from_text, to_ms
from runtime.errors import PoisonError
from runtime.record import (
    AT_CLOSING,
    CONTENT_TYPE,
    DISTRIBUTION_ID,
    FEED_OPTIONS,
    FIRST_LINE,
    FROM_DATA,
    KNOWN_AT,
    N_TRIPLES,
    RECEIVED_AT,
    SECURITY_LABEL,
    WATERMARK,
    Entry,
    Headers,
    Record,
    inherited,
    known_at_entry,
    request_id_entry,
)

STAGE = "ingest"


@dataclass(frozen=True, slots=True)
class Origin:
    """A raw record, its headers read.

    Attributes:
        record: the record.
        feed: how it is read.
        head: what every block of the feed repeats.
        body: the lines.
        lines: how many there are, blank ones too; a document counts as one.
        label: the canonical security label.
        distribution: the id of the distribution.
        sensor: the IRI of who received it.
        known_at: when it was learned; None leaves that to the data.
        received: when it came in.
        vouches: whether its source tells in order, so that what it tells moves its watermark.
        first_line: the number of the first of the lines in what they were taken from.
        base: the headers that every output shares.
    """

    record: Record
    feed: Feed
    head: bytes
    body: bytes
    lines: int
    label: str
    distribution: str
    sensor: str
    known_at: datetime | None
    received: datetime
    vouches: bool
    first_line: int
    base: tuple[Entry, ...]

    def headers(self, known_at: datetime) -> Headers:
        """The headers of an output that is known since then."""
        return Headers((*self.base, known_at_entry(known_at), request_id_entry()))


def read(record: Record, feed: Feed, default_labels: Mapping[str, str]) -> Origin:
    """Read the headers and the head of a raw record.

    Args:
        record: the record.
        feed: the feed that it belongs to.
        default_labels: the label of what a feed brings without one, by the feed's name.

    Raises:
        PoisonError: they cannot be read; it names the header.
    """
    try:
        chosen = record.headers.get(FEED_OPTIONS)
        feed = feed.configured(options.from_text(chosen)) if chosen else feed
        first, _, rest = record.value.partition(b"\n")
        head = feed.head(first)
    except FeedError as error:
        raise PoisonError(str(error)) from error
    return _of(record, feed, default_labels, head, rest if head else record.value)


def of_tick(record: Record, feed: Feed, default_labels: Mapping[str, str]) -> Origin:
    """Read the headers of a closing tick, which has no lines.

    Raises:
        PoisonError: they cannot be read; it names the header.
    """
    return _of(record, feed, default_labels, b"", b"")


def _of(record: Record, feed: Feed, default_labels: Mapping[str, str], head: bytes, body: bytes) -> Origin:
    headers = record.headers
    try:
        label = canonical(headers.get(SECURITY_LABEL) or default_labels.get(feed.name) or "!")
        known_at = record.known_at
        received = _received(headers, known_at)
        sensor = iri.sensor(record.key.decode() if record.key else feed.name)
        first_line = int(headers.get(FIRST_LINE) or (2 if head else 1))
    except (OntologyError, ValueError) as error:
        raise PoisonError(str(error)) from error
    return Origin(
        record=record,
        feed=feed,
        head=head,
        body=body,
        lines=1 if feed.whole else lines_of(body),
        label=label,
        distribution=record.distribution,
        sensor=sensor,
        known_at=known_at,
        received=received,
        vouches=headers.get(WATERMARK) != AT_CLOSING,
        first_line=first_line,
        base=_base(headers, label, record.distribution),
    )


def _received(headers: Headers, known_at: datetime | None) -> datetime:
    if known_at is not None:
        return known_at
    text = headers.get(RECEIVED_AT)
    if text is None:
        raise ValueError(f"{KNOWN_AT} is {FROM_DATA}: set {RECEIVED_AT}, too, to when the record came in")
    return from_text(text)


def _base(headers: Headers, label: str, distribution: str) -> tuple[Entry, ...]:
    """The label and the distribution that hold, said outright, even where the raw record said nothing."""
    told = headers.without(KNOWN_AT).with_(SECURITY_LABEL, label).with_(DISTRIBUTION_ID, distribution)
    return (*inherited(told, STAGE), (CONTENT_TYPE, N_TRIPLES.encode()))


def heard_by(origin: Origin, receiver: str) -> Origin:
    """The raw record as to what this receiver received of it."""
    return replace(origin, sensor=iri.sensor(receiver))


@lru_cache(maxsize=1024)
def latest_believed(received: datetime, future_seconds: float) -> int:
    """The epoch millisecond after which a record that came in then is dated in the future."""
    return to_ms(received + timedelta(seconds=future_seconds))
