import numpy as np

from analytics.relations.convoys import Convoy, convoys
from tests.analytics.relations.people import MINUTE, START

SECOND = 1000


def found(*reads: tuple[str, str, int]) -> list[Convoy]:
    """Reads: plate, camera, seconds since the start."""
    plates, cameras, seconds = zip(*reads, strict=True)
    return convoys(np.array(plates), np.array(cameras), START + np.array(seconds, np.int64) * SECOND)


def trip(plate: str, late: int, cameras: str = "ABCD") -> list[tuple[str, str, int]]:
    return [(plate, camera, late + 600 * k) for k, camera in enumerate(cameras)]


def test_the_same_cameras_in_the_same_order_minutes_apart() -> None:
    (one,) = found(*trip("p", 0), *trip("q", 30))
    assert (one.first, one.second, one.cameras) == ("p", "q", ("A", "B", "C", "D"))
    assert one.start == START
    assert one.end == START + 30 * MINUTE + 30 * SECOND
    assert (one.follower, one.lag_s) == ("q", 30.0)


def test_two_cameras_or_a_longer_gap_are_none() -> None:
    assert found(*trip("p", 0, "AB"), *trip("q", 30, "AB")) == []
    assert found(*trip("p", 0), *trip("q", 180)) == []


def test_the_other_way_is_none() -> None:
    assert found(*trip("p", 0), *trip("q", 30, "DCBA")) == []


def test_who_overtake_one_another_follow_nobody() -> None:
    swapped = [("q", camera, 600 * k + (30 if k % 2 else -30)) for k, camera in enumerate("ABCD")]
    (one,) = found(*trip("p", 0), *swapped)
    assert one.follower is None


def test_a_pause_parts_two_trips() -> None:
    later = [(plate, camera, at + 8 * 3600) for plate, camera, at in (*trip("p", 0), *trip("q", 30))]
    assert len(found(*trip("p", 0), *trip("q", 30), *later)) == 2


def test_on_a_busy_road_strangers_are_no_convoy() -> None:
    random = np.random.default_rng(4)
    crowd = [
        (f"x{k}", camera, int(begin) + 600 * leg)
        for k, begin in enumerate(random.uniform(-3600, 3600, 240))
        for leg, camera in enumerate("ABCD")
    ]
    quiet = found(*trip("p", 0), *trip("q", 30))
    busy = [
        each
        for each in found(*trip("p", 0), *trip("q", 30), *crowd)
        if {each.first, each.second} == {"p", "q"}
    ]
    assert quiet
    assert not busy
