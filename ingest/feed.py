"""What a feed is: how the raw records of one kind of source are read. A feed is one file, and one test.

A raw record is a head, which every block of the feed repeats (the header line of a CSV file; perhaps
nothing), and a body of lines; or it is a document, whose elements (its points) stand for the lines. A feed
reads a body as columns, for what passes here passes by the million.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from ingest.options import Option, settle

NO_TIME: Final = np.iinfo(np.int64).min
"""Stands where a line has no time that can be read."""
NOTHING_SAID: Final = -1


@dataclass(frozen=True, slots=True)
class Bounds:
    """What times are believed, in epoch milliseconds.

    Attributes:
        earliest: nothing happened before.
        latest: nothing happened after; one bound, or shape (lines,) one for each line of the body.
    """

    earliest: int
    latest: int | NDArray[np.int64]

    def latest_of(self, lines: NDArray[np.int64]) -> int | NDArray[np.int64]:
        """The later bound of some lines, by their numbers from 0."""
        return self.latest if isinstance(self.latest, int) else self.latest[lines]


@dataclass(frozen=True, slots=True)
class Named:
    """Whom a line is about.

    Attributes:
        kind: a key of `ontology.observed.SUBJECT_CLASSES`.
        scheme: the naming scheme, such as "MMSI".
        value: the name in it.
    """

    kind: str
    scheme: str
    value: str


@dataclass(frozen=True, slots=True)
class Words:
    """What a line says about its subject beside where it is: fields of a subject's state, and names.

    Attributes:
        identifiers: further names that it goes by, each with its scheme, such as ("Registration", "N899DN").
    """

    name: str | None = None
    call_sign: str | None = None
    imo: str | None = None
    type_code: int | None = None
    type_name: str | None = None
    length_m: float | None = None
    width_m: float | None = None
    identifiers: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return self != SILENCE

    @property
    def said(self) -> tuple[Any, ...]:
        """What a subject's state keeps of it, in the order of its fields."""
        return (
            self.name,
            self.call_sign,
            self.imo,
            self.type_code,
            self.type_name,
            self.length_m,
            self.width_m,
        )


SILENCE: Final = Words()


@dataclass(frozen=True, slots=True)
class Motion:
    """Where the subjects of some rows were: arrays of shape (rows,), NaN where a value is missing.

    A row without a longitude tells nothing of where its subject was.

    Attributes:
        lons: degrees east, WGS 84.
        lats: degrees north, WGS 84.
        speeds: over ground, m/s; None where the feed has none.
        courses: over ground, degrees from true north.
        headings: degrees from true north.
    """

    lons: NDArray[np.float64]
    lats: NDArray[np.float64]
    speeds: NDArray[np.float64] | None = None
    courses: NDArray[np.float64] | None = None
    headings: NDArray[np.float64] | None = None

    def take(self, rows: NDArray[np.bool_] | NDArray[np.int64] | slice) -> "Motion":
        """The same of some of the rows."""
        speeds, courses, headings = (
            None if column is None else column[rows] for column in (self.speeds, self.courses, self.headings)
        )
        return Motion(self.lons[rows], self.lats[rows], speeds, courses, headings)


