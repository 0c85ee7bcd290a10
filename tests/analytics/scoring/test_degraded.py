"""Positions made worse by known amounts."""

import numpy as np
import pytest

from analytics.movement.plane import Plane
from analytics.scoring.degraded import CONDITIONS, OUTLIER_M, Condition, degraded
from analytics.track import Track

COUNT = 20_000
HERE = Plane(-84.37, 33.75)


def still() -> Track:
    return Track.of(np.arange(COUNT) * 1000, np.full(COUNT, HERE.lon), np.full(COUNT, HERE.lat))


def test_clean_is_as_it_was() -> None:
    was, found = still(), degraded(still(), CONDITIONS[0], (1,))
    assert all((a == b).all() for a, b in zip(was.columns, found.columns, strict=True))


@pytest.mark.parametrize("condition", CONDITIONS[1:], ids=lambda each: each.name)
def test_each_condition_does_what_it_says(condition: Condition) -> None:
    found = degraded(still(), condition, (2,))
    assert len(found) == pytest.approx(COUNT * (1 - condition.dropped), rel=0.03)
    east, north = HERE.metres(found.lons, found.lats)
    off = np.hypot(east, north)
    far = off > OUTLIER_M / 2
    assert far.mean() == pytest.approx(condition.outliers, abs=0.003)
    assert east[~far].std() == pytest.approx(condition.noise_m, rel=0.03)
    assert north[~far].std() == pytest.approx(condition.noise_m, rel=0.03)


def test_the_seed_decides() -> None:
    one, same, other = (degraded(still(), CONDITIONS[1], seed).lons for seed in ((0, 1), (0, 1), (0, 2)))
    assert (one == same).all()
    assert (one != other).any()
