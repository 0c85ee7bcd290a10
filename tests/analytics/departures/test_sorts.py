import numpy as np

from analytics.departures.checkins import DAY, CheckIns, checkins
from analytics.departures.homes import homes, positions
from analytics.departures.sorts import sorts
from tests.analytics.departures.town import FIRST, START, Town


def known(town: Town) -> CheckIns:
    return town.given.before(START * DAY)


def by_names(given: CheckIns, low: int, high: int) -> set[int]:
    members = (given.venue_names >= low) & (given.venue_names < high)
    return set(sorts(given)[members].tolist())


def test_pubs_are_told_from_cafes_by_their_use_and_homes_are_no_sort(town: Town) -> None:
    given = known(town)
    pubs, cafes = by_names(given, 2000, 3000), by_names(given, 3000, 4000)
    assert len(pubs) == len(cafes) == 1
    assert pubs != cafes
    assert -1 not in pubs | cafes
    assert by_names(given, 0, 1000) == {-1}


def test_names_of_places_do_not_matter(town: Town) -> None:
    who, when, where, lon, lat = town.columns
    other = checkins(who, when, 9000 - where, lon, lat).before(START * DAY)
    pubs, cafes = by_names(other, 9000 - 2999, 9000 - 1999), by_names(other, 9000 - 3999, 9000 - 2999)
    assert len(pubs) == len(cafes) == 1
    assert pubs != cafes


def test_without_shared_places_there_is_no_sort() -> None:
    alone = checkins([1, 1], [FIRST * DAY, FIRST * DAY + 1], [5, 6], [0.0, 0.0], [0.0, 0.0])
    assert sorts(alone).tolist() == [-1, -1]


def test_home_is_where_most_time_is_spent(town: Town) -> None:
    given = known(town)
    home = homes(given)
    assert (given.venue_names[home] == given.agent_names).all()
    lon, lat = positions(given, np.where(np.arange(len(home)) == 3, -1, home))
    assert lon[3] == given.lons.mean()
    assert lat[4] == given.lats[home[4]]
