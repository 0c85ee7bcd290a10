"""What the API tells Prometheus: requests by route, lag whoever is dead, and the supervisor's word."""

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import psutil
import pytest
from prometheus_client import REGISTRY, generate_latest

from api.exporter import Exporter, exported
from api.supervised import STATE_FILE, State
from graph.reader.errors import GraphAwayError
from runtime.errors import TransientError
from runtime.standing import Standing
from runtime.topics import Topics

TOPICS = Topics("t1.")
FOUND = [
    Standing("ingest", "t1.raw.ais", 12, 2, {0: 10}, 4.5),
    Standing("graph", "t1.knowledge", 9, 9, {0: 0, 1: 0}, None),
]


def exporter(home: Path, **given: Any) -> Exporter:
    parts: dict[str, Any] = {
        "loaded": lambda: {("t1.knowledge", 0): 9},
        "stand": lambda _: FOUND,
        "members": lambda: {"ingest": 2, "graph": 0},
        "plain": TOPICS.plain,
        "home": home,
    }
    return Exporter(**parts | given)


def told(made: Exporter) -> dict[str, float]:
    return {
        f"{sample.name}{sorted(sample.labels.values())}": sample.value
        for metric in made.collect()
        for sample in metric.samples
    }


def away(error: Exception) -> Callable[..., Any]:
    def ask(*_: object) -> Any:
        raise error

    return ask


def test_lag_age_workers_and_servers(tmp_path: Path) -> None:
    made = exporter(tmp_path)
    assert told(made) == {
        "diurnal_lag_records['0', 'ingest', 'raw.ais']": 10,
        "diurnal_lag_records['0', 'graph', 'knowledge']": 0,
        "diurnal_lag_records['1', 'graph', 'knowledge']": 0,
        "diurnal_oldest_unprocessed_age_seconds['ingest', 'raw.ais']": 4.5,
        "diurnal_oldest_unprocessed_age_seconds['graph', 'knowledge']": 0,
        "diurnal_stage_workers['ingest']": 2,
        "diurnal_stage_workers['graph']": 0,
        "diurnal_server_up['kafka']": 1,
        "diurnal_server_up['neo4j']": 1,
    }
    made.close()


def test_who_is_away_is_told_and_its_lag_is_not(tmp_path: Path) -> None:
    found = told(exporter(tmp_path, loaded=away(GraphAwayError("away"))))
    assert (found["diurnal_server_up['kafka']"], found["diurnal_server_up['neo4j']"]) == (1, 0)
    assert not any("graph" in name and "lag" in name for name in found)
    assert found["diurnal_lag_records['0', 'ingest', 'raw.ais']"] == 10
    found = told(exporter(tmp_path, stand=away(TransientError("away"))))
    assert found == {"diurnal_server_up['kafka']": 0, "diurnal_server_up['neo4j']": 1}


def test_a_scrape_does_not_wait_for_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.exporter.WAIT_S", 0.1)
    go_on = threading.Event()

    def slow(_: object) -> list[Standing]:
        go_on.wait(10)
        return FOUND

    made = exporter(tmp_path, stand=slow)
    assert told(made) == {"diurnal_server_up['kafka']": 0, "diurnal_server_up['neo4j']": 0}
    go_on.set()
    monkeypatch.setattr("api.exporter.WAIT_S", 5.0)
    assert told(made)["diurnal_server_up['kafka']"] == 1
    made.close()


def test_the_supervisors_word_counts_while_it_lives(tmp_path: Path) -> None:
    state = State(
        pid=os.getpid(),
        created=psutil.Process().create_time(),
        phase="ready",
        workers={"ingest": 7},
        restarts={"ingest": 2, "graph": 5},
    )
    (tmp_path / STATE_FILE).write_bytes(orjson.dumps(state.model_dump()))
    found = told(exporter(tmp_path))
    assert (found["diurnal_worker_up['ingest']"], found["diurnal_worker_up['graph']"]) == (1, 0)
    assert found["diurnal_worker_restarts_total['graph']"] == 5
    (tmp_path / STATE_FILE).write_bytes(orjson.dumps(state.model_copy(update={"created": 1.0}).model_dump()))
    assert not any("worker_up" in name for name in told(exporter(tmp_path)))


def test_it_is_scraped_with_the_process_for_as_long_as_it_is_wanted(tmp_path: Path) -> None:
    with exported(exporter(tmp_path)):
        text = generate_latest(REGISTRY).decode()
        assert 'diurnal_lag_records{partition="0",stage="ingest",topic="raw.ais"} 10.0' in text
        assert "process_resident_memory_bytes" in text
    assert "diurnal_lag_records{" not in generate_latest(REGISTRY).decode()
