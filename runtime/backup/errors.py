"""What keeps the log from being exported or imported.

BackupError
├── ArchiveError        the file or folder is not a whole, undamaged export
├── CutError            the log does not stand still for long enough to be cut
├── TargetError         the log that was to be written to is not empty, or is in use: nothing was written
└── OffsetError         a record did not land where it stood: begin again
"""

from __future__ import annotations

from typing import ClassVar, Final

from runtime.errors import TerminalError

EX_USAGE: Final = 2
EX_UNAVAILABLE: Final = 69


class BackupError(TerminalError):
    """Anything that keeps the log from being exported or imported; waiting does not mend it."""

    exit_code: ClassVar[int] = EX_UNAVAILABLE


class ArchiveError(BackupError):
    """What was given is not a whole and undamaged export of a log."""

    exit_code: ClassVar[int] = EX_USAGE


class CutError(BackupError):
    """A transaction stays open, so that it cannot be told what belongs to the export."""


class TargetError(BackupError):
    """The log to be written to holds something, or somebody works on it: nothing was written."""


class OffsetError(BackupError):
    """A record did not land at the offset that it had."""
