"""Surprise in bits, from counts alone: minus the binary logarithm of how probable it was beforehand.

Every estimate is Krichevsky and Trofimov's (1981): half an observation of each outcome is taken for granted,
so that nothing is ever impossible and four out of four is not certainty. Bits against a subject's own past
are no probability that something is wrong, and rank findings only.
"""

from __future__ import annotations

import math


def of_event(happened: int, chances: int) -> float:
    """Bits of what happened on `happened` of `chances` occasions happening on the next one."""
    return -math.log2((happened + 0.5) / (chances + 1.0))


def of_hour(visits: int, hours: int, kinds: int = 24) -> float:
    """Bits of the next visit falling into one of `hours` hours in which none of `visits` visits was."""
    return -math.log2(0.5 * hours / (visits + 0.5 * kinds))
