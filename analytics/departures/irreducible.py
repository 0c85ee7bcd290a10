"""An irreducible set: observations without which a finding would not be one, none of them dispensable.

Without all of them there is no finding; put any single one back, and there is one again. It is found by
taking the strongest away until nothing is left to find, and then putting back whatever may be put back: a
minimal contrastive explanation (Dhurandhar et al. 2018) by deletion and growing, as minimal unsatisfiable
sets are found (Marques-Silva 2010). It is told only once it was verified by running again.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from analytics.departures.checkins import Bools, Floats, Ints


def irreducible(strength: Floats, is_finding: Callable[[Bools], bool]) -> Ints:
    """Indices of an irreducible set, the strongest first; empty where there is no finding.

    Args:
        strength: how much each observation speaks for the finding, shape (n,).
        is_finding: runs again on the observations that a mask keeps; it tells whether a finding is left.
    """
    kept = np.ones(len(strength), dtype=bool)
    if not is_finding(kept):
        return np.empty(0, dtype=np.int64)
    order = np.argsort(-strength, kind="stable")
    for at in order:
        kept[at] = False
        if not is_finding(kept):
            break
    else:
        return np.empty(0, dtype=np.int64)
    for at in order[::-1][kept[order[::-1]].sum() :]:
        kept[at] = True
        if is_finding(kept):
            kept[at] = False
    found = np.flatnonzero(~kept)
    return found[np.argsort(-strength[found], kind="stable")]


def verified(members: Ints, total: int, is_finding: Callable[[Bools], bool]) -> bool:
    """Whether a set is irreducible: no finding without it, one again with any single member put back."""
    kept = np.ones(total, dtype=bool)
    kept[members] = False
    if not len(members) or is_finding(kept):
        return False
    for at in members:
        kept[at] = True
        again = is_finding(kept)
        kept[at] = False
        if not again:
            return False
    return True
