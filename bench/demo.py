"""`diurnal demo` from a warm cache to its report, in a new home; and a second run, which changes nothing."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Final

from bench.ground import Ground, child
from bench.measure import Measure

TARGET_S: Final = 60.0


def run(ground: Ground) -> list[Measure]:
    """Twice in one home."""
    home = ground.folder / "demo"
    first, notes = _demo(home)
    second, _ = _demo(home)
    return [
        Measure("demo", first, "s", target=TARGET_S, notes=notes),
        Measure("demo_again", second, "s"),
    ]


def _demo(home: Path) -> tuple[float, dict[str, object]]:
    began = time.monotonic()
    diurnal = Path(sys.executable).with_name("diurnal")
    told = child(diurnal, "demo", "--once", "--json", environment={"DIURNAL_HOME": str(home)})
    seconds = time.monotonic() - began
    return seconds, {
        name: value for name, value in told.items() if name == "seconds" or isinstance(value, int)
    }
