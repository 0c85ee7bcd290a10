import numpy as np
import pytest

from analytics.departures import conditional_logit
from analytics.departures.checkins import DAY
from analytics.departures.choice import choices
from analytics.departures.homes import homes
from tests.analytics.departures.town import START, WANDERERS, Town


def test_weights_are_found_again() -> None:
    random = np.random.default_rng(3)
    features = random.normal(size=(4000, 5, 2))
    true = np.array([1.5, -0.7])
    shares = conditional_logit.probabilities(true, features)
    assert shares.sum(axis=1) == pytest.approx(np.ones(4000))
    chosen = (shares.cumsum(axis=1) < random.random((4000, 1))).sum(axis=1)
    assert conditional_logit.fit(features, chosen) == pytest.approx(true, abs=0.1)


def test_a_feature_that_says_nothing_gets_no_weight() -> None:
    features = np.zeros((10, 3, 1))
    assert conditional_logit.fit(features, np.zeros(10, np.int64)) == pytest.approx([0.0])


def test_who_chooses_anyhow_chooses_what_was_improbable(town: Town) -> None:
    given = town.given
    pubs = np.flatnonzero((given.venue_names >= 2000) & (given.venue_names < 3000))
    found = choices(given, pubs, 1, homes(given.before(START * DAY)), START)
    late = found.where(found.days >= START)
    anyhow = np.isin(late.agents, WANDERERS)
    assert late.ratios[anyhow].mean() > 3 * late.ratios[~anyhow].mean()
    assert np.log(late.ratios[~anyhow]).mean() < 0
    assert found.ratios == pytest.approx(1.0 / (8 * found.usual))


def test_a_choice_is_judged_by_what_was_before_it(town: Town) -> None:
    given = town.given
    pubs = np.flatnonzero((given.venue_names >= 2000) & (given.venue_names < 3000))
    home = homes(given.before(START * DAY))
    until = (START + 5) * DAY
    whole = choices(given, pubs, 1, home, START)
    cut = choices(given.before(until), pubs, 1, home, START)
    assert cut.ratios == pytest.approx(whole.ratios[whole.times < until])
