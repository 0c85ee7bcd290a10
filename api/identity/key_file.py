"""Keys from a file, read again when it changes."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import structlog

from api.identity.keys import MOST_BYTES, TrustedKey, read_keys

_log = structlog.get_logger(__name__)
_Mark = tuple[int, ...]


class FileKeys:
    """The keys of a file. One that is missing, unreadable, or that others may write lets nobody in."""

    def __init__(self, file: Path) -> None:
        """Nothing is read yet.

        Args:
            file: a JSON Web Key Set.
        """
        self._file = file
        self._mark: _Mark | None = None
        self._keys: dict[str, TrustedKey] = {}
        self._lock = threading.Lock()

    def key(self, kid: str) -> TrustedKey | None:
        """The key with an id, if the file has one now."""
        with self._lock:
            mark = self._look()
            if mark is None:
                self._keys, self._mark = {}, None
            elif mark != self._mark:
                self._keys, self._mark = self._read(), mark
            return self._keys.get(kid)

    def _look(self) -> _Mark | None:
        try:
            found = self._file.stat()
        except OSError:
            return None
        if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            _log.error("key file refused: others may write it", file=str(self._file), remedy="chmod go-w")
            return None
        # A chmod or chown may be what makes the file readable; ctime alone is too coarse to tell a chmod.
        return found.st_mtime_ns, found.st_ctime_ns, found.st_mode, found.st_size, found.st_ino

    def _read(self) -> dict[str, TrustedKey]:
        try:
            with self._file.open("rb") as stream:
                return read_keys(stream.read(MOST_BYTES + 1), str(self._file)) or {}
        except OSError as error:
            _log.error("key file unreadable", file=str(self._file), error=str(error))
            return {}
