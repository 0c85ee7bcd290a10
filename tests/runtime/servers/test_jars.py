from __future__ import annotations

import re
from pathlib import PurePosixPath

import pytest

from runtime.servers import jars
from runtime.servers.jars import Jar, dump, locked, parse, version_of


def test_a_lock_file_is_read_as_it_was_written() -> None:
    written = (
        Jar("a.b", "c", "1.0", "", "0" * 64, 5),
        Jar("a.b", "c", "1.0", "linux-x86_64", "1" * 64, 6),
    )
    assert parse(dump(reversed(written), "a heading")) == written


def test_a_classifier_is_part_of_the_name() -> None:
    jar = Jar("io.netty", "epoll", "4.2", "linux-x86_64", "0" * 64, 1)
    assert jar.path == PurePosixPath("io/netty/epoll/4.2/epoll-4.2-linux-x86_64.jar")
    assert jar.coordinates == "io.netty:epoll:4.2:linux-x86_64"


@pytest.mark.parametrize("line", ["a:b:1", "a:b 00 1", "a:b:1 00 much"])
def test_a_damaged_line_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r"Not a line of a lock file|invalid literal"):
        parse(line)


@pytest.mark.parametrize(
    ("name", "artifact", "version"),
    [
        (jars.KAFKA, "kafka_2.13", "4.3.1"),
        (jars.KAFKA, "kafka-clients", "4.3.1"),
        (jars.KAFKA, "log4j-slf4j-impl", "2.25.4"),
        (jars.NEO4J, "neo4j", "2026.09.0"),
        (jars.NEO4J, "neo4j-server", "2026.09.0"),
        (jars.COMPILER, "ecj", "3.43.0"),
    ],
)
def test_the_servers_are_pinned(name: str, artifact: str, version: str) -> None:
    assert version_of(locked(name), artifact) == version


@pytest.mark.parametrize("name", jars.LOCKS)
def test_each_pinned_jar_has_one_version_and_a_digest(name: str) -> None:
    pinned = locked(name)
    assert len({(jar.group, jar.artifact, jar.classifier) for jar in pinned}) == len(pinned)
    assert all(re.fullmatch("[0-9a-f]{64}", jar.sha256) and jar.size > 0 for jar in pinned)
