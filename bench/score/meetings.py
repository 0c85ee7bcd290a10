"""Meetings of simulated people, beside the true ones; pairs that meet on purpose, beside chance."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from analytics.relations.acquainted import acquainted
from analytics.relations.dwells import dwells
from analytics.relations.standing import standing
from analytics.scoring.meetings import of_frames
from analytics.scoring.planted_pairs import Town, planted
from analytics.scoring.ranking import auc, average_precision
from bench.score.data import shared
from bench.score.row import Row
from bench.score.stays import SEED, reported

WITHOUT: Final = ("Pub", "Apartment")
TARGETS: Final = {"clean": 0.99, "clean_quiet": 0.975, "noise15": 0.94, "noise15_quiet": 0.87}


TIES: Final = 0.95
TIMES: Final = (3, 4, 6)
"""On how many days of six weeks planted pairs meet."""


def run() -> list[Row]:
    """A row a condition, and one for each number of meetings of the planted pairs."""
    return _intervals() + [_ties(times) for times in TIMES]


def _intervals() -> list[Row]:
    """Only pairs of agents that nothing was tuned on."""
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


def _ties(times: int) -> Row:
    """A made-up town of 300, 30 of whose pairs meet on purpose so many times; among all who ever met."""
    made = planted(Town(times=times), SEED)
    stays = dwells(made.tracks)
    meetings = standing(stays, len(made.tracks))
    found = acquainted(stays, meetings, len(made.tracks))
    planned = {tuple(sorted(pair)) for pair in made.pairs.tolist()}
    true = np.array([tuple(pair) in planned for pair in found.pairs.tolist()])
    return Row(
        "meetings",
        f"planted pairs, {times} times",
        "AUC",
        auc(found.surprise, true),
        TIES,
        peers={"counting days": auc(found.days.astype(np.float64), true)},
        note=f"among {len(true):,} pairs that met",
        details={
            "average_precision": average_precision(found.surprise, true),
            "by_chance_at_0.05": float((found.surprise[~true] > -np.log2(0.05)).mean()),
            "by_chance_at_0.01": float((found.surprise[~true] > -np.log2(0.01)).mean()),
        },
    )
