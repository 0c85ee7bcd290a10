"""Where lines are taken from: a file, standard input, a port, or a file that grows."""

import contextlib
import hashlib
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from threading import Event
from typing import Any, BinaryIO, Final, Protocol

from ingest.arrivals import Put, as_they_come
from ingest.errors import FeedError, PublishError
from ingest.feed import Feed
from ingest.follow import Follower
from ingest.sockets import Address, Port, address
from ingest.source import STDIN, fingerprint, lines, opened, size

EVERY_S: Final = 1.0
"""Seconds after which the lines that came are published, however few."""
MOST_DOCUMENT: Final = 64 * 1024 * 1024
"""Bytes of a document, which is read whole."""
_STDIN: Final = "standard input"


@dataclass(slots=True)
class Lines:
    """What is taken in.

    Attributes:
        head: what every block repeats, as of the lines given so far.
        lines: the lines of data, None where to cut them; of a feed of documents the one document.
        first_line: the number of the first of them in the source; None where that is not known.
        bytes_read: how many bytes were read of the source.
        place_after: where to go on once so many more lines are published, for what is resumed there.
    """

    head: Callable[[], bytes]
    lines: Iterable[bytes | None]
    first_line: int | None
    bytes_read: Callable[[], int]
    place_after: Callable[[int], dict[str, Any] | None] = lambda _: None


class Intake(Protocol):
    """A source of lines."""

    name: str
    """What it is called in the headers."""
    live: bool
    """Each line is read when it is told."""
    endless: bool
    """It waits for what is still to come, and is ended by stopping it: what was read is published then."""
    resumes: bool
    """It can begin at a place, which the receipt keeps."""

    def identity(self) -> str | None:
        """Under what its receipt is kept; None for what can be read but once."""
        ...

    def total(self) -> int | None:
        """Its bytes, where they are known."""
        ...

    def open(self, feed: Feed, place: dict[str, Any] | None, stop: Event) -> AbstractContextManager[Lines]:
        """Begin to read.

        Raises:
            PublishError: it cannot be read, or is empty.
            FeedError: it is not of the feed.
        """
        ...


def intake(source: str, *, follow: bool = False) -> Intake:
    """The intake of a path, "-" for standard input, or an address such as tcp://host:port.

    Raises:
        PublishError: the address is not complete, or it is nothing that can be followed.
    """
    where = address(source)
    if follow and (source == STDIN or where is not None):
        raise PublishError(f"--follow is for a file; {source} is followed by itself")
    if where is not None:
        return PortIntake(where)
    if follow:
        return FollowIntake(Path(source))
    return StdinIntake() if source == STDIN else FileIntake(source)


class FileIntake:
    """A file, plain or gzip."""

    live: bool = False
    endless: bool = False
    resumes: bool = False

    def __init__(self, path: str) -> None:
        self.name = Path(path).name
        self._path = path

    def identity(self) -> str | None:
        """The SHA-256 of the file."""
        return fingerprint(self._path)

    def total(self) -> int | None:
        """Its size."""
        return size(self._path)

    @contextlib.contextmanager
    def open(self, feed: Feed, place: dict[str, Any] | None, stop: Event) -> Iterator[Lines]:
        """Begin to read."""
        del place, stop
        with opened(self._path) as (stream, read):
            if feed.whole:
                yield _document(stream, self._path, read)
            else:
                yield headed(feed, lines(stream, self._path), self._path, read)


class _Passing:
    """What comes once, and for how long nobody knows."""

    endless: bool = True
    resumes: bool = False

    def identity(self) -> str | None:
        """None: it can be read but once."""
        return None

    def total(self) -> int | None:
        """Not known."""
        return None


class StdinIntake(_Passing):
    """Standard input; what comes is published every second."""

    name: str = "stdin"
    live: bool = False

    @contextlib.contextmanager
    def open(self, feed: Feed, place: dict[str, Any] | None, stop: Event) -> Iterator[Lines]:
        """Begin to read."""
        del place
        halt = Event()

        def ended() -> bool:
            return stop.is_set() or halt.is_set()

        with opened(STDIN, ended) as (stream, read):
            try:
                if feed.whole:
                    yield _document(stream, _STDIN, read, stop)
                else:
                    with contextlib.closing(_piped(stream, stop, ended)) as coming:
                        yield headed(feed, coming, _STDIN, read, stop)
            finally:
                halt.set()  # whoever still waits for input holds the stream, and it could not be closed


