"""Agents that did not change: their p-values, whether budgets hold, who is told of most, what comes next."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from analytics.departures.model import learn
from analytics.departures.next_place import habits, markov
from analytics.departures.weekly import WEEK, weeks
from analytics.scoring.departures import Label, Run, changed
from bench.score.anomalies import POPULATIONS, SEED, population, reported
from bench.score.row import Row

PART: Final = "calibration"
LEVELS: Final = (0.01, 0.05, 0.1)
BUDGETS: Final = (10.0, 20.0, 50.0)
"""False alerts allowed a week, in a queue of 1,000 agents."""
RESAMPLES: Final = 4000
FACTOR: Final = 1.2

Found = list[tuple[Run, dict[int, Label]]]


def run() -> list[Row]:
    """A row a figure; both populations together."""
    found: Found = [population(name) for name in POPULATIONS]
    return [*_p_values(found), *_budgets(found), *_fairness(found), *_next_places(found)]


def _quiet(found: Run, labels: dict[int, Label]) -> NDArray[np.int64]:
    true = changed(labels, len(found.judged.scores))
    mine = reported(found)
    return mine[~true[mine]]


def _p_values(found: Found) -> list[Row]:
    """The share of p-values up to a level, whose bootstrap interval over agents should hold the level."""
    pooled = np.concatenate([each.judged.p_values[_quiet(each, labels)] for each, labels in found])
    random = np.random.default_rng(SEED)
    drawn = random.integers(0, len(pooled), (RESAMPLES, len(pooled)))
    rows = []
    for level in LEVELS:
        low = pooled <= level
        share = float(low.mean())
        first, last = np.quantile(low[drawn].mean(axis=1), (0.005, 0.995))
        note = f"{len(pooled)} agents; 99 % interval {first:.4f} to {last:.4f}"
        least, most = level - (float(last) - share), level + (share - float(first))
        rows.append(Row(PART, f"p up to {level}", "share", share, least, most, note=note))
    return rows


def _budgets(found: Found) -> list[Row]:
    """False alerts beside those allowed: two weeks before the change, of all, and two after, of the quiet."""
    told, allowed = np.zeros(len(BUDGETS)), np.zeros(len(BUDGETS))
    for each, labels in found:
        true = changed(labels, len(each.judged.scores))
        start, end = each.model.start_day, each.model.end_day
        for first, last in ((start - 2 * WEEK, start - WEEK), (start - WEEK, start), (start, end)):
            among = ~true if first == start else np.ones(len(true), dtype=bool)
            model = each.model if first == start else learn(each.model.checkins, first, last)
            judged = weeks(model, SEED)
            for at, budget in enumerate(BUDGETS):
                alerts = judged.alerts(budget).told
                told[at] += alerts[:, among].sum()
                allowed[at] += budget * len(alerts) * among.mean()
    return [
        Row(
            PART,
            f"budget {budget:.0f} a week",
            "false per allowed",
            float(told[at] / allowed[at]),
            1.0 / FACTOR,
            FACTOR,
            note=f"{told[at]:.0f} false alerts, {allowed[at]:.0f} allowed, in 8 weeks of 1,000 agents",
        )
        for at, budget in enumerate(BUDGETS)
    ]


def _fairness(found: Found) -> list[Row]:
    """False alerts of quiet agents by how much of them was seen."""
    rows = []
    quiet = [(each, _quiet(each, labels)) for each, labels in found]
    seen = np.concatenate([each.judged.seen.sum(axis=0)[mine] for each, mine in quiet])
    p = np.concatenate([each.judged.p_values[mine] for each, mine in quiet])
    third = np.searchsorted(np.quantile(seen, (1 / 3, 2 / 3)), seen, side="right")
    for at, name in enumerate(("seen least", "seen middling", "seen most")):
        mine = third == at
        note = f"{mine.sum()} agents with {seen[mine].min()} to {seen[mine].max()} observations"
        rows.append(Row(PART, name, "p up to 0.05", float((p[mine] <= 0.05).mean()), note=note))
    return rows


def _next_places(found: Found) -> list[Row]:
    """Bits a check-in of the quiet agents in the judged weeks, each predicted before it is counted."""
    rows = []
    for name, (each, labels) in zip(POPULATIONS, found, strict=True):
        given = each.model.checkins
        mine = np.isin(given.agents, _quiet(each, labels)) & (given.days >= each.model.start_day)
        ours, peer = float(habits(given)[mine].mean()), float(markov(given)[mine].mean())
        rows.append(
            Row(
                PART,
                f"next place, {name}",
                "bits",
                ours,
                at_most=peer,
                peers={"first-order Markov": peer},
                note=f"{mine.sum():,} check-ins",
            )
        )
    return rows
