import numpy as np
import pytest

from analytics.departures.checkins import checkins
from analytics.departures.next_place import habits, markov
from tests.analytics.departures.town import Town

HOUR = 3_600_000


def test_habits_lose_nothing_worth_a_word_where_only_the_place_tells(town: Town) -> None:
    late = town.given.days >= town.given.days[-1] - 14
    assert habits(town.given)[late].mean() < markov(town.given)[late].mean() + 0.01


def test_what_the_hour_decides_is_known_to_the_habits_only() -> None:
    days = np.arange(60)
    times = np.concatenate([days * 24 * HOUR + hour * HOUR for hour in (8, 12, 13, 18)])
    places = np.repeat([1, 2, 1, 3], 60)  # from 1 to 2 at noon, from 1 to 3 in the evening
    given = checkins(np.ones(240), times, places, np.zeros(240), np.zeros(240))
    assert habits(given)[-40:].mean() < 0.3
    assert markov(given)[-40:].mean() > 0.4


def test_each_place_is_predicted_from_what_was_before(town: Town) -> None:
    cut = town.given.before(int(town.given.times[3000]))
    assert habits(cut) == pytest.approx(habits(town.given)[: len(cut)])
    assert markov(cut) == pytest.approx(markov(town.given)[: len(cut)])


def test_the_first_of_all_places_is_as_likely_as_any() -> None:
    given = checkins([1, 1], [0, HOUR], ["x", "y"], [0.0, 0.0], [0.0, 0.0])
    assert markov(given)[0] == pytest.approx(1.0)
