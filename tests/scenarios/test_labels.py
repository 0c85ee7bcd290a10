"""What comes without a label is denied to everybody; of two labels each reader sees what they pass."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest

from analytics.errors import FloorError
from analytics.worker import run_analytics
from api.app import hold
from api.clearance import Clearance
from graph.reader import sources
from graph.reader.reader import Reader
from graph.worker import run_graph
from ingest import registry
from ingest.worker import run_ingest
from ontology.labels import DENY, UNREGISTERED, Pair
from runtime.interner import interned
from runtime.replay import everything
from tests.scenarios.installation import IDLE_S, Installation, write

Install = Callable[..., Installation]


@pytest.fixture(scope="module")
def parts(week_lines: list[bytes]) -> list[list[bytes]]:
    """A day each, with stays in it."""
    days = [f",2020-12-0{day}".encode() for day in (2, 3, 4)]
    return [[line for line in week_lines if day in line] for day in days]


def sources_seen(here: Installation, **held: tuple[str, ...]) -> set[str]:
    """The sources of the fixes that somebody sees who holds some attributes, asked as the API asks."""
    state = hold(here.settings, here.endpoints, here.driver)
    sight = state.sights.sight(Clearance.of("ana", "test", held))
    return {
        each.source for each in sources.listed(Reader(here.driver, state.endpoints.neo4j_database, sight))
    }


def pairs_in_graph(here: Installation) -> set[Pair]:
    """What the numbers in the graph stand for."""
    known = interned(here.endpoints.kafka_bootstrap, here.topics)
    return {known[row["id"]] for row in here.rows("MATCH (n) UNWIND n._sec AS id RETURN DISTINCT id")}


def test_a_file_without_a_label_is_denied_to_everybody(
    install: Install, parts: list[list[bytes]], tmp_path: Path
) -> None:
    here = install()
    here.publish(write(tmp_path / "a.csv", parts[0]), label=None, distribution=None)
    here.work()
    assert pairs_in_graph(here) == {Pair(DENY, UNREGISTERED)}, "no view reads what nobody may see"
    assert sources_seen(here, clearance=("secret",)) == set()
    labels = {
        topic: {each.label for chunk in everything(here.endpoints.kafka_bootstrap, topic) for each in chunk}
        for topic in (here.topics.knowledge, here.topics.derived)
    }
    assert labels == {here.topics.knowledge: {DENY}, here.topics.derived: set()}


def test_a_feeds_label_in_the_settings_is_that_of_what_comes_without_one(
    install: Install, parts: list[list[bytes]], tmp_path: Path
) -> None:
    here = install(feed_labels={"ais": "uk & secret"})
    here.publish(write(tmp_path / "a.csv", parts[0]), label=None)
    here.work()
    assert {pair.label for pair in pairs_in_graph(here)} == {"secret&uk"}


def test_of_two_labels_each_reader_sees_what_they_are_cleared_for(
    install: Install, parts: list[list[bytes]], tmp_path: Path
) -> None:
    here = install()
    for name, part in zip("ab", parts, strict=False):
        here.publish(write(tmp_path / f"{name}.csv", part), distribution=name)
    here.work()
    assert pairs_in_graph(here) == {Pair("*", "a"), Pair("*", "b"), Pair("*", "derived:all")}
    assert sources_seen(here) == {"a", "b"}

    here.publish(write(tmp_path / "c.csv", parts[2]), distribution="c", label="secret")
    run_ingest(here.settings, here.endpoints, registry.FEEDS, Event(), idle_s=IDLE_S)
    with pytest.raises(FloorError, match="DIURNAL_VIEW_LABEL"):
        run_analytics(here.settings, here.endpoints, Event(), idle_s=IDLE_S)
    run_graph(here.settings, here.endpoints, Event(), idle_s=IDLE_S)
    assert sources_seen(here) == {"a", "b"}
    assert sources_seen(here, secret=("true",)) == {"a", "b", "c"}
