"""Lines over real sockets of this machine."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

import pytest

from ingest.errors import PublishError
from ingest.sockets import TCP, TCP_LISTEN, UDP, Address, Port, address


@contextmanager
def reading(port: Port) -> Iterator[list[bytes]]:
    got: list[bytes] = []
    stop = Event()
    thread = Thread(target=port.read, args=(got.append, stop))
    thread.start()
    try:
        yield got
    finally:
        stop.set()
        thread.join(10)
        port.close()
    assert not thread.is_alive()


def wait(ready: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tcp://host:1", Address(TCP, "host", 1)),
        ("udp://0.0.0.0:10110", Address(UDP, "0.0.0.0", 10110)),  # noqa: S104 - what a person writes
        ("tcp-listen://[::]:5", Address(TCP_LISTEN, "::", 5)),
        ("file.csv", None),
        ("-", None),
    ],
)
def test_addresses(text: str, expected: Address | None) -> None:
    found = address(text)
    assert found == expected
    assert found is None or str(found) == text


@pytest.mark.parametrize("text", ["http://host:1", "tcp://host", "tcp://:1", "tcp://host:x", "tcp://h:1/a"])
def test_what_is_no_address_is_told_how_it_is_written(text: str) -> None:
    with pytest.raises(PublishError, match="write tcp://HOST:PORT"):
        address(text)


def test_a_server_that_goes_and_comes_again_loses_no_whole_line() -> None:
    server = socket.create_server(("127.0.0.1", 0))
    where = Address(TCP, "127.0.0.1", server.getsockname()[1])
    with reading(Port(where)) as got:
        first, _ = server.accept()
        first.sendall(b"1\n2\r\n3")
        wait(lambda: len(got) == 2)
        first.sendall(b"33\nhalf")
        first.close()
        server.close()
        time.sleep(0.5)
        again = socket.create_server(("127.0.0.1", where.port))
        again.settimeout(20)
        second, _ = again.accept()
        second.sendall(b"4\n")
        wait(lambda: len(got) == 4)
        second.close()
        again.close()
    assert got == [b"1\n", b"2\r\n", b"333\n", b"4\n"]


def test_a_server_that_is_not_there_yet_is_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        number = free.getsockname()[1]
    with reading(Port(Address(TCP, "127.0.0.1", number))) as got:
        time.sleep(0.5)
        with socket.create_server(("127.0.0.1", number)) as server:
            server.settimeout(20)
            connection, _ = server.accept()
            with connection:
                connection.sendall(b"1\n")
                wait(lambda: got == [b"1\n"])


def test_several_who_connect_keep_their_lines_whole() -> None:
    port = Port(Address(TCP_LISTEN, "127.0.0.1", 0))
    with reading(port) as got:
        with (
            socket.create_connection(("127.0.0.1", port.bound)) as one,
            socket.create_connection(("127.0.0.1", port.bound)) as two,
        ):
            one.sendall(b"on")
            two.sendall(b"tw")
            time.sleep(0.3)
            one.sendall(b"e\nlost")
            two.sendall(b"o\n")
            wait(lambda: len(got) == 2)
        with socket.create_connection(("127.0.0.1", port.bound)) as three:
            three.sendall(b"three\n")
            wait(lambda: len(got) == 3)
    assert sorted(got) == [b"one\n", b"three\n", b"two\n"]


def test_datagrams_have_lines_with_or_without_an_end() -> None:
    port = Port(Address(UDP, "127.0.0.1", 0))
    with reading(port) as got, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"1", ("127.0.0.1", port.bound))
        sender.sendto(b"2\n3\r\n", ("127.0.0.1", port.bound))
        wait(lambda: len(got) == 3)
    assert got == [b"1\n", b"2\n", b"3\r\n"]


def test_a_port_that_is_taken_is_said_to_be() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        where = Address(TCP_LISTEN, "127.0.0.1", server.getsockname()[1])
        with pytest.raises(PublishError, match="Take another port"):
            Port(where)
    with pytest.raises(PublishError, match="cannot be listened at"):
        Port(Address(UDP, "no.such.host.invalid", 5))


def test_what_ends_a_line_may_be_no_line_feed() -> None:
    port = Port(Address(TCP_LISTEN, "127.0.0.1", 0), b"</event>")
    with (
        reading(port) as got,
        socket.create_connection(("127.0.0.1", port.bound)) as one,
    ):
        one.sendall(b"<event>\n1</eve")
        time.sleep(0.1)
        one.sendall(b"nt><event>2</event>\n<event>lost")
        wait(lambda: len(got) == 2)
    assert got == [b"<event> 1</event>\n", b"<event>2</event>\n"]


def test_a_datagram_is_a_line_where_a_line_feed_ends_none() -> None:
    port = Port(Address(UDP, "127.0.0.1", 0), b"</event>")
    with (
        reading(port) as got,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one,
    ):
        one.sendto(b"<event>\n1</event>\n", ("127.0.0.1", port.bound))
        wait(lambda: len(got) == 1)
    assert got == [b"<event> 1</event> \n"]
