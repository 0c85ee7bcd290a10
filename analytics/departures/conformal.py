"""Scores as p-values, by the scores of windows known to be clean: conformal, with ties broken at random.

A p-value is the share of clean scores at least as high, the score itself counted among them (Vovk, Gammerman
and Shafer 2005); ties are broken at random, so that it is uniform if the score is no different from the clean
ones; it is taken within a stratum (Mondrian: Vovk et al. 2003), so that it is uniform for those who are seen
much and for those who are seen little.
"""

from __future__ import annotations

import numpy as np

from analytics.departures.checkins import Floats, Ints


def strata(seen: Ints, clean_seen: Ints, most: int) -> tuple[Ints, Ints]:
    """In which of up to `most` equally large groups each count belongs, by the quantiles of the clean ones.

    Returns:
        The strata of `seen` and of `clean_seen`.
    """
    edges = np.unique(np.quantile(clean_seen, np.linspace(0.0, 1.0, most + 1)[1:-1], method="higher"))
    return np.searchsorted(edges, seen, side="right"), np.searchsorted(edges, clean_seen, side="right")


def p_values(
    scores: Floats,
    clean: Floats,
    groups: tuple[Ints, Ints] | None = None,
    draws: Floats | None = None,
) -> Floats:
    """The p-value of each score, shape (n,).

    Args:
        scores: higher is stranger, shape (n,).
        clean: scores of clean windows, shape (m,).
        groups: strata of the scores and of the clean ones; none is one stratum.
        draws: from 0 to 1, break ties, shape (n,); without them ties count as if they were higher.
    """
    found = np.ones(len(scores))
    own, theirs = groups or (np.zeros(len(scores), np.int64), np.zeros(len(clean), np.int64))
    for group in np.unique(own):
        mine, peers = own == group, np.sort(clean[theirs == group])
        higher = len(peers) - np.searchsorted(peers, scores[mine], side="right")
        ties = len(peers) - np.searchsorted(peers, scores[mine], side="left") - higher
        share = 1.0 if draws is None else draws[mine]
        found[mine] = (higher + share * (ties + 1)) / (len(peers) + 1)
    return found
