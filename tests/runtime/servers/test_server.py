"""What a server says when it does not come up."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from runtime.servers import EndpointsError, HomeFullError, Stack, StartError
from runtime.servers import server as servers
from runtime.servers.kafka import Kafka, new_cluster_id
from runtime.servers.ports import free_ports
from runtime.settings import Settings


@contextmanager
def _largest_file(size: int) -> Iterator[None]:
    """A limit of the system's own, which the servers inherit: it fails like a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_disk_that_fills_while_the_servers_start(tmp_path: Path, server_settings: Settings) -> None:
    stack = Stack(tmp_path, server_settings)
    with _largest_file(1_000_000), pytest.raises(HomeFullError, match="Free some space, or set DIURNAL_HOME"):
        stack.start()
    with pytest.raises(EndpointsError):
        _ = stack.endpoints


def test_the_last_lines_of_the_log_say_what_was_wrong(tmp_path: Path, server_settings: Settings) -> None:
    kafka = Kafka(tmp_path, server_settings.model_copy(update={"kafka_heap": "1k"}), new_cluster_id())
    with pytest.raises(StartError, match=r"(?s)kafka ended while it started.*logs.*heap"):
        kafka.start()
    assert not kafka.alive


def test_a_server_that_takes_too_long_is_ended(tmp_path: Path, server_settings: Settings) -> None:
    kafka = Kafka(tmp_path, server_settings.model_copy(update={"start_timeout": 0.2}), new_cluster_id())
    with pytest.raises(StartError, match="DIURNAL_START_TIMEOUT"):
        kafka.start()
    assert not kafka.alive


def test_another_port_is_tried_when_a_chosen_one_is_taken(
    tmp_path: Path, server_settings: Settings, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = [[stack.kafka.port, *free_ports(1)], free_ports(2)]
    monkeypatch.setattr(servers, "free_ports", lambda _count: chosen.pop(0))
    monkeypatch.setattr(servers, "is_free", lambda _port: True)
    kafka = Kafka(tmp_path, server_settings, new_cluster_id())
    try:
        kafka.start()
        assert kafka.port != stack.kafka.port
        assert not chosen
    finally:
        kafka.stop()
