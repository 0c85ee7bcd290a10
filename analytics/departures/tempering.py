"""Bayes factors made honest by clean windows: cooled until their mean there is 1 at the most.

People's choices come in runs, which a likelihood that multiplies single choices overrates. The power of a
likelihood that is too sure of itself is lowered (Grünwald 2012; Holmes and Walker 2017) until the factor is
an e-value on the clean windows: mean at most 1, so that a factor of x comes by chance with 1/x at most (Vovk
and Wang 2021). The mean of e-values is an e-value, however they depend on each other.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.optimize import brentq
from scipy.special import logsumexp

from analytics.departures.checkins import Floats

HOTTEST: Final = 1e3


def temperature(clean: Floats) -> float:
    """By what to divide log Bayes factors so that their mean factor is 1 at the most; 1 at the least.

    Args:
        clean: log Bayes factors of clean windows, nats, shape (n,).
    """

    def log_mean(heat: float) -> float:
        return float(logsumexp(clean / heat) - np.log(len(clean)))

    if len(clean) == 0 or log_mean(1.0) <= 0.0:
        return 1.0
    if log_mean(HOTTEST) > 0.0:
        return HOTTEST
    return float(brentq(log_mean, 1.0, HOTTEST, xtol=1e-6))


def temperatures(clean: Floats) -> Floats:
    """One for each group of evidence.

    Args:
        clean: nats, shape (groups, windows, agents).
    """
    return np.array([temperature(group.ravel()) for group in clean])


def average(log_bayes: Floats, heats: Floats) -> Floats:
    """Logarithm of the mean e-value over groups, nats.

    Args:
        log_bayes: shape (groups, ...).
        heats: shape (groups,).
    """
    cooled = log_bayes / heats.reshape(-1, *(1,) * (log_bayes.ndim - 1))
    mean: Floats = logsumexp(cooled, axis=0) - np.log(len(cooled))
    return mean
