"""Who works on a stage, as Kafka and the supervisor know it."""

from __future__ import annotations

from api.log import StageWorkers, stage_workers
from api.supervised import State

SEVERAL = ("ingest", "analytics-full", "analytics-full-2", "graph")
SUPERVISED = State(
    pid=1,
    created=1.0,
    phase="ready",
    troubles={"graph-1": "restarting, 3 deaths", "graph-10": "ended", "analytics-full-2": "restarting"},
    restarts={
        "ingest": 1, "graph": 2, "graph-1": 3, "graph-10": 4, "api": 9,
        "analytics-full": 5, "analytics-full-2": 6,
    },
)  # fmt: skip


def seen(stage: str, *known: str, supervised: State | None = SUPERVISED) -> StageWorkers:
    return stage_workers(stage, SEVERAL, known, f"x.{stage}", supervised)


def test_all_loaders_are_told_of() -> None:
    found = seen("graph", "x.graph-1", "x.graph-0")
    assert found.workers == ("0", "1")
    assert found.restarts == 9
    assert found.trouble == "graph-1: restarting, 3 deaths; graph-10: ended"


def test_a_view_whose_name_looks_like_a_number_is_a_stage_of_its_own() -> None:
    assert (seen("analytics-full").restarts, seen("analytics-full").trouble) == (5, None)
    assert seen("analytics-full-2").restarts == 6
    assert seen("analytics-full-2").trouble == "analytics-full-2: restarting"


def test_without_a_supervisor_nothing_is_said_of_restarts() -> None:
    found = seen("ingest", "x.ingest-0", supervised=None)
    assert (found.workers, found.restarts, found.trouble) == (("0",), None, None)
    assert seen("ingest").restarts == 1
