"""A lock on a file, held by one process and let go by the system when that process ends, however it ends."""

from __future__ import annotations

import contextlib
import fcntl
import os
import threading
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

# The system's lock is the process's: threads of one process need another between them.
_BETWEEN_THREADS: defaultdict[Path, threading.Lock] = defaultdict(threading.Lock)


class FileLock:
    """An exclusive lock; the file holds the pid of its holder, for messages only.

    It is a record lock, which a forked child does not inherit: a worker that outlives its parent must not
    keep the parent's lock.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self._file: int | None = None

    def try_acquire(self) -> bool:
        """Take the lock if nobody has it; never waits."""
        return self._take(wait=False)

    def _take(self, *, wait: bool) -> bool:
        if not _BETWEEN_THREADS[self.path].acquire(blocking=wait):
            return False
        try:
            self._file = self._open_locked(wait)
        finally:
            if self._file is None:
                _BETWEEN_THREADS[self.path].release()
        return self._file is not None

    def _open_locked(self, wait: bool) -> int | None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            os.close(file)
            return None
        os.ftruncate(file, 0)
        os.pwrite(file, str(os.getpid()).encode(), 0)
        return file

    def release(self) -> None:
        """Let the lock go; the file stays, for removing it would race with the next holder."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
            _BETWEEN_THREADS[self.path].release()

    def holder(self) -> str:
        """The pid of the process that has the lock, or `unknown`."""
        if _BETWEEN_THREADS[self.path].locked():
            # To open and close the file here would let our own lock go.
            return str(os.getpid())
        with contextlib.suppress(OSError):
            return self.path.read_text().strip() or "unknown"
        return "unknown"

    def is_held(self) -> bool:
        """Whether a process, this one included, has the lock."""
        if _BETWEEN_THREADS[self.path].locked():
            return True
        if not self.path.exists() or self.try_acquire():
            self.release()
            return False
        return True

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock, waiting for it as long as it takes."""
        self._take(wait=True)
        try:
            yield
        finally:
            self.release()


def lock_of(home: Path) -> FileLock:
    """The lock that whoever runs the servers of a home holds for as long as it lives."""
    return FileLock(home.expanduser() / "lock")


def in_use(home: Path) -> bool:
    """Whether a process runs servers in a home, or watches over those elsewhere."""
    return lock_of(home).is_held()
