"""Lines over a network: from a TCP server, from whoever connects to a TCP port, or from UDP datagrams.

A line that a broken connection cuts off is dropped, and said so; whole lines are not lost. UDP has no way to
make a sender wait: what comes while the reader is more than its buffers behind is lost by the network.
"""

import selectors
import socket
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event
from typing import Final
from urllib.parse import urlsplit

from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    sleep_using_event,
    wait_exponential_jitter,
)

from ingest.arrivals import Put
from ingest.errors import PublishError
from runtime.telemetry import logger

TCP: Final = "tcp"
TCP_LISTEN: Final = "tcp-listen"
UDP: Final = "udp"
_KINDS: Final = (TCP, TCP_LISTEN, UDP)
_LOOK_S: Final = 0.2
_CONNECT_S: Final = 10.0
_LONGEST_PAUSE_S: Final = 10.0
_CHUNK: Final = 64 * 1024
_LONGEST_LINE: Final = 1024 * 1024
_LINE_FEED: Final = b"\n"
_UDP_BUFFER: Final = 4 * 1024 * 1024

_log = logger("publish")


@dataclass(frozen=True, slots=True)
class Address:
    """Where lines come from.

    Attributes:
        kind: TCP (connect to it), TCP_LISTEN or UDP (listen there).
        host: the host's name or address.
        port: the port.
    """

    kind: str
    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.kind}://{host}:{self.port}"


def address(text: str) -> Address | None:
    """The address in `tcp://host:port` or its like; None where the text is none, such as a file's name.

    Raises:
        PublishError: it is one, and not complete.
    """
    if "://" not in text:
        return None
    parts = urlsplit(text)
    try:
        port = parts.port
    except ValueError:
        port = None
    if parts.scheme not in _KINDS or not parts.hostname or not port or parts.path.strip("/"):
        raise PublishError(
            f"{text} is no address: write tcp://HOST:PORT (connects), tcp-listen://0.0.0.0:PORT or"
            " udp://0.0.0.0:PORT (listen)"
        )
    return Address(parts.scheme, parts.hostname, port)


