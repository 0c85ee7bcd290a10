"""What ends a command, and the exit code that says why (the codes of BSD's sysexits)."""

from typing import Final

USAGE: Final = 2
NOT_FOUND: Final = 66
UNAVAILABLE: Final = 69
INTERNAL: Final = 70
TEMPORARY: Final = 75
CONFIGURATION: Final = 78


class CommandError(Exception):
    """A command cannot go on; the message says what is wrong and what to do."""

    code: int = UNAVAILABLE


class NotRunningError(CommandError):
    """Nothing runs in this home."""


class AlreadyRunningError(CommandError):
    """A stack runs in this home already."""


class UnknownSubjectError(CommandError):
    """No subject by that name or number."""

    code = NOT_FOUND


class UnknownRuleError(CommandError):
    """No rule by that name stands."""

    code = NOT_FOUND


class UnknownDistributionError(CommandError):
    """No distribution by that name is registered, or has told anything."""

    code = NOT_FOUND


class InputError(CommandError):
    """What was given to the command cannot be used."""

    code = USAGE


class NotUpError(CommandError):
    """The servers and workers did not come up, or not go down."""


class StageFailedError(CommandError):
    """A worker gave up."""

    code = INTERNAL
