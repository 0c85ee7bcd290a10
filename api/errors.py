"""What can go wrong in the API, as one tree.

ApiError
├── BadParameterError  a parameter that cannot be used: the client's to mend
├── ClosedError        nothing is served until the operator has seen to it
└── ReportStoreError   the folder with the reports is damaged
"""


class ApiError(Exception):
    """Anything that goes wrong in the API."""


class BadParameterError(ApiError):
    """A parameter that cannot be used.

    Attributes:
        parameter: its name.
        detail: what is wrong with it.
    """

    def __init__(self, parameter: str, detail: str) -> None:
        super().__init__(f"{parameter}: {detail}")
        self.parameter = parameter
        self.detail = detail


class ClosedError(ApiError):
    """The graph holds more than this API may serve to everybody."""


class ReportStoreError(ApiError):
    """A stored report's bytes are not those of its name."""
