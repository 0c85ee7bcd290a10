"""Five million fixes: the rate that is sustained, memory, disk, and a subject's page on that graph."""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import Final

import numpy as np
from neo4j import Driver

from api.cli.prepare import make_schema, make_topics
from api.cli.workers import Workers
from bench import week
from bench.flight import WORKERS, Flight, Flown
from bench.flow import CORES, TARGET, cores
from bench.ground import Ground, Servers, settings
from bench.measure import Measure
from graph.allowed import everything
from graph.reader import subjects, summary
from graph.reader.reader import Reader
from runtime.interner import interned
from runtime.servers import Stack
from runtime.servers.identity import neo4j_driver
from runtime.topics import Topics

SHIPS: Final = 6
"""How often each of the week's ships sails, under names of their own."""
WEEKS: Final = 5
PAGES: Final = 400
_PATIENCE_S: Final = 900.0
_MOST_MIB: Final = 1024.0
_MOST_PAGE_S: Final = 0.2


def run(ground: Ground) -> list[Measure]:
    """Everything of one graph of five million fixes."""
    file = ground.folder / "many.csv"
    fixes = week.many(SHIPS, WEEKS, file)
    ground.say(f"{fixes:,} fixes of {SHIPS * 140} ships over {WEEKS} weeks")
    # It runs for minutes: the compiler that is faster in the end is worth its time.
    lasting = settings("", jvm_compiler="thorough")
    with cores(CORES), Stack(ground.folder / "scale", lasting) as stack:
        servers, workers = Servers(stack), Workers(stack.home, WORKERS)
        make_topics(settings(""), servers.endpoints)
        make_schema(servers.endpoints)
        with neo4j_driver(servers.endpoints) as driver:
            try:
                flown = Flight(servers, workers, driver, patience_s=_PATIENCE_S).fly(file, fixes)
            finally:
                workers.stop()
            ground.say(f"{flown.rate:,.0f} fixes/s; now {PAGES} pages")
            return [
                _sustained(flown),
                *_memory(flown),
                *_disk(stack.home, fixes),
                _pages(driver, servers.bootstrap),
            ]


def _sustained(flown: Flown) -> Measure:
    notes = {"fixes": flown.fixes, "seconds": flown.seconds, "stages": flown.stages, "cpu_seconds": flown.cpu}
    return Measure("sustained", flown.rate, "fixes/s", target=TARGET, notes=notes)


def _memory(flown: Flown) -> list[Measure]:
    """The most that each worker held, and beside it what it held at each tenth of the way."""
    found = []
    for name, seen in flown.memory.items():
        tenths = [seen[at] for at in np.linspace(0, len(seen) - 1, 11).astype(int)]
        peak = flown.peaks[name]
        found.append(
            Measure(f"memory_{name}_at_scale", peak, "MiB", target=_MOST_MIB, notes={"tenths": tenths})
        )
    return found


def _disk(home: Path, fixes: int) -> list[Measure]:
    sizes = {name: _bytes(home / name / "data") or _bytes(home / name) for name in ("kafka", "neo4j")}
    return [
        Measure(f"disk_{name}", size / fixes, "bytes a fix", notes={"bytes": size})
        for name, size in sizes.items()
    ]


def _bytes(folder: Path) -> int:
    return sum(file.stat().st_blocks * 512 for file in folder.rglob("*") if file.is_file())


def _pages(driver: Driver, bootstrap: str) -> Measure:
    """The time below which 95 of 100 pages of subjects chosen at random come, after some to warm up."""
    reader = Reader(driver, "neo4j", everything(interned(bootstrap, Topics())))
    page = subjects.search(reader, subjects.Asked(), 1000)
    chosen = random.Random(7).choices([item.key for item in page.items], k=PAGES)  # noqa: S311 - no secret
    for key in chosen[: PAGES // 4]:
        summary.show(reader, key)
    times = []
    for key in chosen:
        began = time.perf_counter()
        summary.show(reader, key)
        times.append(time.perf_counter() - began)
    return Measure(
        "subject_page_p95",
        float(np.quantile(times, 0.95)),
        "s",
        target=_MOST_PAGE_S,
        notes={"pages": PAGES, "median": float(np.median(times)), "most": max(times)},
    )
