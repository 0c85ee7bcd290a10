"""`python -m bench.score [part ...]`: score the parts, print the table, write `bench/results/score.json`."""

from __future__ import annotations

import argparse
import json
import sys
import time
from importlib import import_module
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from bench.machine import machine
from bench.measure import RESULTS
from bench.score.row import Row

# A part is a module of this package with `run() -> list[Row]`: add yours here, a line each.
PARTS: Final = {
    "stays": "stays on simulated people with noise, drop-outs and outliers, and on real tracks beside peers",
    "anomalies": "agents that changed their lives, found without labels, in two simulated populations",
    "calibration": "p-values, budgets and next places of agents that did not change",
    "meetings": "two together, from positions of simulated people with and without noise",
    "planted": "silences, jumps, shared identities and loitering, planted in the harbour and offshore",
    "identity": "noise under one MMSI, a spoofed flight among ordinary ones, circling aircraft",
    "encounters": "vessels that meet on purpose, in the harbour and offshore",
}
FILE: Final = RESULTS / "score.json"


def main() -> int:
    """Score what was asked for."""
    told = "\n".join(f"  {name:<12} {about}" for name, about in PARTS.items())
    parser = argparse.ArgumentParser(
        prog="bench.score",
        description="Score the analytics on data whose truth is known.",
        epilog=f"parts:\n{told}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("parts", nargs="*", metavar="part", help="which ones; all by default")
    wanted = parser.parse_args().parts or list(PARTS)
    if strangers := set(wanted) - PARTS.keys():
        parser.error(f"no part is called {', '.join(sorted(strangers))}; see --help")
    began = time.monotonic()
    rows: list[Row] = []
    for name in PARTS:
        if name in wanted:
            print(f"[{time.monotonic() - began:6.1f} s] {name}: {PARTS[name]}", file=sys.stderr)
            found: list[Row] = import_module(f"bench.score.{name}").run()
            _write(name, found)
            rows += found
    _show(rows)
    return 0


def _write(part: str, rows: list[Row]) -> None:
    """Leave a part in the file, beside what it holds of the others."""
    RESULTS.mkdir(exist_ok=True)
    before: dict[str, Any] = json.loads(FILE.read_text()) if FILE.exists() else {}
    parts = {name: each for name, each in before.get("parts", {}).items() if name in PARTS}
    parts[part] = [row.told() for row in rows]
    text = json.dumps({"machine": machine(), "parts": parts}, indent=2, ensure_ascii=False)
    FILE.write_text(text + "\n")


def _show(rows: list[Row]) -> None:
    table = Table(title="scores", title_justify="left")
    for heading in ("part", "case", "metric", "ours", "target", "peers", "note"):
        right = heading in ("ours", "target")
        table.add_column(heading, justify="right" if right else "left", overflow="fold")
    for row in rows:
        mark = "" if row.met is None else " ✓" if row.met else " ✗"
        peers = ", ".join(f"{name} {value:.4g}" for name, value in row.peers.items())
        table.add_row(row.part, row.case, row.metric, f"{row.value:.4g}", row.target + mark, peers, row.note)
    Console(width=None if sys.stdout.isatty() else 170).print(table)


if __name__ == "__main__":
    sys.exit(main())
