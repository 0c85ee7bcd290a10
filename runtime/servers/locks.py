"""A lock on a file, held by one process and let go by the system when that process ends, however it ends."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path


class FileLock:
    """An exclusive lock; the file holds the pid of its holder, for messages only."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: int | None = None

    def try_acquire(self) -> bool:
        """Take the lock if nobody has it; never waits."""
        return self._take(fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _take(self, operation: int) -> bool:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, operation)
        except BlockingIOError:
            os.close(file)
            return False
        os.ftruncate(file, 0)
        os.pwrite(file, str(os.getpid()).encode(), 0)
        self._file = file
        return True

    def release(self) -> None:
        """Let the lock go; the file stays, for removing it would race with the next holder."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def holder(self) -> str:
        """The pid that the holder wrote, or `unknown`."""
        with contextlib.suppress(OSError):
            return self.path.read_text().strip() or "unknown"
        return "unknown"

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock, waiting for it as long as it takes."""
        self._take(fcntl.LOCK_EX)
        try:
            yield
        finally:
            self.release()
