"""What can go wrong with saved queries: a branch of the package's tree."""

from graph.errors import GraphError
from runtime.errors import SettingsError


class QueriesError(GraphError, SettingsError):
    """A file of saved queries cannot be used: nothing is served until it is mended (terminal)."""


class UnknownQueryError(GraphError):
    """No query is saved under that name (terminal)."""


class ParameterError(GraphError):
    """A parameter is missing, or not of its kind: the asker's to mend.

    Attributes:
        parameter: its name.
        detail: what is wrong with it.
    """

    def __init__(self, parameter: str, detail: str) -> None:
        super().__init__(f"parameter {parameter}: {detail}")
        self.parameter = parameter
        self.detail = detail
