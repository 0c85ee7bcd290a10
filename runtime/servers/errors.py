"""What can go wrong with the servers: one tree, each message with its remedy."""

import errno
from typing import Final

DISK_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class ServersError(Exception):
    """Anything that keeps Kafka or Neo4j from being used."""


class FetchError(ServersError):
    """The servers' packages could not be fetched."""


class OfflineError(FetchError):
    """The package repository did not answer: try again when it does (transient)."""


class ChecksumError(FetchError):
    """A fetched package is not the pinned one (terminal)."""


class CacheFullError(FetchError):
    """The disk under the cache is full."""


class StartError(ServersError):
    """A server did not come up; the message ends with the last lines of its log."""


class PortTakenError(StartError):
    """A port given by the settings is used by somebody else."""


class HomeFullError(StartError):
    """The disk under the servers' data is full."""


class HomeInUseError(ServersError):
    """Another process runs servers in this home."""


class IdentityError(ServersError):
    """The server that answered is not the one that was meant: nothing was written."""


class EndpointsError(ServersError):
    """The file that says where the servers are is missing or cannot be read."""
