"""Asks the peers of movement, in their own environment, for stays."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from analytics.scoring.intervals import Intervals
from analytics.track import Track
from bench.ground import ROOT

PYTHON: Final = ROOT / ".venv-movement" / "bin" / "python"
_SCRIPT: Final = ROOT / "bench" / "peer" / "movement" / "stays.py"
_PATIENCE_S: Final = 300.0


@dataclass(frozen=True, slots=True)
class Peer:
    """What a peer found, subjects by their order, and how fast: points a second, each run."""

    stays: Intervals
    rates: list[float]


def there() -> bool:
    """Whether their environment was made (`make .venv-movement/.ready`)."""
    return (ROOT / ".venv-movement" / ".ready").exists()


def ask(
    peer: str, tracks: Mapping[str, Track], folder: Path, metres: float, minutes: float, runs: int = 1
) -> Peer:
    """Stays by `trackintel`, `skmob` or `movingpandas`.

    Args:
        peer: which.
        tracks: the fixes, by subject.
        folder: for the file that it is given.
        metres: its radius, or diameter.
        minutes: its shortest stay.
        runs: how often.

    Raises:
        RuntimeError: it failed.
    """
    file = folder / "fixes.csv"
    names = list(tracks)
    pl.concat(
        pl.DataFrame({"subject": [name] * len(each), "time": each.times, "lon": each.lons, "lat": each.lats})
        for name, each in tracks.items()
    ).write_csv(file)
    done = subprocess.run(
        [PYTHON, _SCRIPT, peer, file, str(metres), str(minutes), str(runs)],
        capture_output=True,
        text=True,
        check=False,
        timeout=_PATIENCE_S,
    )
    if done.returncode:
        raise RuntimeError(f"{peer} failed: {done.stderr[-2000:]}")
    told = json.loads(done.stdout)
    order = {name: k for k, name in enumerate(names)}
    rows = [(order[who], start, end) for who, start, end in told["stays"]]
    columns = np.array(rows, np.int64).reshape(-1, 3).T
    return Peer(Intervals(*columns), [told["points"] / each for each in told["seconds"]])