@dataclass(frozen=True, slots=True)
class Reject:
    """A line that cannot be believed.

    Attributes:
        line: its number in the body, from 0.
        raw: its bytes.
        field: the column at fault, "" for the line as a whole.
        reason: what is wrong, and what would be right.
    """

    line: int
    raw: bytes
    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a body says. Every line is a row, a reject or set aside, or it is blank.

    Attributes:
        lines: how many lines there are, less the blank ones.
        rows: shape (rows,): the number of each row's line in the body, from 0, ascending.
        subjects: shape (rows,): whom each row is about, an index of `named`.
        named: the subjects.
        times: shape (rows,): epoch milliseconds.
        motion: where they were; None where the feed does not tell.
        words: shape (rows,): what else each row says, an index of `said`, or NOTHING_SAID.
        said: the words.
        rejects: the lines that cannot be believed, ascending.
        notes: what was left out of rows that else are good, and what was set aside: reason → how often.
        aside: lines that are sound and make no row of their own: the later parts of a message, and what tells
            nothing of any subject.
        heard: shape (rows,): who received each row, an index of `receivers`, or NOTHING_SAID where the row
            does not tell; None where none does.
        receivers: the names of the receivers.
        sparse: each row is a sighting by itself, and not a fix of a track; it may have no position.
        confidences: shape (rows,): of sightings, how sure the sensor was, 0 to 1; NaN where it does not say.
        references: of sightings, what each row's source calls it, "" where it does not; none where none does.
    """

    lines: int
    rows: NDArray[np.int64]
    subjects: NDArray[np.int64]
    named: list[Named]
    times: NDArray[np.int64]
    motion: Motion | None
    words: NDArray[np.int64]
    said: list[Words]
    rejects: list[Reject]
    notes: dict[str, int] = field(default_factory=dict)
    aside: Sequence[int] = ()
    heard: NDArray[np.int64] | None = None
    receivers: Sequence[str] = ()
    sparse: bool = False
    confidences: NDArray[np.float64] | None = None
    references: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """What makes one raw record.

    Attributes:
        body: lines, each with a line feed, or a document.
        lines: how many lines, or elements of the document.
        first_line: the number of the first one in the source, from 1; None where they do not stand in a row.
    """

    body: bytes
    lines: int
    first_line: int | None


class Feed(Protocol):
    """How the raw records of one kind of source are read."""

    name: str
    """One word: the raw topic is `raw.<name>`."""
    title: str
    """What it is, for people."""
    content_types: tuple[str, ...]
    """Of its raw records, the preferred one first."""
    example: str
    """A command that shows how it is called."""
    options: tuple[Option, ...] = ()
    """What can be chosen about how it is read."""
    given: Mapping[str, str] = {}
    """What was chosen."""
    whole: bool = False
    """Its raw records are documents, not blocks of lines."""
    apart: bool = False
    """Each raw record is read by itself, for its lines hang together."""
    ends: bytes = b"\n"
    """What ends a line on a port, where the lines of files end otherwise."""

    def configured(self, given: Mapping[str, str]) -> Self:
        """The feed with these options.

        Raises:
            FeedError: it has no such option, or the option no such value; says which there are.
        """
        settle(self.name, self.options, given)
        return self

    def arriving(self, lines: Iterable[bytes | None], *, live: bool) -> Iterator[bytes | None]:
        """The lines as they are published, one for one; None, which asks for what there is so far, as it is.

        Args:
            lines: the lines as they are read.
            live: whether each is read when it is told.

        Raises:
            FeedError: they are not of this feed; says what was expected.
        """
        del live
        return iter(lines)

    def held(self, lines: Sequence[bytes], waited: int) -> int:
        """How many of the last lines wait for what is still to come and belongs together with them.

        Args:
            lines: the lines.
            waited: how many of the first of them waited before: what they wait for may never come.
        """
        del lines, waited
        return 0

    def cut(self, document: bytes, most_bytes: int) -> Iterator[Block]:
        """A document as documents of so many bytes at most, with every element once.

        Raises:
            FeedError: it is not of this feed, or cannot be cut so small.
        """
        del most_bytes
        raise NotImplementedError(f"{self.name} reads lines, not documents: {document[:20]!r}")

    def head(self, first_line: bytes) -> bytes:
        """What each block of a file repeats, by the file's first line: that line, or nothing if it is data.

        Raises:
            FeedError: the line is not of this feed; says what was expected.
        """
        ...

    def parse(self, head: bytes, body: bytes, bounds: Bounds) -> Parsed:
        """Read a body; it never raises over what the lines hold.

        Raises:
            FeedError: the head is not of this feed.
        """
        ...

    def times(self, head: bytes, body: bytes) -> NDArray[np.int64]:
        """The time of each line of a body, blank ones too: epoch milliseconds, or NO_TIME.

        Raises:
            FeedError: the head is not of this feed.
        """
        ...


def lines_of(body: bytes) -> int:
    """How many lines a body has, blank ones too, whether or not the last one ends with a line feed."""
    return body.count(b"\n") + (0 if body.endswith(b"\n") or not body else 1)
