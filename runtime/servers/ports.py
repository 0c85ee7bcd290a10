"""Loopback ports: free ones, and whether one is."""

from __future__ import annotations

import errno
import socket
from itertools import islice
from random import SystemRandom

LOOPBACK = "127.0.0.1"


# Below the ports that systems give to outgoing connections (Linux from 32768, macOS from 49152): among those,
# a client that keeps trying to reach a dead server can be given the server's own port, and so keep it from
# coming back.
_RANGE = range(16_384, 32_768)


def free_ports(count: int) -> list[int]:
    """Choose ports that nobody listens on, all different; somebody may still take one before it is used."""
    candidates = SystemRandom().sample(_RANGE, k=len(_RANGE))
    free = list(islice(filter(is_free, candidates), count))
    if len(free) < count:
        raise OSError(errno.EADDRINUSE, f"No free port between {_RANGE[0]} and {_RANGE[-1]}")
    return free


def is_free(port: int) -> bool:
    """Whether a server could listen on this loopback port now."""
    with socket.socket() as probe:
        # As the servers do: connections that linger after a server's death do not hold its port.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def answers(port: int) -> bool:
    """Whether somebody listens on this loopback port."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((LOOPBACK, port)) == 0
