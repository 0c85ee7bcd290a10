"""A server does not outlive the process that started it, whatever happens to that process."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from runtime.servers import Endpoints, EndpointsError, HomeInUseError, Stack
from runtime.servers.identity import neo4j_driver
from runtime.settings import Settings

_OWNER = """
import os, sys, time
from pathlib import Path
from runtime.servers import Stack
from runtime.servers.identity import neo4j_driver
from runtime.settings import Settings
stack = Stack(Path(sys.argv[1]), Settings(kafka_bootstrap=None, neo4j_uri=None, kafka_port=0, neo4j_port=0))
endpoints = stack.start()
with neo4j_driver(endpoints) as driver:
    driver.execute_query("CREATE (:Left)")
child = os.fork()
if child == 0:
    # A forked worker holds copies of its parent's pipes to the servers.
    time.sleep(600)
    os._exit(0)
print(stack.kafka.pid, stack.neo4j.pid, child, flush=True)
time.sleep(600)
"""


@contextlib.contextmanager
def _owner(home: Path) -> Iterator[tuple[subprocess.Popen[str], list[int]]]:
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", _OWNER, str(home)], stdout=subprocess.PIPE, text=True
    ) as owner:
        try:
            assert owner.stdout is not None
            yield owner, [int(pid) for pid in owner.stdout.readline().split()]
        finally:
            owner.kill()


def _runs(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _wait_for_end(pids: list[int], seconds: float) -> float:
    began = time.monotonic()
    while any(map(_runs, pids)) and time.monotonic() < began + seconds:
        time.sleep(0.1)
    return time.monotonic() - began


def test_no_server_outlives_an_owner_that_is_killed(tmp_path: Path) -> None:
    with _owner(tmp_path) as (owner, (kafka, neo4j, child)):
        assert _runs(kafka)
        assert _runs(neo4j)
        try:
            owner.kill()
            owner.wait()
            seconds = _wait_for_end([kafka, neo4j], 30)
            assert not _runs(kafka)
            assert not _runs(neo4j)
            sys.stderr.write(f"\nservers gone {seconds:.1f} s after their owner\n")
        finally:
            os.kill(child, 9)


def test_a_home_is_one_owners_and_its_next_owner_finds_the_data(
    tmp_path: Path, server_settings: Settings
) -> None:
    with _owner(tmp_path) as (owner, (*servers, child)):
        before = Endpoints.read(tmp_path)
        with pytest.raises(HomeInUseError, match=f"Process {owner.pid} already runs servers"):
            Stack(tmp_path, server_settings).start()
        assert all(map(_runs, servers))
        owner.kill()
        owner.wait()
        os.kill(child, 9)
        with Stack(tmp_path, server_settings) as stack, neo4j_driver(stack.endpoints) as driver:
            assert not any(map(_runs, servers))
            assert stack.endpoints.kafka_cluster_id == before.kafka_cluster_id
            assert stack.endpoints.neo4j_identity == before.neo4j_identity
            assert len(driver.execute_query("MATCH (n:Left) RETURN n").records) == 1
        with pytest.raises(EndpointsError):
            Endpoints.read(tmp_path)
