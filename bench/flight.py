"""One file's way through everything: published, and worked on by every worker, each a process of its own."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any, Final

import psutil
from neo4j import Driver

from api.cli.workers import Workers, names
from bench import week
from bench.ground import Servers, settings
from bench.machine import peak_mib
from graph import offsets
from ingest import publisher, registry
from runtime import kafka, lag
from runtime.topics import Topics

STAGES: Final = ("ingest", "graph", "analytics")
WORKERS: Final = tuple(name for name in names(settings("")) if name != "api")
_LOOK_S: Final = 0.1
_LOOKS: Final = 100
"""Looks cost the servers something: in a long run they are rarer."""


@dataclass(frozen=True, slots=True)
class Flown:
    """One file's way through everything.

    Attributes:
        fixes: how many.
        seconds: from the first publish until nothing is left anywhere.
        stages: seconds until each stage was done.
        cpu: seconds of the processor, by process.
        peaks: most memory, MiB, by process.
        memory: MiB held by each process at each look, one a second.
    """

    fixes: int
    seconds: float
    stages: dict[str, float]
    cpu: dict[str, float]
    peaks: dict[str, float]
    memory: dict[str, list[float]] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        """Fixes a second."""
        return self.fixes / self.seconds


class Flight:
    """The workers of one home, and the files that they are given."""

    def __init__(
        self,
        servers: Servers,
        workers: Workers,
        driver: Driver,
        as_if_live: bool = False,
        patience_s: float = 240.0,
    ) -> None:
        self._servers, self._workers, self._driver = servers, workers, driver
        self._patience_s = patience_s
        self._options = publisher.Options(distribution="marinecadastre-ais", label="*", as_if_live=as_if_live)
        self._memory: dict[str, list[float]] = {}
        self._admin = kafka.admin(servers.bootstrap)
        self._topics = Topics()

    def fly(self, file: Path, fixes: int) -> Flown:
        """Start the workers, let them read the static data, and then time the file."""
        self._workers.start()
        self._publish(week.STATIC)
        self._drained(time.monotonic())
        before = self._cpu()
        self._memory = {name: [] for name in WORKERS}
        began = time.monotonic()
        publishing = Thread(target=self._publish, args=(file,))
        publishing.start()
        stages = self._drained(began, publishing)
        cpu = {name: after - before[name] for name, after in self._cpu().items()}
        peaks = {name: peak_mib(pid) for name, pid in self._pids().items() if name != "publish"}
        return Flown(fixes, max(stages.values()), stages, cpu, peaks, self._memory)

    def _publish(self, file: Path) -> None:
        feed = registry.feed("ais")
        publisher.publish(feed, file, settings(""), self._servers.endpoints, options=self._options)

    def _drained(self, began: float, publishing: Thread | None = None) -> dict[str, float]:
        """Wait until nothing is left anywhere; the seconds after `began` at which each stage was done."""
        done: dict[str, float] = {}
        while time.monotonic() - began < self._patience_s:
            time.sleep(max(_LOOK_S, (time.monotonic() - began) / _LOOKS))
            self._workers.check()
            now = time.monotonic() - began
            self._look_at_memory(now)
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
            if len(done) == 1 + len(STAGES) and now - max(done.values()) > 3 * max(_LOOK_S, now / _LOOKS):
                return done
        raise TimeoutError(f"not drained within {self._patience_s:.0f} s: {self._behind()}")

    def _look_at_memory(self, now: float) -> None:
        for name, seen in self._memory.items():
            if len(seen) < now:
                seen.append(psutil.Process(self._workers.pids()[name]).memory_info().rss / 2**20)

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
