"""What can go wrong when agents are judged.

DepartureError
├── CheckInsError   the check-ins cannot be read as such
└── HistoryError    too little came before the window to say what is usual
"""


class DepartureError(ValueError):
    """Agents cannot be judged by what was given."""


class CheckInsError(DepartureError):
    """The check-ins cannot be read as such."""


class HistoryError(DepartureError):
    """Too little came before the window to say what is usual."""
