"""How well agents that changed their lives are told from those that did not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from analytics.departures.checkins import DAY, Bools, CheckIns, Ints
from analytics.departures.judge import Judged, Kind, judge
from analytics.departures.model import Model, learn
from analytics.departures.weekly import Alerts, weeks
from analytics.scoring.ranking import auc, average_precision

KINDS: Final = {"work": Kind.ATTENDS_LESS, "social": Kind.OTHER_PLACES}
"""What a label of the simulator calls for as a reason."""
THRESHOLD: Final = 0.01
"""A window with at most this p-value is an alert."""
BUDGET: Final = 10.0
"""False alerts allowed in a week in the queue of all agents, where delays are measured."""


@dataclass(frozen=True, slots=True)
class Label:
    """What is true of an agent that changed: in which way, how much, since when (days since the epoch)."""

    kind: str
    severity: str
    day: int


@dataclass(frozen=True, slots=True)
class DepartureScore:
    """How well some agents were judged.

    Attributes:
        auc: area under the ROC curve.
        ap: average precision.
        severity: the area with the changed agents of one severity only.
        alerts: windows with a p-value up to THRESHOLD.
        true_alerts: those of agents that had changed.
        right_reasons: share of the true alerts that name the right kind; NaN without any.
        delay_days: median days from the change to the first alert within BUDGET; NaN if none was told of.
        told: share of the changed agents that were told of within BUDGET.
        false_alerts: of agents that had not changed, per agent and week, within BUDGET.
    """

    auc: float
    ap: float
    severity: dict[str, float]
    alerts: int
    true_alerts: int
    right_reasons: float
    delay_days: float
    told: float
    false_alerts: float


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """One population, judged."""

    model: Model
    judged: Judged
    alerts: Alerts


def run(checkins: CheckIns, labels: Mapping[int, Label], seed: int = 0) -> Run:
    """Judge everybody from the first change to the last day; only that day is taken from the labels.

    Args:
        checkins: all.
        labels: by the agent's code.
        seed: of the random order of ties.
    """
    start = min(each.day for each in labels.values())
    end = (int(checkins.times[-1]) + DAY // 2) // DAY
    model = learn(checkins, start, end)
    return Run(model, judge(model, seed), weeks(model, seed).alerts(BUDGET))


def changed(labels: Mapping[int, Label], agents: int) -> Bools:
    """Which agents are labelled, shape (agents,)."""
    true = np.zeros(agents, dtype=bool)
    true[list(labels)] = True
    return true


def score(found: Run, labels: Mapping[int, Label], among: Ints) -> DepartureScore:
    """Score some of the agents.

    Args:
        found: everybody, judged.
        labels: by the agent's code.
        among: codes of the agents that count.
    """
    true = changed(labels, len(found.judged.scores))
    quiet = among[~true[among]]
    severities = sorted({labels[int(each)].severity for each in among[true[among]]})
    alerts = among[found.judged.p_values[among] <= THRESHOLD]
    right = alerts[true[alerts]]
    named = [found.judged.kind(int(each)) == KINDS.get(labels[int(each)].kind) for each in right]
    theirs = among[true[among]]
    first = found.alerts.first()
    told = theirs[first[theirs] >= 0]
    # An evening's alert is told when its day is over.
    delays = [int(first[each]) + 1 - labels[int(each)].day for each in told]
    return DepartureScore(
        auc=auc(found.judged.scores[among], true[among]),
        ap=average_precision(found.judged.scores[among], true[among]),
        severity={each: _area(found, labels, quiet, theirs, each) for each in severities},
        alerts=len(alerts),
        true_alerts=len(right),
        right_reasons=float(np.mean(named)) if named else float("nan"),
        delay_days=float(np.median(delays)) if delays else float("nan"),
        told=len(told) / max(len(theirs), 1),
        false_alerts=float(found.alerts.told[:, quiet].mean()) if len(quiet) else 0.0,
    )


def _area(found: Run, labels: Mapping[int, Label], quiet: Ints, theirs: Ints, severity: str) -> float:
    mine = [int(each) for each in theirs if labels[int(each)].severity == severity]
    scores = found.judged.scores[np.concatenate((mine, quiet)).astype(np.int64)]
    return auc(scores, np.arange(len(scores)) < len(mine))
