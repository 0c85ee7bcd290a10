"""The graph is a projection of the log, and the conclusions are a function of knowledge."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from neo4j.time import Date, DateTime

from analytics.analyse import analyse
from analytics.conclusions import Conclusion
from api.cli.fixes_file import read
from graph.digest import Digests
from graph.rebuild import rebuild
from ingest import registry
from ontology import rdf
from ontology.concluded import Finding, Gap, Place, Routine, Stay, Trip
from ontology.kind import describe
from ontology.times import OPEN
from runtime import kafka
from runtime.replay import everything
from runtime.transaction import send
from tests.scenarios.installation import Installation, empty, same, write

Install = Callable[..., Installation]


def split(lines: list[bytes]) -> tuple[list[bytes], list[bytes]]:
    """What comes in time, and a vessel's day that comes much later."""
    late = [line for line in lines if line.startswith(b"367791540,2020-12-03")]
    gone = set(late)
    return [line for line in lines if line not in gone], late


@pytest.fixture
def troubled(install: Install, week_lines: list[bytes], tmp_path: Path) -> Installation:
    """It has seen bad lines, a file given twice, and a day that came late."""
    here = install()
    in_time, late = split(week_lines)
    first = write(tmp_path / "first.csv", [*in_time[:5_000], b"no fix", b"367,2020-12-02 09:00:00,-74,40.7"])
    here.publish(first, block_lines=300, open_ended=True)
    here.publish(write(tmp_path / "second.csv", in_time[5_000:]), as_if_live=True)
    here.work()
    here.publish(first, again=True, open_ended=True)
    here.publish(write(tmp_path / "late.csv", late))
    here.work()
    return here


def test_graph_and_conclusions_can_be_had_again_from_the_log(
    troubled: Installation, undisturbed: Digests
) -> None:
    before = troubled.digest()
    same(before, undisturbed)
    assert troubled.stages()["ingest", "raw.ais"].dead_letters > 2
    rebuild(troubled.settings, troubled.endpoints)
    same(troubled.digest(), before, "full", "current")
    _conclude_again(troubled, undisturbed)


def _conclude_again(troubled: Installation, undisturbed: Digests) -> None:
    """Another installation is given what the first one knows, and nothing of what it concluded."""
    there = Installation.new(troubled.endpoints, troubled.driver)
    bootstrap = there.endpoints.kafka_bootstrap
    there.topics.ensure(kafka.admin(bootstrap), there.topics.all(["ais"]))
    producer = kafka.producer(bootstrap)
    for chunk in everything(bootstrap, troubled.topics.knowledge):
        for record in chunk:
            record.topic = there.topics.knowledge
            send(producer, record)
    assert producer.flush(30) == 0
    empty(there.driver)
    there.work()
    same(there.digest(), undisturbed)


def test_the_graph_holds_what_an_analysis_of_the_file_concludes(
    install: Install, week_lines: list[bytes], tmp_path: Path
) -> None:
    """As `diurnal analyse` does it: no log, no graph, one pass."""
    file = write(tmp_path / "week.csv", week_lines)
    here = install()
    given = read(registry.feed("ais"), str(file), here.settings)
    expected = analyse(given.subjects, given.times, given.lons, given.lats)
    here.publish(file, as_if_live=True)
    here.work()
    for kind in (Place, Stay, Trip, Gap, Routine, Finding):
        concluded: tuple[Conclusion, ...] = getattr(expected, kind.__name__.lower() + "s")
        wanted = {thing.key: said(thing) for thing in concluded}
        assert held(here, kind) == wanted, kind
    assert len(expected.stays) > 100
    assert expected.findings


def said(thing: Conclusion) -> dict[str, Any]:
    """The fields of a conclusion as they come through RDF; those that name several things in order."""
    (kept,) = rdf.read(rdf.write(thing))
    values = {field.name: getattr(kept, field.name) for field in describe(type(thing))}
    return {name: sorted(value) if name == "evidence" else value for name, value in values.items()}


def held(here: Installation, kind: type[Conclusion]) -> dict[str, dict[str, Any]]:
    """The current conclusions of a kind by key, their relationships as the fields that these stand for."""
    literals = [field.name for field in describe(kind) if field.link is None]
    links = {field.name: field.link for field in describe(kind) if field.link is not None}
    rows = here.rows(
        f"MATCH (n:{kind.__name__}) WHERE n._to = {OPEN} "
        f"OPTIONAL MATCH (n)-[e]-(o) WHERE e._to = {OPEN} AND (e._from IS NOT NULL) "
        "WITH n, collect({kind: type(e), key: o.key, out: startNode(e) = n}) AS edges "
        "RETURN n.key AS key, properties(n) AS said, edges"
    )
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        values = {name: native(row["said"].get(name)) for name in literals}
        for name, link in links.items():
            ends = [
                e["key"] for e in row["edges"] if e["kind"] == link.relationship and e["out"] != link.incoming
            ]
            values[name] = sorted(ends) if name == "evidence" else next(iter(ends), None)
        assert row["key"] not in found, "one version of each is current"
        found[row["key"]] = values
    return found


def native(value: object) -> object:
    """A value of the graph as Python has it."""
    if isinstance(value, DateTime | Date):
        return value.to_native()
    return tuple(value) if isinstance(value, list) else value
