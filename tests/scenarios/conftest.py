"""A dozen vessels of the week, and what an undisturbed run makes of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from neo4j import Driver

from graph.digest import Digests
from runtime.servers import Endpoints
from runtime.servers.identity import prove_neo4j
from tests.scenarios.installation import Installation, by_time, empty, lines_of_week, write


@pytest.fixture(scope="session")
def week_lines() -> list[bytes]:
    """Lines of CSV, in the order of time."""
    return by_time(lines_of_week())


@pytest.fixture
def install(endpoints: Endpoints, neo4j: Driver) -> Callable[..., Installation]:
    """Makes an installation of this test's own, with settings as given; it begins with an empty graph."""
    prove_neo4j(endpoints, neo4j)

    def new(**given: Any) -> Installation:
        empty(neo4j)
        return Installation.new(endpoints, neo4j, **given)

    return new


@pytest.fixture(scope="session")
def undisturbed(
    endpoints: Endpoints, neo4j: Driver, week_lines: list[bytes], tmp_path_factory: pytest.TempPathFactory
) -> Digests:
    """The digests after one file, in order, told as if live."""
    prove_neo4j(endpoints, neo4j)
    empty(neo4j)
    calm = Installation.new(endpoints, neo4j)
    file: Path = write(tmp_path_factory.mktemp("calm") / "week.csv", week_lines)
    calm.publish(file, as_if_live=True)
    counts = calm.work()
    assert (counts.accepted, counts.rejected) == (len(set(week_lines)), 0)
    return calm.digest()
