"""The session's servers in containers: what would be run, and what is said where nothing can run it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.containers.composed import ROOT, base_of, composed
from tests.containers.engine import plans

NOBODY = "unix:///nonexistent/docker.sock"
ONE_TEST = "tests/runtime/test_lag.py"


def test_the_containers_are_those_of_the_compose_file_on_ports_of_their_own() -> None:
    kafka, neo4j = plans("cluster", "diurnal-x", 1234, 5678)
    services = composed()["services"]
    assert (kafka.image, neo4j.image) == (services["kafka"]["image"], base_of("NEO4J"))
    assert kafka.environment["CLUSTER_ID"] == "cluster"
    assert neo4j.environment["NEO4J_browser_post__connect__cmd"] == "diurnal-x"
    assert kafka.environment["KAFKA_LOG_RETENTION_MS"] == "-1"
    advertised = dict(
        part.split("://") for part in kafka.environment["KAFKA_ADVERTISED_LISTENERS"].split(",")
    )
    # The broker talks to itself, too, to end transactions: under a name that means it within the container.
    assert advertised == {"PLAINTEXT": f"{kafka.hostname}:9092", "OUTSIDE": "127.0.0.1:1234"}
    assert (kafka.inside, kafka.outside) == ("9094/tcp", 1234)
    assert (neo4j.inside, neo4j.outside) == ("7687/tcp", 5678)


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ("containers", "no Docker engine answers"),
        ("container", "DIURNAL_TEST_SERVERS is 'container': it must be one of packages, containers"),
    ],
)
def test_a_session_that_cannot_have_its_servers_ends_before_its_first_test(
    tmp_path: Path, chosen: str, said: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", ONE_TEST],
        cwd=ROOT,
        env=os.environ
        | {"DIURNAL_TEST_SERVERS": chosen, "DOCKER_HOST": NOBODY, "DIURNAL_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode not in {0, 5}
    assert said in done.stdout + done.stderr
    assert " passed" not in done.stdout
    assert " skipped" not in done.stdout