class Port:
    """Reads lines from an address; what it listens at is open once it is made."""

    def __init__(self, where: Address, ends: bytes = _LINE_FEED) -> None:
        """Open what is listened at.

        Args:
            where: the address.
            ends: what ends a line there; where it is no line feed, those within become blanks.

        Raises:
            PublishError: the port cannot be had.
        """
        self.where = where
        self.bytes_read = 0
        self._ends = ends
        self._socket = None if where.kind == TCP else _listening(where)

    @property
    def bound(self) -> int:
        """The port that is listened at, or connected to."""
        return self.where.port if self._socket is None else int(self._socket.getsockname()[1])

    def close(self) -> None:
        """Stop listening."""
        if self._socket is not None:
            self._socket.close()

    def read(self, put: Put, stop: Event) -> None:
        """Hand over lines until stopped."""
        if self._socket is None:
            self._connect_again_and_again(put, stop)
        elif self.where.kind == UDP:
            self._datagrams(self._socket, put, stop)
        else:
            self._connections(self._socket, put, stop)

    def _connect_again_and_again(self, put: Put, stop: Event) -> None:
        while not stop.is_set():
            connection = self._connected(stop)
            if connection is None:
                return
            _log.info("connected", to=str(self.where))
            cutter = _Cutter(str(self.where), put, self._ends)
            with connection:
                while not stop.is_set() and self._received(connection, cutter):
                    pass
            cutter.end()
            if not stop.wait(_LOOK_S):
                _log.warning("the connection ended; connecting again", to=str(self.where))

    def _connected(self, stop: Event) -> socket.socket | None:
        def say(state: RetryCallState) -> None:
            error = state.outcome.exception() if state.outcome else None
            _log.warning("cannot connect; trying again", to=str(self.where), reason=str(error))

        def connect() -> socket.socket:
            made = socket.create_connection((self.where.host, self.where.port), timeout=_CONNECT_S)
            made.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            made.settimeout(_LOOK_S)
            return made

        retrying = Retrying(
            retry=retry_if_exception_type(OSError),
            wait=wait_exponential_jitter(multiplier=_LOOK_S, max=_LONGEST_PAUSE_S),
            stop=lambda _: stop.is_set(),
            sleep=sleep_using_event(stop),
            before_sleep=say,
            retry_error_callback=lambda _: None,
        )
        return retrying(connect)

    def _received(self, connection: socket.socket, cutter: "_Cutter") -> bool:
        """Whether the connection goes on."""
        try:
            data = connection.recv(_CHUNK)
        except TimeoutError:
            return True
        except OSError as error:
            _log.warning("the connection broke", to=str(self.where), reason=str(error))
            return False
        self.bytes_read += len(data)
        cutter.add(data)
        return bool(data)

    def _datagrams(self, listening: socket.socket, put: Put, stop: Event) -> None:
        while not stop.is_set():
            try:
                data = listening.recv(_CHUNK)
            except TimeoutError:
                continue
            self.bytes_read += len(data)
            if self._ends != _LINE_FEED:
                data = data.replace(b"\n", b" ")
            for line in data.removesuffix(b"\n").split(b"\n"):
                put(line + b"\n")

    def _connections(self, listening: socket.socket, put: Put, stop: Event) -> None:
        with selectors.DefaultSelector() as ready:
            ready.register(listening, selectors.EVENT_READ, None)
            while not stop.is_set():
                for key, _ in ready.select(_LOOK_S):
                    if key.data is None:
                        self._accept(listening, ready, put)
                    elif not self._received(key.fileobj, key.data):  # type: ignore[arg-type]
                        ready.unregister(key.fileobj)
                        key.fileobj.close()  # type: ignore[union-attr]
                        key.data.end()
            for key in [key for key in ready.get_map().values() if key.data is not None]:
                key.fileobj.close()  # type: ignore[union-attr]

    def _accept(self, listening: socket.socket, ready: selectors.BaseSelector, put: Put) -> None:
        try:
            connection, peer = listening.accept()
        except OSError as error:
            _log.warning("a connection was not accepted", reason=str(error))
            return
        connection.settimeout(_LOOK_S)
        _log.info("connected", by=f"{peer[0]}:{peer[1]}")
        ready.register(connection, selectors.EVENT_READ, _Cutter(f"{peer[0]}:{peer[1]}", put, self._ends))


class _Cutter:
    """Cuts the bytes of one connection into lines."""

    def __init__(self, peer: str, put: Callable[[bytes], None], ends: bytes) -> None:
        self._peer = peer
        self._put = put
        self._ends = ends
        self._rest = b""

    def add(self, data: bytes) -> None:
        *lines, self._rest = (self._rest + data).split(self._ends)
        for line in lines:
            self._put(line + b"\n" if self._ends == _LINE_FEED else self._flat(line))
        if len(self._rest) > _LONGEST_LINE:
            _log.warning("dropped what has no line's end", by=self._peer, bytes=len(self._rest))
            self._rest = b""

    def _flat(self, line: bytes) -> bytes:
        return line.replace(b"\n", b" ").strip() + self._ends + b"\n"

    def end(self) -> None:
        if self._rest.strip():
            _log.warning("dropped a line that was cut off", by=self._peer, bytes=len(self._rest))


def _listening(where: Address) -> socket.socket:
    kind = socket.SOCK_DGRAM if where.kind == UDP else socket.SOCK_STREAM
    try:
        family, _, _, _, there = socket.getaddrinfo(where.host, where.port, type=kind)[0]
        made = socket.socket(family, kind)
    except OSError as error:
        raise PublishError(f"{where} cannot be listened at: {error}") from error
    try:
        if kind == socket.SOCK_DGRAM:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _UDP_BUFFER)
        else:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(there)
        if kind == socket.SOCK_STREAM:
            made.listen()
    except OSError as error:
        made.close()
        raise PublishError(
            f"{where} cannot be listened at: {error.strerror}. Take another port, or end what has this one"
        ) from error
    made.settimeout(_LOOK_S)
    return made
