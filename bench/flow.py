"""Raw to graph and findings: a file is published, and every worker runs, each a process, on two cores."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Final

from api.cli.prepare import make_schema, make_topics
from api.cli.workers import Workers
from bench import neo4j_limit, week
from bench.flight import WORKERS, Flight, Flown
from bench.ground import Ground, settings
from bench.measure import Measure
from runtime.servers.identity import neo4j_driver

COPIES: Final = 5
CORES: Final = 2
TARGET: Final = 40_000


def run(ground: Ground) -> list[Measure]:
    """Five times the ships of the week as a file is loaded, and as if they had come live; and the week so."""
    more = week.write(week.more_ships(COPIES), ground.folder / "more_ships.csv")
    with cores(CORES):
        loaded, limit = _fly(ground, "loaded", more, COPIES, as_if_live=False)
        ground.say(f"five times the ships: {loaded.rate:,.0f} fixes/s")
        lived, _ = _fly(ground, "lived", more, COPIES, as_if_live=True)
        ground.say(f"as if live: {lived.rate:,.0f} fixes/s")
        once, _ = _fly(ground, "week", week.WEEK, 1, as_if_live=True)
    return [
        _measure("raw_to_graph_and_findings", loaded, limit, TARGET),
        _measure("raw_to_graph_and_findings_as_if_live", lived, limit),
        _measure("raw_to_graph_and_findings_of_the_demo", once, limit),
        *(
            Measure(f"peak_memory_{name}", peak, "MiB", notes={"fixes": loaded.fixes})
            for name, peak in loaded.peaks.items()
        ),
    ]


def _measure(name: str, flown: Flown, limit: float, target: float | None = None) -> Measure:
    return Measure(
        name,
        flown.rate,
        "fixes/s",
        limit=limit,
        limit_name="Neo4j alone: UNWIND, CREATE of a node with arrays for each ship and hour of the week",
        target=target,
        notes={
            "fixes": flown.fixes,
            "seconds": flown.seconds,
            "stages": flown.stages,
            "cpu_seconds": flown.cpu,
            "cores": CORES,
        },
    )


@contextmanager
def cores(count: int) -> Iterator[None]:
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


def _fly(ground: Ground, name: str, file: Path, copies: int, *, as_if_live: bool) -> tuple[Flown, float]:
    with ground.servers(name) as servers:
        workers = Workers(servers.stack.home, WORKERS)
        make_topics(settings(""), servers.endpoints)
        make_schema(servers.endpoints)
        with neo4j_driver(servers.endpoints) as driver:
            flight = Flight(servers, workers, driver, as_if_live)
            try:
                flown = flight.fly(file, copies * len(week.rows()))
            finally:
                workers.stop()
        limits = [neo4j_limit.write(servers, week.rows()) for _ in range(4)]
        return flown, median(limits[1:])
