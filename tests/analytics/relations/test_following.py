from analytics.relations.following import following
from analytics.track import Track
from tests.analytics.relations.people import START, walker

WAY = [(0, 0, 0), (3000, 0, 20), (3000, 3000, 40), (6000, 3000, 60)]


def late(seconds: int) -> Track:
    track = walker(WAY, step=0.25)
    return Track.of(track.times + seconds * 1000, track.lons, track.lats)


def test_who_is_where_another_was_two_minutes_before_follows() -> None:
    found = following([late(0), late(120)])
    assert (found.leaders.tolist(), found.followers.tolist()) == ([0], [1])
    assert found.lags_s[0] == 120.0
    assert found.starts[0] <= START + 60_000
    assert found.ends[0] >= START + 55 * 60_000


def test_side_by_side_or_an_hour_later_is_no_following() -> None:
    assert len(following([late(0), late(5)])) == 0
    assert len(following([late(0), late(3600)])) == 0


def test_the_other_way_round_is_none() -> None:
    back = walker([(6000, 3000, 0), (3000, 3000, 20), (3000, 0, 40), (0, 0, 60)], step=0.25)
    assert len(following([late(0), back])) == 0
    assert len(following([])) == 0
