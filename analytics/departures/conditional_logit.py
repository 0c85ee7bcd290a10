"""A choice among alternatives that are described by features: the conditional logit of McFadden (1974)."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize

from analytics.departures.checkins import Floats, Ints
from analytics.geometry import compiled


def fit(features: Floats, chosen: Ints, ridge: float = 1.0) -> Floats:
    """The weights under which the choices made are most probable, by Newton's method in a trusted region.

    Args:
        features: of every alternative of every choice, shape (choices, alternatives, features).
        chosen: which alternative was taken, shape (choices,).
        ridge: how strongly weights are held to 0: features that say nothing keep still.

    Returns:
        Shape (features,).
    """
    width = features.shape[2]

    def loss(weights: Floats) -> tuple[float, Floats]:
        value, gradient, _ = _derivatives(weights, features, chosen)
        return value + 0.5 * ridge * float(weights @ weights), gradient + ridge * weights

    def curvature(weights: Floats) -> Floats:
        hessian: Floats = _derivatives(weights, features, chosen)[2]
        return hessian + ridge * np.eye(width)

    found = minimize(loss, np.zeros(width), jac=True, hess=curvature, method="trust-exact")
    weights: Floats = found.x
    return weights


def probabilities(weights: Floats, features: Floats) -> Floats:
    """Of each alternative of each choice, shape (choices, alternatives)."""
    appeal = features @ weights
    appeal -= appeal.max(axis=1, keepdims=True)
    share = np.exp(appeal)
    total: Floats = share / share.sum(axis=1, keepdims=True)
    return total


@compiled
def _shares(weights: Floats, features: Floats) -> tuple[Floats, Floats]:
    """How probable each alternative of one choice is, and the features expected of it."""
    alternatives, width = features.shape
    share = np.zeros(alternatives)
    for k in range(alternatives):
        for f in range(width):
            share[k] += weights[f] * features[k, f]
    share = np.exp(share - share.max())
    share /= share.sum()
    mean = np.zeros(width)
    for k in range(alternatives):
        for f in range(width):
            mean[f] += share[k] * features[k, f]
    return share, mean


@compiled
def _derivatives(weights: Floats, features: Floats, chosen: Ints) -> tuple[float, Floats, Floats]:
    """Minus the log likelihood, its gradient and its Hessian."""
    choices, alternatives, width = features.shape
    value = 0.0
    gradient = np.zeros(width)
    hessian = np.zeros((width, width))
    for i in range(choices):
        share, mean = _shares(weights, features[i])
        value -= np.log(max(share[chosen[i]], 1e-300))
        gradient += mean - features[i, chosen[i]]
        for k in range(alternatives):
            for f in range(width):
                part = share[k] * (features[i, k, f] - mean[f])
                for g in range(width):
                    hessian[f, g] += part * (features[i, k, g] - mean[g])
    return value, gradient, hessian
