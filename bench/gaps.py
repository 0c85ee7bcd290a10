"""Silences of twelve hours in many vessels' messages, sorted and as they come, beside the peer's figure."""

from __future__ import annotations

import time
from statistics import median
from typing import Final

import numpy as np

from analytics.maritime.silences import in_order, silences
from bench.ground import Ground
from bench.measure import Measure
from ontology.times import DAY_MS, HOUR_MS

RUNS: Final = 5
VESSELS: Final = 2_000
MESSAGES: Final = 5_000_000
PIPE_GAPS: Final = 2_760_000.0
"""Messages a second, as Global Fishing Watch publishes for pipe-gaps."""


def run(_: Ground) -> list[Measure]:
    """On messages over 30 days, one vessel in ten silent for a day."""
    rng = np.random.default_rng(20261124)
    vessels = rng.integers(0, VESSELS, MESSAGES)
    times = rng.integers(0, 30 * DAY_MS, MESSAGES)
    silent = (vessels % 10 == 0) & (times >= 10 * DAY_MS) & (times < 11 * DAY_MS)
    vessels, times = vessels[~silent], times[~silent]
    lons, lats = rng.uniform(-180, 180, len(times)), rng.uniform(-80, 80, len(times))
    until = 30 * DAY_MS + HOUR_MS

    def unsorted() -> int:
        order = in_order(vessels, times)
        return len(silences(vessels[order], times[order], lons[order], lats[order], until))

    order = in_order(vessels, times)
    columns = vessels[order], times[order], lons[order], lats[order]
    found = unsorted()
    return [
        _measure("gaps", lambda: silences(*columns, until), len(times), found),
        _measure("gaps_unsorted", unsorted, len(times), found),
    ]


def _measure(name: str, work: object, messages: int, found: int) -> Measure:
    """The median of some runs, in time of the processor."""
    assert callable(work)
    rates = []
    for _ in range(RUNS):
        began = time.process_time()
        work()
        rates.append(messages / (time.process_time() - began))
    return Measure(
        name, median(rates), "messages/s", peer=PIPE_GAPS, peer_name="pipe-gaps, as published",
        target=2_500_000, notes={"runs": rates, "messages": messages, "found": found},
    )  # fmt: skip
