"""A record of the log: topic, key, value, headers, and where it stood; and what its headers are called.

The names are those of Telicent CORE, so that its records load here and ours there; `Known-At`, `Received-At`,
`Watermark`, `First-Line`, `Feed-Options` and `Schema-Version` are our own.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from os import urandom
from typing import Final

from ontology.times import from_text, to_text

CONTENT_TYPE: Final = "Content-Type"
SECURITY_LABEL: Final = "Security-Label"
DISTRIBUTION_ID: Final = "Distribution-Id"
DATA_SOURCE_REFERENCE: Final = "Data-Source-Reference"
REQUEST_ID: Final = "Request-Id"
INPUT_REQUEST_ID: Final = "Input-Request-Id"
EXEC_PATH: Final = "Exec-Path"
TRACEPARENT: Final = "traceparent"
TRACESTATE: Final = "tracestate"
KNOWN_AT: Final = "Known-At"
RECEIVED_AT: Final = "Received-At"
"""When a raw record came in, where `Known-At` is taken from its data."""
WATERMARK: Final = "Watermark"
FIRST_LINE: Final = "First-Line"
"""Line number, in the file, of the first line of data in a raw record that is a run of a file's lines."""
FEED_OPTIONS: Final = "Feed-Options"
"""What was chosen about how a raw record's feed is read, as JSON."""
SCHEMA_VERSION: Final = "Schema-Version"
DEAD_LETTER_REASON: Final = "Dead-Letter-Reason"
DEAD_LETTER_FIELD: Final = "Dead-Letter-Field"
DEAD_LETTER_LINE: Final = "Dead-Letter-Line"
DEAD_LETTER_ORIGIN: Final = "Dead-Letter-Origin"
DEAD_LETTER_EXCEPTION: Final = "Dead-Letter-Exception"
DEAD_LETTER_STAGE: Final = "Dead-Letter-Stage"

FROM_DATA: Final = "from-data"
"""`Known-At` of a raw record whose data tells when it would have been known, had it come live."""
AT_CLOSING: Final = "at-closing"
"""`Watermark` of a raw record whose source vouches for nothing till its closing tick: a file in any order."""
N_TRIPLES: Final = "application/n-triples"
CSV: Final = "text/csv"
TICK: Final = "application/vnd.diurnal.tick"
DENY: Final = "!"
UNREGISTERED: Final = "unregistered"
"""The distribution of a record that names none."""
SCHEMA: Final = "1"

_PASSED_ON: Final = frozenset(
    name.lower()
    for name in (SECURITY_LABEL, DISTRIBUTION_ID, DATA_SOURCE_REFERENCE, TRACEPARENT, TRACESTATE, KNOWN_AT)
)

Entry = tuple[str, bytes | None]


class Headers:
    """The headers of a record: names in any case, the last value of a name wins, order and strangers kept.

    A value, like a tuple: `with_` and its like give new headers.
    """

    __slots__ = ("_entries", "_last")

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._entries: tuple[Entry, ...] = tuple(entries)
        self._last: dict[str, bytes] | None = None

    @classmethod
    def of(cls, texts: Mapping[str, str]) -> "Headers":
        """Headers from names and texts."""
        return cls((name, text.encode()) for name, text in texts.items())

    def get(self, name: str) -> str | None:
        """The text under a name, whatever its case: the last one, or None."""
        if self._last is None:  # a stage asks for many, and each in any case
            self._last = {key.lower(): value for key, value in self._entries if value is not None}
        value = self._last.get(name.lower())
        return None if value is None else value.decode("utf-8", "replace")

    def all(self, name: str) -> list[str]:
        """Every text under a name, in order."""
        wanted = name.lower()
        return [
            value.decode("utf-8", "replace")
            for key, value in self._entries
            if key.lower() == wanted and value is not None
        ]

    def with_(self, name: str, value: str) -> "Headers":
        """These headers with one value under the name, at the end, in place of any others."""
        return Headers((*self.without(name), (name, value.encode())))

    def adding(self, name: str, value: str) -> "Headers":
        """These headers with one more value under the name."""
        return Headers((*self._entries, (name, value.encode())))

    def without(self, name: str) -> "Headers":
        """These headers less every value under the name."""
        unwanted = name.lower()
        return Headers(entry for entry in self._entries if entry[0].lower() != unwanted)

    def to_kafka(self) -> list[Entry]:
        """The headers as the Kafka client takes them."""
        return list(self._entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Headers) and self._entries == other._entries

    def __hash__(self) -> int:
        return hash(self._entries)

    def __repr__(self) -> str:
        return f"Headers({list(self._entries)!r})"


