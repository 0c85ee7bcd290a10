import numpy as np
from numpy.typing import NDArray

from analytics.relations.dwells import dwells
from analytics.track import Track
from tests.analytics.relations.people import MINUTE, person

LONG, SHORT = 100, 5


def commuter(leaving: float, seed: int, noise: float) -> Track:
    """A fortnight between two places; the last fix at each lies `leaving` metres off."""
    plan = []
    for _ in range(14):
        plan += [(0, 0, LONG), (leaving, 0, SHORT), (2000, 0, LONG), (2000 + leaving, 0, SHORT)]
    return person(plan, noise=noise, seed=seed)


def lengths(leaving: float, noise: float) -> NDArray[np.float64]:
    found = dwells([commuter(leaving, seed, noise) for seed in range(6)])
    return (found.ends - found.starts) / MINUTE


def test_fixes_of_leaving_within_the_noise_are_learned_and_taken_off() -> None:
    assert np.median(lengths(15.0, 15.0)) == LONG - 5


def test_stays_that_end_where_they_were_keep_their_last_fix() -> None:
    assert np.median(lengths(0.0, 15.0)) == LONG + SHORT - 5


def test_fixes_of_leaving_told_apart_already_take_nothing_more_off() -> None:
    assert np.median(lengths(15.0, 0.0)) == LONG - 5
