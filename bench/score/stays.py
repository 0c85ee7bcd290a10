"""Stays of simulated people, of agents that nothing was tuned on, beside the true ones; then real tracks."""

from __future__ import annotations

from typing import Final

import polars as pl

from analytics.scoring.stays import of_frames, people
from bench.score import real_stays
from bench.score.data import shared
from bench.score.row import Row

SEED: Final = 20261124
TARGETS: Final = {
    "clean": 0.998,
    "noise15": 0.995,
    "noise15_half": 0.91,
    "noise40": 0.99,
    "noise15_outliers": 0.99,
}


def run() -> list[Row]:
    """A row a condition."""
    positions = pl.read_csv(shared("pol_sim", "atl60_clean_positions.csv.gz"))
    truth = pl.read_csv(shared("pol_sim", "atl60_clean_stays_truth.csv"))
    mine = reported(positions)
    found = of_frames(
        mine, truth.filter(pl.col("agent_id").is_in(mine["agent_id"].unique().to_list())), people, seed=SEED
    )
    rows = [
        Row(
            "stays",
            name,
            "F1",
            each.f1,
            TARGETS[name],
            details={"precision": each.precision, "recall": each.recall, "true": each.true},
        )
        for name, each in found.items()
    ]
    return rows + real_stays.run()


def reported(positions: pl.DataFrame) -> pl.DataFrame:
    """The half that is reported: every second agent in order of their numbers; the others were tuned on."""
    agents = positions["agent_id"].unique().sort().to_list()
    return positions.filter(pl.col("agent_id").is_in(agents[1::2]))
