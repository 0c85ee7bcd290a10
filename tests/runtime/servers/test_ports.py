from __future__ import annotations

import socket

from runtime.servers.ports import answers, free_ports, is_free


def test_free_ports_differ_and_are_free() -> None:
    ports = free_ports(50)
    assert len(set(ports)) == 50
    assert all(map(is_free, ports))


def test_no_free_port_is_one_that_the_system_gives_to_clients() -> None:
    assert max(free_ports(200)) < 32_768


def test_a_port_that_somebody_listens_on_is_not_free() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert not is_free(port)
        assert answers(port)
    assert is_free(port)
    assert not answers(port)
