"""Agents that changed their lives, in the two simulated populations; the half that nothing was tuned on."""

from __future__ import annotations

import time
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analytics.departures.explain import explain
from analytics.scoring import departures
from analytics.scoring.departures import THRESHOLD, DepartureScore, Label, Run, changed, score
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
    ("work", "AUC"): {"daily counts, z-score": 0.825, "counting workdays": 0.983},
    ("work", "AP"): {"daily counts, z-score": 0.611, "counting workdays": 0.971},
    ("work", "AUC yellow"): {"daily counts, z-score": 0.606, "counting workdays": 0.950},
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
        rows += _ranks(name, each, whole, tuned)
        rows += _reasons(name, each)
        rows.append(_explained(name, found, labels, mine))
        rows.append(Row(PART, name, "seconds", took, at_most=20.0, note="read, learned and judged"))
    return rows


def _figures(each: DepartureScore) -> dict[str, float]:
    severity = {f"AUC {colour}": area for colour, area in each.severity.items()}
    return {"AUC": each.auc, "AP": each.ap} | severity


def _ranks(name: str, each: DepartureScore, whole: DepartureScore, tuned: DepartureScore) -> list[Row]:
    everybody, even = _figures(whole), _figures(tuned)
    return [
        Row(
            PART,
            name,
            metric,
            value,
            TARGETS.get((name, metric)),
            peers=PEERS.get((name, metric), {}),
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
