import numpy as np

from analytics.departures.attendance import Commitments, attendance, commitments, common_absences
from analytics.departures.checkins import DAY, checkins
from analytics.departures.homes import homes
from tests.analytics.departures.town import DAYS, FIRST, START, WANDERERS, Town

MONDAY = START % 7


def test_agents_are_expected_at_work_on_workdays_only_and_never_at_home(town: Town) -> None:
    given = town.given.before(START * DAY)
    found = commitments(given, homes(given), START)
    names = np.where(found.venues >= 0, given.venue_names[found.venues], -1)
    workdays = [(MONDAY + each) % 7 for each in range(5)]
    assert (names[:, workdays] == 1000 + given.agent_names[:, None] // 10).all()
    assert not (names[:, (MONDAY + 5) % 7] == given.agent_names).any()
    assert (found.came[:, workdays] == 4).all()


def test_who_never_misses_a_day_is_less_likely_to_than_who_comes_as_it_happens(town: Town) -> None:
    given = town.given.before(START * DAY)
    found = commitments(given, homes(given), START)
    at_work = found.venues[:, MONDAY] >= 0
    assert found.miss_rate[at_work, MONDAY].max() < 0.01
    weekend = found.venues[:, (MONDAY + 5) % 7] >= 0
    assert found.miss_rate[weekend, (MONDAY + 5) % 7].min() > 0.05


def test_a_missed_day_speaks_for_a_departure_and_a_kept_one_against(town: Town) -> None:
    given = town.given
    known = commitments(given.before(START * DAY), homes(given.before(START * DAY)), START)
    found = attendance(given, known, START, FIRST + DAYS)
    faithful = found.where((found.agents == WANDERERS[0]) & (given.venue_names[found.venues] < 2000))
    assert (faithful.ratios == 0.0).all()
    at_work = given.venue_names[found.venues] == 1000
    missed = found.where((found.agents == 0) & at_work & (found.ratios > 0.0))
    assert len(missed) > 2
    assert (missed.ratios > 100.0).all()
    assert (missed.times == missed.days * DAY).all()


def test_what_comes_later_changes_nothing_that_was_expected(town: Town) -> None:
    home = homes(town.given.before(START * DAY))
    whole = commitments(town.given, home, START)
    cut = commitments(town.given.before(START * DAY), home, START)
    assert (whole.venues == cut.venues).all()
    assert (whole.miss_rate == cut.miss_rate).all()


def test_two_weeks_at_least_make_a_commitment() -> None:
    times = (np.arange(10) + FIRST) * DAY
    given = checkins(np.ones(10), times, np.ones(10), np.zeros(10), np.zeros(10))
    assert (commitments(given, np.array([-1]), FIRST + 10).venues == -1).all()


def test_a_day_on_which_most_stay_away_counts_for_nobody() -> None:
    place = np.zeros((20, 7), np.int64)
    known = Commitments(place, place + 4, 4, np.full((20, 7), 0.01))
    came = np.ones((20, 3), dtype=bool)
    came[:8, 0] = False
    came[:12, 1] = False
    assert common_absences(known, came, START, 0.5).tolist() == [False, True, False]
    few = Commitments(place[:5], place[:5] + 4, 4, known.miss_rate[:5])
    assert not common_absences(few, came[:5], START, 0.5).any()
