"""Which exit code, and which words, an error ends a command with."""

from pydantic import ValidationError

from api.cli.errors import CONFIGURATION, INTERNAL, NOT_FOUND, TEMPORARY, UNAVAILABLE, USAGE, CommandError
from api.errors import BadParameterError, TooLateError
from api.identity.errors import IssuerError
from graph.errors import GraphError
from graph.queries.errors import ParameterError, UnknownQueryError
from graph.reader.errors import GraphAwayError, NotKnownError, RefusedError
from runtime.errors import TerminalError, TransientError
from runtime.servers.errors import ServersError


def exit_code(error: Exception) -> int:
    """The exit code that says what kind of failure it was."""
    if isinstance(error, CommandError):
        return error.code
    if isinstance(error, TerminalError):
        return error.exit_code
    for kinds, code in _CODES:
        if isinstance(error, kinds):
            return code
    return TEMPORARY if _from_a_server(error) else INTERNAL


def is_expected(error: Exception) -> bool:
    """Whether the error says all that is to be said; a fault of ours needs its traceback."""
    return isinstance(error, CommandError | TerminalError) or exit_code(error) != INTERNAL


def words(error: Exception) -> str:
    """What to tell the user: what is wrong, and the remedy."""
    if isinstance(error, ValidationError):
        return "; ".join(
            f"setting DIURNAL_{'_'.join(map(str, line['loc'])).upper()}: {line['msg']}"
            for line in error.errors()
        )
    if _from_a_server(error):
        return f"a server does not answer ({type(error).__name__}): see `diurnal status`"
    return str(error)


def _from_a_server(error: Exception) -> bool:
    """What the clients of Kafka and Neo4j raise: their trees are not loaded for this."""
    return any(kind.__module__ in _CLIENTS for kind in type(error).__mro__)


_CLIENTS = frozenset({"neo4j.exceptions", "cimpl"})
_CODES: tuple[tuple[type[Exception] | tuple[type[Exception], ...], int], ...] = (
    (ValidationError, CONFIGURATION),
    ((NotKnownError, UnknownQueryError), NOT_FOUND),
    ((RefusedError, ParameterError, BadParameterError, TooLateError), USAGE),
    ((TransientError, GraphAwayError), TEMPORARY),
    ((ServersError, GraphError, IssuerError, OSError), UNAVAILABLE),
)
