"""Follows a file that grows, as `tail -F` does: what is appended, and the next file once it was rotated.

Where it stands is told for every line, so that whoever follows again goes on there: in the same file, or in
what the file was renamed to meanwhile. A file that was truncated is read from its start; one that is
truncated and has grown beyond the old place between two looks cannot be told from one that was appended to.
"""

import hashlib
import os
import time
from collections import deque
from collections.abc import Generator, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Event
from typing import Any, BinaryIO, Final

from ingest.errors import FeedError, PublishError
from ingest.feed import Feed
from runtime.telemetry import logger

_LOOK_S: Final = 0.25
_BEGINNING: Final = 1024
_LONGEST_LINE: Final = 1024 * 1024
_GZIP: Final = b"\x1f\x8b"
_ZSTD: Final = b"\x28\xb5\x2f\xfd"

_log = logger("publish")


@dataclass(frozen=True, slots=True)
class Place:
    """How far a file was read.

    Attributes:
        device: of the file system.
        inode: of the file.
        offset: the bytes read of it.
        beginning: the SHA-256 of its first bytes, as many as were read, 1,024 at most.
    """

    device: int
    inode: int
    offset: int
    beginning: str

    def told(self) -> dict[str, Any]:
        """The place as JSON can have it."""
        return asdict(self)


