"""What can go wrong with the audit log, as one tree.

WorkerError
├── TransientError
│   └── AuditAwayError      the log does not take the entry, so no answer may be given
└── TerminalError
    ├── SettingsError
    │   └── KeyFileError    the master key cannot be used
    ├── EntryTooLongError   what was asked is longer than an entry can be
    └── BrokenError         an entry, a seal or a chain is not what was written
"""

from typing import ClassVar, Final

from runtime.errors import SettingsError, TerminalError, TransientError

EX_DATAERR: Final = 65


class AuditAwayError(TransientError):
    """The audit log does not take the entry."""


class KeyFileError(SettingsError):
    """The master key is missing, damaged, or open to others than its owner."""


class EntryTooLongError(TerminalError):
    """An entry that would be longer than a record of the log can be."""


class BrokenError(TerminalError):
    """Something in the audit log is not what was written there."""

    exit_code: ClassVar[int] = EX_DATAERR
