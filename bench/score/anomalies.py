"""Agents that changed their lives, in the two simulated populations; the half that nothing was tuned on."""

from __future__ import annotations

import time
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analytics.departures.explain import explain
from analytics.scoring import departures
from analytics.scoring.departures import THRESHOLD, DepartureScore, Label, Run, changed, score
from analytics.scoring.ranking import auc, average_precision
from api.cli.score_anomalies import read_checkins, read_labels
from bench.score.data import shared
from bench.score.row import Row

PART: Final = "anomalies"
POPULATIONS: Final = ("work", "social")
SEED: Final = 20261124
TARGETS: Final = {
    ("work", "AUC"): 0.98,
    ("work", "AP"): 0.97,
    ("work", "AUC yellow"): 0.94,
    ("social", "AUC"): 0.88,
    ("social", "AP"): 0.79,
}
PEERS: Final[dict[tuple[str, str], dict[str, float]]] = {
    ("work", "AUC"): {"daily counts, z-score": 0.825},
    ("work", "AP"): {"daily counts, z-score": 0.611},
    ("work", "AUC yellow"): {"daily counts, z-score": 0.606},
    ("social", "AUC"): {"a first try": 0.86},
    ("social", "AP"): {"a first try": 0.79},
}


def population(name: str) -> tuple[Run, dict[int, Label]]:
    """A population, judged, and its labels."""
    given = read_checkins(shared("pol_sim", f"atl1k_{name}_checkins.csv.gz"))
    labels = read_labels(shared("pol_sim", f"atl1k_{name}_labels.csv"), given)
    return departures.run(given, labels, SEED), labels


def reported(found: Run) -> NDArray[np.int64]:
    """The half that is reported: every second agent in order of their numbers; the others were tuned on."""
    return np.arange(len(found.judged.scores))[1::2]


def run() -> list[Row]:
    """A row a figure."""
    rows: list[Row] = []
    for name in POPULATIONS:
        began = time.perf_counter()
        found, labels = population(name)
        took = time.perf_counter() - began
        mine = reported(found)
        everybody = np.arange(len(found.judged.scores))
        each = score(found, labels, mine)
        whole = score(found, labels, everybody)
        tuned = score(found, labels, everybody[::2])
        counted = _workdays(found, labels, mine) if name == "work" else {}
        rows += _ranks(name, each, (whole, tuned), counted)
        rows += _reasons(name, each)
        rows.append(_explained(name, found, labels, mine))
        rows.append(Row(PART, name, "seconds", took, at_most=20.0, note="read, learned and judged"))
    return rows


def _figures(each: DepartureScore) -> dict[str, float]:
    severity = {f"AUC {colour}": area for colour, area in each.severity.items()}
    return {"AUC": each.auc, "AP": each.ap} | severity


def _workdays(found: Run, labels: dict[int, Label], mine: NDArray[np.int64]) -> dict[str, float]:
    """What counting days at venues called workplaces reaches, on the agents that are reported."""
    types = pl.read_csv(shared("pol_sim", "atl1k_work_checkins.csv.gz"), columns=["venue_id", "venue_type"])
    named = types.filter(pl.col("venue_type") == "Workplace")["venue_id"].unique().to_numpy()
    given, start = found.model.checkins, found.model.start_day
    at_work = np.isin(given.venue_names[given.venues], named) & (given.days >= start - 28)
    days = np.unique(np.column_stack((given.agents[at_work], given.days[at_work])), axis=0)
    late = days[:, 1] >= start
    agents = len(given.agent_names)
    after = np.bincount(days[late, 0], minlength=agents)
    before = np.bincount(days[~late, 0], minlength=agents)
    fewer = (0.5 * before - after).astype(np.float64)
    true = changed(labels, agents)
    rest = [at for at in mine if not true[at] or labels[int(at)].severity == "yellow"]
    return {
        "AUC": auc(fewer[mine], true[mine]),
        "AP": average_precision(fewer[mine], true[mine]),
        "AUC yellow": auc(fewer[rest], true[rest]),
    }


def _ranks(
    name: str, each: DepartureScore, others: tuple[DepartureScore, DepartureScore], counted: dict[str, float]
) -> list[Row]:
    everybody, even = _figures(others[0]), _figures(others[1])
    return [
        Row(
            PART,
            name,
            metric,
            value,
            TARGETS.get((name, metric)),
            peers=PEERS.get((name, metric), {})
            | ({"counting workdays": counted[metric]} if metric in counted else {}),
            note=f"all agents {everybody[metric]:.4f}, the half tuned on {even[metric]:.4f}",
            details={"all": everybody[metric], "tuned": even[metric]},
        )
        for metric, value in _figures(each).items()
    ]


def _reasons(name: str, each: DepartureScore) -> list[Row]:
    alerts = f"{each.true_alerts} true of {each.alerts} alerts at p up to {THRESHOLD}"
    return [
        Row(PART, name, "right reason", each.right_reasons, 0.9, note=alerts),
        Row(PART, name, "delay, days", each.delay_days, note=f"median; {each.told:.1%} told of in two weeks"),
        Row(PART, name, "false alerts", each.false_alerts, note="per agent and week, budget 0.01"),
    ]


def _explained(name: str, found: Run, labels: dict[int, Label], mine: NDArray[np.int64]) -> Row:
    true = changed(labels, len(found.judged.scores))
    alerts = [int(at) for at in mine if true[at] and found.judged.p_values[at] <= THRESHOLD]
    told = [explain(found.model, found.judged, at, THRESHOLD) for at in alerts]
    sizes = [len(each.observations) for each in told]
    return Row(
        PART,
        name,
        "irreducible",
        float(np.mean([each.verified for each in told])),
        1.0,
        note=f"true alerts whose set held when run again; median {np.median(sizes):.0f} observations",
    )
