"""Notes beside the log of how far each writer has come: they tell a writer killed from a log cut off.

A writer holds a lock on its note while it lives, and leaves it when it ends, well or not: else a whole chain
could be taken out of the log, and nobody would miss it. The next writer of this home says in its own chain
how far those had come whose notes nobody holds, and removes the notes once the log has taken that.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson

from runtime.audit.chain import GENESIS, Place

_SUFFIX: Final = ".head"
_MOST: Final = 1_000
"""One opening tells of so many ended writers, that it fits a record; the next one of the others."""
_WIDTH: Final = 512
"""A note is written in one piece of one length: whoever is killed leaves the former or the new one."""


@dataclass(frozen=True, slots=True)
class Noted:
    """A note that was found.

    Attributes:
        head: the last entry that the log had taken of a writer, or one later.
        alive: whether the writer lives.
    """

    head: Place
    alive: bool


class Note:
    """The note of one writer that lives."""

    def __init__(self, folder: Path, writer: str) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        scratch = folder / f".{writer}"
        self._file = os.open(scratch, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._file, fcntl.LOCK_EX)
        self.write(Place(writer, 0, GENESIS))
        scratch.rename(folder / f"{writer}{_SUFFIX}")  # nobody ever finds it without its lock

    def write(self, head: Place) -> None:
        """The log has taken this entry."""
        os.pwrite(self._file, orjson.dumps(head.document()).ljust(_WIDTH), 0)

    def close(self) -> None:
        """Let go; the note stays until a later chain has told of it."""
        os.close(self._file)


def notes(folder: Path) -> list[Noted]:
    """Every note of a home."""
    found = []
    for path in sorted(folder.glob(f"*{_SUFFIX}")):
        with suppress(FileNotFoundError), _opened(path) as file:
            found.append(Noted(_read(file, path), alive=_locked(file)))
    return found


@contextmanager
def abandoned(folder: Path) -> Iterator[list[Place]]:
    """Where the writers of a home had come that have ended; their notes go if the block ends well.

    No other process is told of them meanwhile.
    """
    held: list[tuple[Path, int]] = []
    try:
        for path in sorted(folder.glob(f"*{_SUFFIX}")):
            if len(held) == _MOST:
                break
            with suppress(FileNotFoundError):
                file = os.open(path, os.O_RDWR | os.O_CLOEXEC)
                if not _locked(file):
                    held.append((path, file))
                else:
                    os.close(file)
        yield [_read(file, path) for path, file in held]
        for path, _ in held:
            path.unlink(missing_ok=True)
    finally:
        for _, file in held:
            os.close(file)


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    file = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        yield file
    finally:
        os.close(file)


def _locked(file: int) -> bool:
    """Whether somebody else holds it; else it is held by this one now."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False


def _read(file: int, path: Path) -> Place:
    try:
        return Place.of(orjson.loads(os.pread(file, _WIDTH, 0)))
    except (ValueError, KeyError):  # killed before the first word
        return Place(path.name.removesuffix(_SUFFIX), 0, GENESIS)
