"""What can go wrong in the analytics' worker.

SettingsError
├── FloorError      several labels are seen, and no floor label says what conclusions from them carry
├── AloneError      a second worker was started
└── ProfileError    a view has concluded under another profile
"""

from runtime.errors import SettingsError


class FloorError(SettingsError):
    """A view sees several labels and has no floor label."""


class AloneError(SettingsError):
    """The analytics of a view are one worker."""


class ProfileError(SettingsError):
    """A view has concluded under another profile: what follows from two of them must not mix."""
