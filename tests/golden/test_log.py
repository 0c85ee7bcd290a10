"""The upgrade from each release: the log that it wrote gives the graph that is written down beside it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from neo4j import Driver

from graph import schema
from graph.digest import digest
from ingest.mapper import Counts
from runtime.backup.restore import import_log
from runtime.servers import Endpoints
from runtime.servers.identity import prove_neo4j
from tests.golden.make_log import digests
from tests.scenarios.installation import Installation, empty

LOGS = sorted(Path(__file__).parent.glob("log-*.tar"))
OTHERWISE = """
The log of a release gives another graph than it did. If that is meant, and docs/upgrading.md says so, write
the digests again with `python -m tests.golden.make_log VERSION --digests`; the log itself stays as it is.
"""


@pytest.mark.parametrize("log", LOGS, ids=lambda log: log.stem)
def test_the_log_of_a_release_gives_its_graph(log: Path, endpoints: Endpoints, neo4j: Driver) -> None:
    prove_neo4j(endpoints, neo4j)
    empty(neo4j)
    schema.ensure(neo4j)
    here = Installation.new(endpoints, neo4j, view_label="*")
    said = import_log(endpoints.kafka_bootstrap, here.topics, log)
    assert said.exact
    assert said.release == log.stem.removeprefix("log-")
    assert here.work() == Counts(), "nothing is worked on twice"
    expected = json.loads(log.with_suffix(".json").read_text())
    found = digests(here)
    assert found["parts"] == expected["parts"], OTHERWISE
    assert found == expected, OTHERWISE
    letters = here.letters()
    assert len(letters) == 2
    assert digest(neo4j).nodes == sum(count for name, count in found["parts"].items() if not name.isupper())


def test_there_is_a_log_of_the_first_release() -> None:
    assert LOGS[0].stem == "log-0.1.0"
    assert all(log.stat().st_size < 300_000 for log in LOGS)
