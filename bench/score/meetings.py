"""Meetings of simulated people, beside the true ones; pairs of the agents that nothing was tuned on."""

from __future__ import annotations

from typing import Final

import polars as pl

from analytics.scoring.meetings import of_frames
from bench.score.data import shared
from bench.score.row import Row
from bench.score.stays import SEED, reported

WITHOUT: Final = ("Pub", "Apartment")
TARGETS: Final = {"clean": 0.99, "clean_quiet": 0.975, "noise15": 0.94, "noise15_quiet": 0.87}


def run() -> list[Row]:
    """A row a condition."""
    positions = pl.read_csv(shared("pol_sim", "atl60_clean_positions.csv.gz"))
    truth = pl.read_csv(shared("pol_sim", "atl60_clean_copresence_truth.csv"))
    found = of_frames(reported(positions), truth, WITHOUT, seed=SEED)
    return [
        Row(
            "meetings",
            name,
            "F1",
            each.f1,
            TARGETS[name],
            note="without pubs and flats" if name.endswith("_quiet") else "",
            details={"precision": each.precision, "recall": each.recall, "true": each.true},
        )
        for name, each in found.items()
    ]
