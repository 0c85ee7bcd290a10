"""The town, learned and judged once."""

import pytest

from analytics.departures.judge import Judged, judge
from analytics.departures.model import Model, learn
from tests.analytics.departures.town import DAYS, FIRST, START, Town, build


@pytest.fixture(scope="session")
def town() -> Town:
    return build()


@pytest.fixture(scope="session")
def model(town: Town) -> Model:
    return learn(town.given, START, FIRST + DAYS)


@pytest.fixture(scope="session")
def judged(model: Model) -> Judged:
    return judge(model)
