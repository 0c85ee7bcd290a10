"""What a publication says of itself on every raw record: label, distribution, receiver, when it was known."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from ingest import options as choices
from ingest.errors import PublishError
from ingest.feed import Block, Feed
from ontology.errors import LabelError
from ontology.labels import canonical
from ontology.times import to_text
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

STAGE: Final = "publish"


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the raw records of one publication have in common.

    Attributes:
        topic: where they go.
        feed: how they are read.
        reference: what they were taken from.
        receiver: who received it.
        label: the canonical security label; None leaves it to the settings of who reads.
        distribution: the id of the distribution.
        as_if_live: it was learned when the data says.
    """

    topic: str
    feed: Feed
    reference: str
    receiver: str
    label: str | None
    distribution: str | None
    as_if_live: bool

    def of_block(self, head: bytes, block: Block, *, in_order: bool) -> Record:
        """The raw record of a block; one that is told in the order of time moves the watermark."""
        headers = self._headers(self.feed.content_types[0])
        if block.first_line is not None:
            headers = headers.with_(FIRST_LINE, str(block.first_line))
        if not in_order:
            headers = headers.with_(WATERMARK, AT_CLOSING)
        value = head + b"\n" + block.body if head else block.body
        return Record(self.topic, self.receiver.encode(), value, headers)

    def closing(self, end: datetime) -> Record:
        """The tick that says that all before an instant was told."""
        return Record(self.topic, self.receiver.encode(), to_text(end).encode(), self._headers(TICK))

    def _headers(self, content_type: str) -> Headers:
        now = to_text(datetime.now(UTC))
        texts = {CONTENT_TYPE: content_type, DATA_SOURCE_REFERENCE: self.reference, SCHEMA_VERSION: SCHEMA}
        if self.label is not None:
            texts[SECURITY_LABEL] = self.label
        if self.feed.given:
            texts[FEED_OPTIONS] = choices.to_text(self.feed.given)
        if self.distribution is not None:
            texts[DISTRIBUTION_ID] = self.distribution
        texts |= {KNOWN_AT: FROM_DATA, RECEIVED_AT: now} if self.as_if_live else {KNOWN_AT: now}
        return Headers((*Headers.of(texts | {EXEC_PATH: STAGE}), request_id_entry()))


def checked(label: str | None) -> str | None:
    """A label in its canonical form.

    Raises:
        PublishError: it is no label.
    """
    try:
        return None if label is None else canonical(label)
    except LabelError as error:
        raise PublishError(str(error)) from error
