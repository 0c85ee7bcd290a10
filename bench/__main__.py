"""`python -m bench [measure ...]`: run measures, print the table, write `bench/results/*.json`."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path
from typing import Final

from bench.ground import Ground
from bench.machine import machine
from bench.measure import Measure, show

MEASURES: Final = {
    "ready": "seconds until the servers are ready, from a warm cache",
    "ingest": "raw record to knowledge, beside telicent-lib and Kafka alone",
    "gaps": "silences of twelve hours in many vessels' messages, beside pipe-gaps",
    "fold": "stays, trips and gaps, and everything that is concluded, on arrays",
    "meetings": "who meets whom in a day, among 1,000, 3,000 and 10,000",
    "movement": "stays by change points, beside trackintel and movingpandas",
    "flow": "raw to graph and findings, all workers, beside Neo4j alone; memory",
    "scale": "five million fixes: rate, memory, disk, and a subject's page",
    "guard": "queries under the guard beside the same without it, labels, and what time tells",
    "demo": "make demo, from a warm cache to the report",
}


def main() -> int:
    """Run what was asked for."""
    told = "\n".join(f"  {name:<8} {about}" for name, about in MEASURES.items())
    parser = argparse.ArgumentParser(
        prog="bench",
        description="Measure speed beside peers and raw limits.",
        epilog=f"measures:\n{told}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("measures", nargs="*", metavar="measure", help="which ones; all by default")
    wanted = parser.parse_args().measures or list(MEASURES)
    if strangers := set(wanted) - MEASURES.keys():
        parser.error(f"no measure is called {', '.join(sorted(strangers))}; see --help")
    began, about = time.monotonic(), machine()

    def say(text: str) -> None:
        print(f"[{time.monotonic() - began:6.1f} s] {text}", file=sys.stderr)

    found: list[Measure] = []
    with tempfile.TemporaryDirectory(prefix="diurnal-bench-") as folder:
        ground = Ground(Path(folder), say)
        for name in MEASURES:
            if name in wanted:
                say(f"{name}: {MEASURES[name]}")
                fresh: list[Measure] = import_module(f"bench.{name}").run(ground)
                for measure in fresh:
                    measure.write(about)
                found += fresh
    show(found, about)
    return 0


if __name__ == "__main__":
    sys.exit(main())
