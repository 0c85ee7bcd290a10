"""What can go wrong in a worker, as one tree.

WorkerError
├── TransientError      wait and try again: a server is away, a transaction was aborted
├── PoisonError         this record can never be processed: it goes to the dead letters
└── TerminalError       the worker ends, with an exit code
    ├── FencedError         another worker took this one's place
    ├── LostOffsetError     the log no longer has what was to be read next
    ├── SettingsError       what was set, or given, cannot work
    └── PatienceError       a server stayed away for too long
"""

from typing import ClassVar, Final

EX_OK: Final = 0
EX_SOFTWARE: Final = 70
EX_TEMPFAIL: Final = 75
EX_CONFIG: Final = 78


class WorkerError(Exception):
    """Anything that goes wrong in a worker."""


class TransientError(WorkerError):
    """Something is away for a while: wait, and try again."""


class PoisonError(WorkerError):
    """A record that can never be processed.

    Attributes:
        field: the part of the record at fault, where one is known.
    """

    def __init__(self, reason: str, field: str | None = None) -> None:
        super().__init__(reason)
        self.field = field


class TerminalError(WorkerError):
    """The worker cannot go on, and ends with `exit_code`."""

    exit_code: ClassVar[int] = EX_SOFTWARE


class FencedError(TerminalError):
    """Another worker with the same name and number took this one's place."""

    exit_code: ClassVar[int] = EX_TEMPFAIL


class LostOffsetError(TerminalError):
    """The log no longer has, or never had, the offset that was to be read next."""


class SettingsError(TerminalError):
    """What was set, or given, cannot work."""

    exit_code: ClassVar[int] = EX_CONFIG


class PatienceError(TerminalError):
    """A server stayed away for longer than the worker was set to wait."""

    exit_code: ClassVar[int] = EX_TEMPFAIL
