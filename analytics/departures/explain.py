"""An alert in words: what happened, what is normal in counts, why it is told, and what else it could be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analytics.departures.alternatives import alternatives
from analytics.departures.checkins import Bools
from analytics.departures.conformal import p_values, strata
from analytics.departures.evidence import ATTENDANCE, Evidence, log_bayes
from analytics.departures.irreducible import irreducible, verified
from analytics.departures.judge import Judged, Kind
from analytics.departures.model import Model
from analytics.departures.tempering import average
from analytics.departures.told import day_text, happened, normal


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an agent is told of.

    Attributes:
        agent: its name.
        kind: in what it departs.
        happened: what was seen in the window.
        normal: what was usual before, in counts.
        why: how strange that is.
        alternatives: what else could explain it, each with what speaks for or against it.
        p_value: chance of as strange a window in a life that has not changed; not that something is wrong.
        observations: an irreducible set: without them there is no alert, and none of them can be spared; each
            a day and a place in words.
        verified: whether that was seen by running again.
    """

    agent: str
    kind: Kind
    happened: str
    normal: str
    why: str
    alternatives: tuple[str, ...]
    p_value: float
    observations: tuple[str, ...]
    verified: bool


def explain(model: Model, judged: Judged, agent: int, threshold: float) -> Explanation:
    """Explain one agent's window.

    Args:
        model: what is usual.
        judged: the window of every agent.
        agent: its code.
        threshold: the p-value at which it became an alert.
    """
    mine = of_agent(model, agent)
    again = run_again(model, judged, mine, threshold)
    members = irreducible(np.log(np.maximum(mine.ratios, 1e-9)), again)
    return Explanation(
        agent=str(model.checkins.agent_names[agent]),
        kind=judged.kind(agent),
        happened=happened(model, mine, int(judged.groups[agent])),
        normal=normal(model, agent, int(judged.groups[agent])),
        why=_why(model, judged, agent),
        alternatives=alternatives(model, mine, agent, int(judged.groups[agent])),
        p_value=float(judged.p_values[agent]),
        observations=tuple(_told(model, mine, int(at)) for at in members),
        verified=verified(members, len(mine), again),
    )


def of_agent(model: Model, agent: int) -> Evidence:
    """The observations of an agent in the window."""
    evidence = model.evidence
    inside = (evidence.days >= model.start_day) & (evidence.days < model.end_day)
    return evidence.where((evidence.agents == agent) & inside)


def run_again(model: Model, judged: Judged, mine: Evidence, threshold: float) -> Callable[[Bools], bool]:
    """Judges an agent anew on some of its observations, with its peers and its draw as they were."""
    agent = mine.agents[:1]
    groups = strata(judged.seen.sum(axis=0)[agent], judged.clean.seen, model.parameters.strata)
    draws = judged.draws[agent]

    def is_alert(kept: Bools) -> bool:
        left = mine.where(kept)
        factors = [
            log_bayes(left.ratios[left.groups == group], model.parameters.levels)
            for group in range(len(judged.clean.heats))
        ]
        score = average(np.array(factors)[:, None], judged.clean.heats)
        return bool(p_values(score, judged.clean.scores, groups, draws)[0] <= threshold)

    return is_alert


def _why(model: Model, judged: Judged, agent: int) -> str:
    higher = int((judged.clean.scores >= judged.scores[agent]).sum())
    peers = len(judged.clean.scores)
    span = model.end_day - model.start_day
    return (
        f"Of {peers:,} earlier windows of {span} days, of all agents, {higher:,} were as strange. "
        "A score ranks; it is no probability that something is wrong."
    )


def _told(model: Model, mine: Evidence, at: int) -> str:
    day, place = day_text(int(mine.days[at])), model.checkins.venue_names[mine.venues[at]]
    if mine.groups[at] == ATTENDANCE:
        return f"{day}: expected at {place}, did not come"
    return f"{day}: chose {place}, of which the chance was {mine.usual[at]:.2g}"
