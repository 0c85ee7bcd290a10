"""What can go wrong in the API, as one tree.

ApiError
├── BadParameterError  a parameter that cannot be used: the client's to mend
├── NotForYouError     something is for those who hold an attribute
├── TooLateError       a moment of which not everything is loaded yet
├── ViewRefusedError   a view that is not there, or not for who asks
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


class NotForYouError(ApiError):
    """What was asked for is for those who hold an attribute; the message does not name it."""


class TooLateError(ApiError):
    """A moment of which the graph does not hold everything yet."""


class ViewRefusedError(ApiError):
    """A view that there is not, or that the clearance of who asks does not cover: they are not told which.

    Attributes:
        view: its name, as it was asked for.
    """

    def __init__(self, view: str) -> None:
        super().__init__(
            "There is no such view, or your clearance does not cover it: leave `view` out to read the first"
            " one that you may."
        )
        self.view = view


class ReportStoreError(ApiError):
    """A stored report's bytes are not those of its name."""
