"""How probable each next place was, from what was seen before it: habits beside a first-order Markov chain.

Both are counts that back off: what an agent did in a context, smoothed by what it did in a wider one, and so
on up to where everybody goes (the hierarchical Dirichlet language model: MacKay and Peto 1995). A first-
order Markov chain knows the place where the agent is. The habits know, besides, the hour and the kind of day
at which it came there and where it was before; for each agent the contexts are averaged, those that foretold
it well so far the most (Bayesian averaging), so that little is lost where only the place tells. The log
likelihoods are prequential (Dawid 1984): each place is predicted before it is counted.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.special import logsumexp

from analytics.departures.checkins import CheckIns, Floats, Ints

HOUR: Final = 3_600_000
SATURDAY: Final = 2
"""The epoch's weekday 0 is a Thursday."""
CONCENTRATION: Final = 2.0
"""As many observations as this of the wider context stand beside those of the narrower one."""


def markov(checkins: CheckIns) -> Floats:
    """Bits of surprise at each check-in's place under each agent's first-order Markov chain, shape (n,)."""
    here, _ = _before(checkins)
    contexts = [checkins.agents, _joined(checkins.agents, here)]
    return _bits(_log_probabilities(checkins, contexts)[-1])


def habits(checkins: CheckIns) -> Floats:
    """Bits of surprise at each check-in's place beside the agent's habits, shape (n,)."""
    here, before = _before(checkins)
    came, kind = _moments(checkins)
    at = _joined(checkins.agents, here)
    part = _joined(at, kind * 8 + came // 3)
    contexts = [
        checkins.agents,
        at,
        part,
        _joined(part, before),
        _joined(_joined(at, before), kind * 24 + came),
    ]
    return _bits(_averaged(checkins.agents, _log_probabilities(checkins, contexts)))


def _before(checkins: CheckIns) -> tuple[Ints, Ints]:
    """Where the agent was at each check-in, and where before that; -1 where not known yet."""
    order = np.lexsort((np.arange(len(checkins)), checkins.agents))
    agent, venue = checkins.agents[order], checkins.venues[order]
    found = []
    for back in (1, 2):
        lagged = np.full(len(order), -1, dtype=np.int64)
        same = agent[back:] == agent[:-back]
        lagged[back:][same] = venue[:-back][same]
        found.append(np.empty_like(lagged))
        found[-1][order] = lagged
    return found[0], found[1]


def _moments(checkins: CheckIns) -> tuple[Ints, Ints]:
    """The hour at which the agent came to where it is (-1 unknown), and 1 if that was at a weekend."""
    order = np.lexsort((np.arange(len(checkins)), checkins.agents))
    agent, time = checkins.agents[order], checkins.times[order]
    hour, weekend = np.full(len(order), -1, dtype=np.int64), np.zeros(len(order), dtype=np.int64)
    same = agent[1:] == agent[:-1]
    came = time[:-1][same]
    hour[1:][same] = came // HOUR % 24
    weekend[1:][same] = (came // (24 * HOUR) % 7 - SATURDAY) % 7 < 2
    unsorted_hour, unsorted_weekend = np.empty_like(hour), np.empty_like(weekend)
    unsorted_hour[order], unsorted_weekend[order] = hour, weekend
    return unsorted_hour, unsorted_weekend


def _joined(first: Ints, second: Ints) -> Ints:
    """One code for each pair."""
    code: Ints = np.unique(first * (second.max() + 2) + second + 1, return_inverse=True)[1].astype(np.int64)
    return code


def _log_probabilities(checkins: CheckIns, contexts: list[Ints]) -> Floats:
    """From the widest context to the narrowest, each smoothed by the one before, shape (1 + contexts, n)."""
    places = len(checkins.venue_names)
    everybody = np.zeros(len(checkins), dtype=np.int64)
    probability = np.full(len(checkins), 1.0 / places)
    found = []
    for context in (everybody, *contexts):
        seen, chosen = _earlier(context), _earlier(_joined(context, checkins.venues))
        probability = (chosen + CONCENTRATION * probability) / (seen + CONCENTRATION)
        found.append(np.log(probability))
    return np.array(found)


def _averaged(agents: Ints, each: Floats) -> Floats:
    """The contexts' mean, weighted by how well each has foretold the agent so far, shape (n,)."""
    order = np.argsort(agents, kind="stable")
    ordered = each[:, order]
    so_far = np.cumsum(ordered, axis=1) - ordered
    starts = np.flatnonzero(np.r_[True, np.diff(agents[order]) != 0])
    lengths = np.diff(np.r_[starts, len(agents)])
    so_far -= np.repeat(so_far[:, starts], lengths, axis=1)
    found = np.empty(len(agents))
    found[order] = logsumexp(so_far + ordered, axis=0) - logsumexp(so_far, axis=0)
    return found


def _bits(logs: Floats) -> Floats:
    bits: Floats = -logs / np.log(2.0)
    return bits


def _earlier(code: Ints) -> Ints:
    """How often each code came earlier in the array."""
    order = np.argsort(code, kind="stable")
    ordered = code[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    lengths = np.diff(np.r_[starts, len(code)])
    rank = np.arange(len(code)) - np.repeat(starts, lengths)
    found = np.empty(len(code), dtype=np.int64)
    found[order] = rank
    return found
