"""Which agents depart from their lives in a window: one score, one p-value and one kind for each.

Each group of evidence (attendance, choice among each sort of place) is cooled by the clean windows of the
past, and the groups are averaged, not multiplied: one change of a life shows in several (who does not go to
work also eats elsewhere) and must not count twice. The p-value sets the average beside those of the clean
windows of agents that were seen about as much.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from analytics.departures.checkins import Floats, Ints
from analytics.departures.conformal import p_values, strata
from analytics.departures.evidence import ATTENDANCE
from analytics.departures.model import Model, clean_windows, of_windows
from analytics.departures.tempering import average, temperatures


class Kind(StrEnum):
    """In what an agent departs from its life."""

    ATTENDS_LESS = "attends less"
    OTHER_PLACES = "other places of the same sort"


@dataclass(frozen=True, slots=True, eq=False)
class Clean:
    """What windows say in which nobody is thought to have changed.

    Attributes:
        heats: by what each group's log Bayes factors are divided, shape (groups,).
        scores: of every window and agent, nats, shape (n,).
        seen: observations in each, shape (n,).
    """

    heats: Floats
    scores: Floats
    seen: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """Each agent's window.

    Attributes:
        scores: logarithm of the mean e-value, nats; higher is stranger, shape (agents,).
        p_values: chance of as strange a window in a life that has not changed, shape (agents,).
        draws: what broke ties among p-values, shape (agents,).
        groups: the strangest group of evidence, shape (agents,).
        cooled: logarithms of each group's e-value, nats, shape (groups, agents).
        seen: observations, shape (groups, agents).
        clean: what the clean windows say.
    """

    scores: Floats
    p_values: Floats
    draws: Floats
    groups: Ints
    cooled: Floats
    seen: Ints
    clean: Clean

    def kind(self, agent: int) -> Kind:
        """In what an agent departs most."""
        return kind_of(int(self.groups[agent]))


def kind_of(group: int) -> Kind:
    """The kind of departure of which a group of evidence tells."""
    return Kind.ATTENDS_LESS if group == ATTENDANCE else Kind.OTHER_PLACES


def clean_of(model: Model, length: int, step: int) -> Clean:
    """The scores of clean windows of some days' length, the latest first."""
    factors, seen = of_windows(model, clean_windows(model, length, step))
    heats = temperatures(factors)
    return Clean(heats, average(factors, heats).ravel(), seen.sum(axis=0).ravel())


def judge(model: Model, seed: int = 0) -> Judged:
    """Judge every agent from the model's first judged day to its last.

    Args:
        model: what is usual.
        seed: of the random order of ties among p-values; the scores do not depend on it.
    """
    length = model.end_day - model.start_day
    clean = clean_of(model, length, length)
    factors, seen = model.daily.window(model.start_day, model.end_day)
    scores = average(factors, clean.heats)
    groups = strata(seen.sum(axis=0), clean.seen, model.parameters.strata)
    draws = np.random.default_rng(seed).random(len(scores))
    p = p_values(scores, clean.scores, groups, draws)
    cooled = factors / clean.heats[:, None]
    return Judged(scores, p, draws, cooled.argmax(axis=0), cooled, seen, clean)
