"""A back-up is worth what its restore is: the same graph, and work that goes on where it was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from graph.digest import Digests
from ingest.mapper import Counts
from runtime import kafka, lag
from runtime.backup.export import export_log
from runtime.backup.restore import import_log
from tests.scenarios.installation import Installation, empty, same, write

pytestmark = pytest.mark.long

Install = Callable[..., Installation]


def test_a_restored_log_gives_the_same_graph_and_nothing_is_worked_on_twice(
    install: Install, week_lines: list[bytes], tmp_path: Path
) -> None:
    here = install()
    week = [line for line in week_lines if line.startswith(b"367791540")]
    late = [line for line in week if line[10:20] == b"2020-12-03"]
    gone = set(late)
    in_time = [line for line in week if line not in gone]
    here.publish(write(tmp_path / "first.csv", [*in_time, b"no fix"]), open_ended=True)
    here.work()
    here.publish(write(tmp_path / "late.csv", late), as_if_live=True)
    here.work()
    bootstrap = here.endpoints.kafka_bootstrap
    said = export_log(bootstrap, here.topics, tmp_path / "log.tar")
    assert said.exact
    before, written = here.digest(), ends(here)

    there = Installation.new(here.endpoints, here.driver)
    import_log(bootstrap, there.topics, tmp_path / "log.tar")
    empty(there.driver)
    restored = ends(there)
    assert there.work() == Counts()
    same(there.digest(), before, "full", "current")
    assert ends(there) == restored, "nobody told anything anew"
    assert all(0 <= restored[name] - end <= 4 for name, end in written.items())

    assert there.publish(tmp_path / "first.csv", open_ended=True) == 0, "the receipts came along"
    _conclude_anew(here, tmp_path / "log.tar", before)


def _conclude_anew(here: Installation, log: Path, before: Digests) -> None:
    """Without what was concluded the same is concluded, though in fewer versions."""
    anew = Installation.new(here.endpoints, here.driver)
    import_log(here.endpoints.kafka_bootstrap, anew.topics, log, conclude_anew=True)
    empty(anew.driver)
    assert anew.work() == Counts(), "what was mapped is not mapped again"
    assert ends(anew)["derived"] > 0
    same(anew.digest(), before)


def ends(here: Installation) -> dict[str, int]:
    """How long each topic that is not compacted is, by its plain name."""
    names = [name for name in here.topics.all(["ais"]) if not name.endswith(("labels", "receipts"))]
    found: dict[str, int] = {}
    for (name, _), end in lag.ends(kafka.admin(here.endpoints.kafka_bootstrap), names).items():
        plain = here.topics.plain(name)
        found[plain] = found.get(plain, 0) + end
    return found