class PortIntake(_Passing):
    """What comes over a network."""

    live: bool = True

    def __init__(self, where: Address) -> None:
        self.name = str(where)
        self._where = where

    @contextlib.contextmanager
    def open(self, feed: Feed, place: dict[str, Any] | None, stop: Event) -> Iterator[Lines]:
        """Begin to read."""
        del place
        _refuse_documents(feed, self.name)
        port = Port(self._where, feed.ends)
        with contextlib.closing(port):
            coming = as_they_come(lambda put: port.read(put, stop), EVERY_S, stop)
            with contextlib.closing(coming):
                yield headed(feed, coming, self.name, lambda: port.bytes_read, stop)


class FollowIntake:
    """A file that grows."""

    live: bool = False
    endless: bool = True
    resumes: bool = True

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self._path = path.absolute()

    def identity(self) -> str | None:
        """Of the file's path, whatever is in it."""
        return "follow-" + hashlib.sha256(str(self._path).encode()).hexdigest()

    def total(self) -> int | None:
        """Not known."""
        return None

    @contextlib.contextmanager
    def open(self, feed: Feed, place: dict[str, Any] | None, stop: Event) -> Iterator[Lines]:
        """Begin to read."""
        _refuse_documents(feed, f"{self._path}, to be followed,")
        follower = Follower(self._path, feed, EVERY_S)
        follower.check()

        def place_after(count: int) -> dict[str, Any] | None:
            found = follower.place_after(count)
            return None if found is None else found.told()

        with contextlib.closing(follower.lines(place, stop)) as coming:
            yield Lines(lambda: follower.head, coming, None, lambda: follower.bytes_read, place_after)


def headed(
    feed: Feed,
    coming: Iterator[bytes | None],
    source: str,
    bytes_read: Callable[[], int],
    stop: Event | None = None,
) -> Lines:
    """Lines with their head taken off; waits for the first one.

    Raises:
        PublishError: there is none.
        FeedError: it is not of the feed.
    """
    first = next((line for line in coming if line is not None), None)
    if first is None:
        if stop is not None and stop.is_set():
            return Lines(lambda: b"", [], 1, bytes_read)
        raise empty(source)
    try:
        head = feed.head(first)
    except FeedError as error:
        raise FeedError(f"{source}: {error}") from error
    if head:
        return Lines(lambda: head, coming, 2, bytes_read)
    return Lines(lambda: b"", chain([first], coming), 1, bytes_read)


def _piped(stream: BinaryIO, stop: Event, ended: Callable[[], bool]) -> Generator[bytes | None, None, None]:
    def hand_over(put: Put) -> None:
        try:
            for line in lines(stream, _STDIN):
                if line.endswith(b"\n") or not ended():  # once it is stopped, that may be half a line
                    put(line)
        except PublishError:
            if not ended():
                raise

    return as_they_come(hand_over, EVERY_S, stop)


def empty(source: str) -> PublishError:
    """What to say of a source without a byte."""
    remedy = "did the command before the | fail?" if source == _STDIN else "is it the right one?"
    return PublishError(f"{source} is empty, so nothing was published; {remedy}")


def _document(
    stream: BinaryIO, source: str, bytes_read: Callable[[], int], stop: Event | None = None
) -> Lines:
    try:
        document = stream.read(MOST_DOCUMENT + 1)
    except (EOFError, OSError) as error:
        raise PublishError(f"{source} breaks off: {error}; give the whole file") from error
    if stop is not None and stop.is_set():
        return Lines(lambda: b"", [], 1, bytes_read)
    if not document.strip():
        raise empty(source)
    if len(document) > MOST_DOCUMENT:
        raise PublishError(
            f"{source} is larger than {MOST_DOCUMENT // 1024 // 1024} MiB, and is read whole: split"
            " it, such as a file a track"
        )
    return Lines(lambda: b"", [document], 1, bytes_read)


def _refuse_documents(feed: Feed, source: str) -> None:
    if feed.whole:
        raise PublishError(
            f"{source} cannot be read as {feed.name}, which are whole documents: give each as a file, or as -"
        )
