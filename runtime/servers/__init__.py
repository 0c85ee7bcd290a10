"""A real Kafka and a real Neo4j, started from packages or reached elsewhere by settings."""

from typing import TYPE_CHECKING

from runtime.servers.endpoints import Endpoints
from runtime.servers.errors import (
    CacheFullError,
    ChecksumError,
    EndpointsError,
    FetchError,
    HomeFullError,
    HomeInUseError,
    IdentityError,
    OfflineError,
    PortTakenError,
    ServersError,
    StartError,
)

if TYPE_CHECKING:
    from runtime.servers.stack import Stack

__all__ = [
    "CacheFullError",
    "ChecksumError",
    "Endpoints",
    "EndpointsError",
    "FetchError",
    "HomeFullError",
    "HomeInUseError",
    "IdentityError",
    "OfflineError",
    "PortTakenError",
    "ServersError",
    "Stack",
    "StartError",
]


def __getattr__(name: str) -> object:
    """Starting servers needs much that reaching them does not: it is loaded by those who start them."""
    if name == "Stack":
        from runtime.servers import stack

        return stack.Stack
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