class Follower:
    """The lines of a file that grows."""

    def __init__(self, path: Path, feed: Feed, every_s: float) -> None:
        """Set up; nothing is opened before the lines are asked for.

        Args:
            path: the file; it need not be there yet.
            feed: how it is read.
            every_s: seconds between marks to cut the lines at.
        """
        self.head = b""
        """What the blocks repeat of the file at hand."""
        self.bytes_read = 0
        self._path = path
        self._feed = feed
        self._every_s = every_s
        self._file: BinaryIO | None = None
        self._offset = 0
        self._ends: deque[tuple[int, int, int]] = deque()
        self._last: tuple[int, int, int] | None = None

    def check(self) -> None:
        """Refuse what cannot be followed.

        Raises:
            PublishError: it is no plain file, or packed.
        """
        if self._path.exists():
            if not self._path.is_file():
                raise PublishError(f"{self._path} is no file that can be followed; give a pipe as -")
            with self._open() as file:
                _refuse_packed(self._path, file.read(4))

    def lines(self, start: dict[str, Any] | None, stop: Event) -> Generator[bytes | None, None, None]:
        """The lines from a place on, and None every so many seconds, until stopped.

        Args:
            start: the place, as it was told; None begins at the beginning.
            stop: ends it.

        Raises:
            PublishError: the file cannot be read.
            FeedError: it is not of the feed.
        """
        try:
            yield from self._resumed(Place(**start) if start else None)
            yield from self._onwards(stop)
        finally:
            if self._file is not None:
                self._file.close()

    def place_after(self, lines: int) -> Place | None:
        """How far the file was read once so many more lines of those given are done."""
        for _ in range(lines):
            self._last = self._ends.popleft()
        if self._last is None:
            return None
        device, inode, offset = self._last
        return Place(device, inode, offset, self._beginning(device, inode, offset))

    def _onwards(self, stop: Event) -> Iterator[bytes | None]:
        due = time.monotonic() + self._every_s
        while not stop.is_set():
            line = self._next_line(last=False)
            if line is not None:
                yield line
            if time.monotonic() >= due:
                yield None
                due = time.monotonic() + self._every_s
            if line is None:
                yield from self._at_its_end(stop)

    def _at_its_end(self, stop: Event) -> Iterator[bytes | None]:
        if self._truncated():
            _log.warning("the file was truncated; begins again", file=str(self._path))
            yield None
            self._begin_again()
        elif self._rotated():
            yield from self._changed_over()
        else:
            stop.wait(_LOOK_S)

    def _resumed(self, place: Place | None) -> Iterator[bytes | None]:
        if place is None:
            return
        found = next((path for path in self._candidates() if _is_at(path, place)), None)
        if found is None:
            _log.warning(
                "the file is another than was followed before; begins with it",
                file=str(self._path),
                offset_before=place.offset,
            )
            return
        self._start(found, place.offset)
        if found != self._path:
            _log.info("the file was rotated meanwhile; finishes it", file=str(found))
            yield from self._rest()
            yield from self._changed_over()

    def _candidates(self) -> Iterator[Path]:
        yield self._path
        yield from sorted(self._path.parent.glob(f"{_escaped(self._path.name)}*"))

    def _start(self, path: Path, offset: int) -> None:
        """Open a file at an offset, its head read."""
        self._file = self._open(path)
        self._offset = 0
        if offset:
            self._note_head(self._file.readline(_LONGEST_LINE))
            self._file.seek(offset)
            self._offset = offset

    def _changed_over(self) -> Iterator[bytes | None]:
        """What is left of the file at hand, then the next one under its name, at its beginning."""
        yield from self._rest()
        yield None  # so that no block has lines of both: their heads may differ
        if self._file is not None:
            self._file.close()
        self._file = None

    def _rest(self) -> Iterator[bytes]:
        while (line := self._next_line(last=True)) is not None:
            yield line

    def _next_line(self, *, last: bool) -> bytes | None:
        """The next whole line, or None; the last one of a file that is done needs no end."""
        if self._file is None and not self._begun():
            return None
        while self._file is not None:
            line = self._file.readline(_LONGEST_LINE + 1)
            if len(line) > _LONGEST_LINE:
                raise PublishError(f"{self._path} has a line of more than {_LONGEST_LINE} bytes")
            if not line or not (last or line.endswith(b"\n")):
                self._file.seek(self._offset)
                return None
            first = self._offset == 0
            self._offset += len(line)
            self.bytes_read += len(line)
            if first and self._note_head(line):
                continue
            stat = os.fstat(self._file.fileno())
            self._ends.append((stat.st_dev, stat.st_ino, self._offset))
            return line
        return None

    def _begun(self) -> bool:
        """Whether the file is there, and now open."""
        if not self._path.exists():
            return False
        self._start(self._path, 0)
        if self._file is not None:
            _refuse_packed(self._path, self._file.read(4))
            self._file.seek(0)
        return True

    def _note_head(self, line: bytes) -> bool:
        """Whether the first line is the head, which is kept; else it is data.

        Raises:
            FeedError: it is neither.
        """
        try:
            self.head = self._feed.head(line)
        except FeedError as error:
            raise FeedError(f"{self._path}: {error}") from error
        return bool(self.head)

    def _truncated(self) -> bool:
        return self._file is not None and os.fstat(self._file.fileno()).st_size < self._offset

    def _begin_again(self) -> None:
        if self._file is not None:
            self._file.seek(0)
        self._offset = 0

    def _rotated(self) -> bool:
        """Whether another file has the name now."""
        if self._file is None:
            return False
        mine = os.fstat(self._file.fileno())
        try:
            there = self._path.stat()
        except FileNotFoundError:
            return False
        return (mine.st_dev, mine.st_ino) != (there.st_dev, there.st_ino)

    def _beginning(self, device: int, inode: int, offset: int) -> str:
        if self._file is not None:
            stat = os.fstat(self._file.fileno())
            if (stat.st_dev, stat.st_ino) == (device, inode):
                return _digest(os.pread(self._file.fileno(), min(offset, _BEGINNING), 0))
        return ""

    def _open(self, path: Path | None = None) -> BinaryIO:
        path = path or self._path
        try:
            return path.open("rb")
        except OSError as error:
            raise PublishError(f"{path} cannot be read: {error.strerror}") from error


def _is_at(path: Path, place: Place) -> bool:
    """Whether that is the file that was read so far."""
    try:
        stat = path.stat()
        if (stat.st_dev, stat.st_ino) != (place.device, place.inode) or stat.st_size < place.offset:
            return False
        with path.open("rb") as file:
            beginning = file.read(min(place.offset, _BEGINNING))
    except OSError:
        return False
    return place.beginning in ("", _digest(beginning))


def _digest(beginning: bytes) -> str:
    return hashlib.sha256(beginning).hexdigest()


def _refuse_packed(path: Path, magic: bytes) -> None:
    if magic.startswith((_GZIP, _ZSTD)):
        raise PublishError(
            f"{path} is packed, and what is packed cannot be followed: give it without --follow, or follow"
            " the file that is packed once it is full"
        )


def _escaped(name: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)
