"""The disk fills while everything runs: who waits says what to do, and with space again nothing is lost.

The system's limit on the size of files, which the servers inherit when they start, fails like a full disk.
"""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Final

import pytest
from confluent_kafka.admin import NewTopic  # type: ignore[attr-defined]
from neo4j import Driver
from neo4j.exceptions import Neo4jError

from graph.worker import run_graph
from ingest import registry
from ingest.worker import run_ingest
from runtime import kafka
from runtime.errors import PatienceError
from runtime.servers import HomeFullError, Stack
from runtime.servers.identity import neo4j_driver
from runtime.settings import Settings
from tests.scenarios.installation import Installation, write

ROOM: Final = 16_000_000
"""Bytes: the servers start within it."""
NO_ROOM: Final = 500_000


@contextmanager
def disk_of(size: int) -> Iterator[None]:
    """Servers that start within have files of so many bytes at most."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture
def small(tmp_path: Path, server_settings: Settings) -> Iterator[Stack]:
    """Servers of this test's own, with little room."""
    stack = Stack(tmp_path / "home", server_settings)
    with disk_of(ROOM):
        stack.start()
    yield stack
    stack.stop()


def test_neo4j_whose_disk_fills(small: Stack, week_lines: list[bytes], tmp_path: Path) -> None:
    lines = week_lines[:2_000]
    with neo4j_driver(small.endpoints) as driver:
        here = Installation.new(small.endpoints, driver, patience_seconds=2)
        here.publish(write(tmp_path / "a.csv", lines))
        run_ingest(here.settings, here.endpoints, registry.FEEDS, Event(), idle_s=1.0)
        with pytest.raises(Neo4jError):
            _fill_graph(driver)
        with pytest.raises(PatienceError, match="Free some space, then `diurnal down` and `diurnal up`"):
            run_graph(here.settings, here.endpoints, Event(), idle_s=1.0)
    small.neo4j.stop()
    small.neo4j.start()
    with neo4j_driver(small.endpoints) as driver:
        run_graph(here.settings, here.endpoints, Event(), idle_s=1.0)
        here.driver = driver
        assert here.fixes() == len(set(lines))


def test_kafka_whose_disk_fills(small: Stack, week_lines: list[bytes], tmp_path: Path) -> None:
    lines = week_lines[:2_000]
    bootstrap = small.endpoints.kafka_bootstrap
    with neo4j_driver(small.endpoints) as driver:
        here = Installation.new(small.endpoints, driver, patience_seconds=2)
        here.publish(write(tmp_path / "a.csv", lines[:1_000]))
        _fill_log(small, bootstrap)
        with pytest.raises(PatienceError, match="Kafka"):
            run_ingest(here.settings, here.endpoints, registry.FEEDS, Event(), idle_s=1.0)
        with disk_of(NO_ROOM), pytest.raises(HomeFullError, match="Free some space, or set DIURNAL_HOME"):
            small.revive()
        assert small.revive() == ("kafka",)
        here.publish(write(tmp_path / "b.csv", lines[1_000:]))
        here.work()
        assert here.fixes() == len(set(lines))


def _fill_graph(driver: Driver) -> None:
    for _ in range(100):
        driver.execute_query("UNWIND range(1, 200) AS i CREATE (:Other {text: $text})", text="y" * 5_000)


def _fill_log(stack: Stack, bootstrap: str) -> None:
    """Write until Kafka has no room left, and ends itself."""
    admin = kafka.admin(bootstrap)
    admin.create_topics([NewTopic("other", 1)])["other"].result(30)
    producer = kafka.producer(bootstrap)
    deadline = time.monotonic() + 60
    while stack.kafka.alive:
        assert time.monotonic() < deadline, "Kafka writes without end"
        if len(producer) < 10:
            producer.produce("other", os.urandom(900_000))
        producer.poll(0.05)
    producer.purge()
