"""A real Kafka and a real Neo4j, started from packages or reached elsewhere by settings."""

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