@dataclass(slots=True)
class Record:
    """One record of the log, read or to be written. Treat it as a value; it is not frozen for speed alone.

    Attributes:
        topic: the topic's full name, prefix included.
        key: decides the partition, where that is left open.
        value: the payload.
        headers: the headers.
        partition: where it stood; for a record to be written -1 leaves the choice to the key.
        offset: where it stood in the partition; -1 for a record to be written.
        timestamp: what Kafka says of when it was written, epoch milliseconds; 0 where it says nothing. It
            means nothing to us, but for those who do not say when a record was known.
    """

    topic: str
    key: bytes | None
    value: bytes
    headers: Headers = field(default_factory=Headers)
    partition: int = -1
    offset: int = -1
    timestamp: int = field(default=0, compare=False)

    @property
    def origin(self) -> str:
        """Where the record stood: `topic/partition/offset`."""
        return f"{self.topic}/{self.partition}/{self.offset}"

    @property
    def label(self) -> str:
        """The security label as it came; without one the deny default."""
        return self.headers.get(SECURITY_LABEL) or DENY

    @property
    def distribution(self) -> str:
        """The distribution that the record belongs to."""
        return self.headers.get(DISTRIBUTION_ID) or UNREGISTERED

    @property
    def known_at(self) -> datetime | None:
        """When Diurnal learned it, or None where that is left to the data.

        Raises:
            ValueError: the header is there and no instant; missing altogether.
        """
        text = self.headers.get(KNOWN_AT)
        if text is None:
            raise ValueError(f"the record has no {KNOWN_AT} header; whoever learns a thing first must set it")
        return None if text == FROM_DATA else from_text(text)


def passed_on(headers: Headers, stage: str) -> Headers:
    """The headers of an output that a stage makes from a record with these headers.

    Label, distribution, source reference, time of knowledge and trace are kept (to drop a label would be a
    security fault), the request gets an id of its own and names the one that it came from, and the stage
    adds itself to the path.
    """
    return Headers((*inherited(headers, stage), request_id_entry()))


def inherited(headers: Headers, stage: str) -> tuple[Entry, ...]:
    """What `passed_on` gives, less the new request's id: to be shared by the many outputs of one record."""
    entries: list[Entry] = [entry for entry in headers if entry[0].lower() in _PASSED_ON]
    cause = headers.get(REQUEST_ID)
    if cause is not None:
        entries.append((INPUT_REQUEST_ID, cause.encode()))
    entries.extend((EXEC_PATH, step.encode()) for step in headers.all(EXEC_PATH))
    entries.append((EXEC_PATH, stage.encode()))
    entries.append((SCHEMA_VERSION, SCHEMA.encode()))
    return tuple(entries)


def request_id_entry() -> Entry:
    """A new `Request-Id` header: a random UUID (RFC 9562, version 4)."""
    # every segment gets one, and the library's own class takes five times as long
    digits = urandom(16).hex()
    variant = "89ab"[int(digits[16], 16) & 3]
    text = f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"
    return REQUEST_ID, text.encode()


@lru_cache(maxsize=4096)
def known_at_entry(instant: datetime) -> Entry:
    """The `Known-At` header of an instant."""
    return KNOWN_AT, to_text(instant).encode()
