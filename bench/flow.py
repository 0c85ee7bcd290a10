"""Raw to graph and findings: a file is published, and every worker runs, each a process, on two cores."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from threading import Thread
from typing import Any, Final

import psutil
from neo4j import Driver

from api.cli.prepare import make_schema, make_topics
from api.cli.workers import Workers
from bench import neo4j_limit, week
from bench.ground import Ground, Servers, settings
from bench.machine import peak_mib
from bench.measure import Measure
from graph import offsets
from ingest import publisher, registry
from runtime import kafka, lag
from runtime.servers.identity import neo4j_driver
from runtime.topics import Topics

WORKERS: Final = ("ingest", "graph", "analytics")
COPIES: Final = 5
CORES: Final = 2
TARGET: Final = 40_000
_LOOK_S: Final = 0.1
_PATIENCE_S: Final = 240.0
_OPTIONS: Final = publisher.Options(distribution="marinecadastre-ais", label="*", as_if_live=True)


@dataclass(frozen=True, slots=True)
class Flown:
    """One file's way through everything.

    Attributes:
        fixes: how many.
        seconds: from the first publish until nothing is left anywhere.
        stages: seconds until each stage was done.
        cpu: seconds of the processor, by process.
        peaks: most memory, MiB, by process.
    """

    fixes: int
    seconds: float
    stages: dict[str, float]
    cpu: dict[str, float]
    peaks: dict[str, float]

    @property
    def rate(self) -> float:
        """Fixes a second."""
        return self.fixes / self.seconds


def run(ground: Ground) -> list[Measure]:
    """The week, and the week with five times the ships, each into an empty graph."""
    more = week.write(week.more_ships(COPIES), ground.folder / "more_ships.csv")
    with _cores(CORES):
        once, limit = _fly(ground, "week", week.WEEK, 1)
        ground.say(f"the week: {once.rate:,.0f} fixes/s")
        often, _ = _fly(ground, "more", more, COPIES)
    return [
        _measure("raw_to_graph_and_findings", once, limit),
        _measure("raw_to_graph_and_findings_five_times_the_ships", often, limit),
        *(
            Measure(f"peak_memory_{name}", peak, "MiB", notes={"fixes": often.fixes})
            for name, peak in often.peaks.items()
        ),
    ]


def _measure(name: str, flown: Flown, limit: float) -> Measure:
    return Measure(
        name,
        flown.rate,
        "fixes/s",
        limit=limit,
        limit_name="Neo4j alone: UNWIND, CREATE of a node with arrays for each ship and hour of the week",
        target=TARGET,
        notes={
            "fixes": flown.fixes,
            "seconds": flown.seconds,
            "stages": flown.stages,
            "cpu_seconds": flown.cpu,
            "cores": CORES,
        },
    )


@contextmanager
def _cores(count: int) -> Iterator[None]:
    """Keep this process, and what it starts, to some cores, where the system can."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(before)[:count])
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _fly(ground: Ground, name: str, file: Path, copies: int) -> tuple[Flown, float]:
    with ground.servers(name) as servers:
        workers = Workers(servers.stack.home, WORKERS)
        make_topics(settings(""), servers.endpoints)
        make_schema(servers.endpoints)
        with neo4j_driver(servers.endpoints) as driver:
            flight = _Flight(servers, workers, driver)
            try:
                flown = flight.fly(file, copies * len(week.rows()))
            finally:
                workers.stop()
        limits = [neo4j_limit.write(servers, week.rows()) for _ in range(4)]
        return flown, median(limits[1:])


class _Flight:
    def __init__(self, servers: Servers, workers: Workers, driver: Driver) -> None:
        self._servers, self._workers, self._driver = servers, workers, driver
        self._admin = kafka.admin(servers.bootstrap)
        self._topics = Topics()

    def fly(self, file: Path, fixes: int) -> Flown:
        """Start the workers, let them read the static data, and then time the file."""
        self._workers.start()
        self._publish(week.STATIC)
        self._drained(time.monotonic())
        before = self._cpu()
        began = time.monotonic()
        publishing = Thread(target=self._publish, args=(file,))
        publishing.start()
        stages = self._drained(began, publishing)
        cpu = {name: after - before[name] for name, after in self._cpu().items()}
        peaks = {name: peak_mib(pid) for name, pid in self._pids().items() if name != "publish"}
        return Flown(fixes, max(stages.values()), stages, cpu, peaks)

    def _publish(self, file: Path) -> None:
        feed = registry.feed("ais")
        publisher.publish(feed, file, settings(""), self._servers.endpoints, options=_OPTIONS)

    def _drained(self, began: float, publishing: Thread | None = None) -> dict[str, float]:
        """Wait until nothing is left anywhere; the seconds after `began` at which each stage was done."""
        done: dict[str, float] = {}
        while time.monotonic() - began < _PATIENCE_S:
            time.sleep(_LOOK_S)
            self._workers.check()
            now = time.monotonic() - began
            if publishing is not None and publishing.is_alive():
                done = {}
                continue
            done.setdefault("publish", now)
            # A stage is done when it is so at two looks: what the one before has just written counts too.
            for stage, behind in self._behind().items():
                if behind:
                    done.pop(stage, None)
                else:
                    done.setdefault(stage, now)
            if len(done) == 1 + len(WORKERS) and now - max(done.values()) > 3 * _LOOK_S:
                return done
        raise TimeoutError(f"not drained within {_PATIENCE_S:.0f} s: {self._behind()}")

    def _behind(self) -> dict[str, int]:
        topics = self._topics
        raw, both = [topics.raw("ais")], [topics.knowledge, topics.derived]
        written = lag.ends(self._admin, [*raw, *both])
        loaded = offsets.stored(self._driver, self._servers.endpoints.neo4j_database)
        rows = {
            "ingest": lag.lags(written, lag.committed(self._admin, topics.name("ingest")), raw),
            "analytics": lag.lags(
                written, lag.committed(self._admin, topics.name("analytics")), [topics.knowledge]
            ),
            "graph": lag.lags(written, loaded, both),
        }
        return {stage: sum(row.behind for row in found) for stage, found in rows.items()}

    def _pids(self) -> dict[str, int]:
        stack = self._servers.stack
        servers = {"kafka": stack.kafka.pid or 0, "neo4j": stack.neo4j.pid or 0}
        return {**self._workers.pids(), **servers, "publish": os.getpid()}

    def _cpu(self) -> dict[str, float]:
        found: dict[str, Any] = {name: psutil.Process(pid).cpu_times() for name, pid in self._pids().items()}
        return {name: times.user + times.system for name, times in found.items()}
