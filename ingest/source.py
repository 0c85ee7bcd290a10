"""What is published: a file or standard input, plain or gzip, as lines; and the fingerprint of a file."""

import contextlib
import gzip
import hashlib
import io
import os
import select
import sys
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

from ingest.errors import PublishError

STDIN: Final = "-"
_GZIP: Final = b"\x1f\x8b"
_ZSTD: Final = b"\x28\xb5\x2f\xfd"
_LONGEST_LINE: Final = 1024 * 1024
_CHUNK: Final = 256 * 1024
_LOOK_S: Final = 0.2


@contextlib.contextmanager
def opened(
    source: str, ended: Callable[[], bool] | None = None
) -> Iterator[tuple[BinaryIO, Callable[[], int]]]:
    """Open a source for reading, unpacked.

    Args:
        source: a path, or "-" for standard input.
        ended: tells when standard input is to end where it stands, even while nothing comes.

    Yields:
        A stream, and what tells how many bytes were read of the source itself.

    Raises:
        PublishError: it cannot be opened, or is packed in a way that is not read.
    """
    with contextlib.ExitStack() as stack:
        raw = _stdin(ended) if source == STDIN else stack.enter_context(_open(Path(source)))
        counted = _Counted(raw)
        buffered = stack.enter_context(io.BufferedReader(counted, _CHUNK))
        magic = buffered.peek(4)[:4]
        if magic.startswith(_ZSTD):
            raise PublishError(
                f"{source} is packed with zstd: unpack it, as in `zstd -dc FILE | diurnal ingest FEED -`"
            )
        if magic.startswith(_GZIP):
            yield cast("BinaryIO", stack.enter_context(gzip.GzipFile(fileobj=buffered))), counted.count
        else:
            yield buffered, counted.count


def lines(stream: BinaryIO, source: str) -> Iterator[bytes]:
    """The lines of a stream, each with its line feed but perhaps the last.

    Raises:
        PublishError: it breaks off, or has a line without end.
    """
    while True:
        try:
            line = stream.readline(_LONGEST_LINE + 1)
        except (EOFError, OSError, zlib.error) as error:
            raise PublishError(
                f"{source} breaks off: {error}. What came before is published; give the whole file to go on"
            ) from error
        if not line:
            return
        if len(line) > _LONGEST_LINE:
            raise PublishError(
                f"{source} has a line of more than {_LONGEST_LINE} bytes: it is no text of this feed"
            )
        yield line


def size(source: str) -> int | None:
    """The bytes of a file; None for standard input."""
    return None if source == STDIN else Path(source).stat().st_size


def fingerprint(source: str) -> str | None:
    """The SHA-256 of a file as it is; None for standard input, which can be read but once.

    Raises:
        PublishError: it cannot be read.
    """
    if source == STDIN:
        return None
    with _open(Path(source)) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _open(path: Path) -> io.BufferedReader:
    try:
        return path.open("rb")
    except OSError as error:
        raise PublishError(f"{path} cannot be read: {error.strerror}") from error


def _stdin(ended: Callable[[], bool] | None) -> io.BufferedReader | BinaryIO:
    if ended is None:
        return sys.stdin.buffer
    return io.BufferedReader(_Stoppable(sys.stdin.fileno(), ended), _CHUNK)


class _Stoppable(io.RawIOBase):
    """A pipe or a terminal that is at its end once it is stopped: nobody waits in it for what never comes."""

    def __init__(self, descriptor: int, ended: Callable[[], bool]) -> None:
        super().__init__()
        self._descriptor = descriptor
        self._ended = ended

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - whatever can be written to
        """Read what there is, at least a byte but at the end."""
        while not self._ended():
            if select.select([self._descriptor], [], [], _LOOK_S)[0]:
                return os.readv(self._descriptor, [buffer])
        return 0


class _Counted(io.RawIOBase):
    """Counts what is read through it, and gives what there is without waiting for more."""

    def __init__(self, raw: Any) -> None:  # noqa: ANN401 - a buffered reader, whose readinto1 typeshed leaves out
        super().__init__()
        self._raw = raw
        self._read = 0

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - whatever can be written to
        """Read what there is, at least a byte but at the end."""
        count = int(self._raw.readinto1(buffer))
        self._read += count
        return count

    def count(self) -> int:
        """Bytes read so far."""
        return self._read
