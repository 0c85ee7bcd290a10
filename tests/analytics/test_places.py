"""Places: founded by the first stay there, never moved, found again, and named so that one can tell them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from analytics.gazetteer import Gazetteer, Port, coordinates, shipped
from analytics.geometry import bearing, compass, distance
from analytics.placement import Ended, Placement
from analytics.places import Places

HARBOUR = Gazetteer([Port("Hoboken", "7770", -74.0167, 40.75)], [Port("Pier 11", "", -74.006, 40.7034)])


def places(gazetteer: Gazetteer = HARBOUR) -> Places:
    return Places("all", 150.0, gazetteer)


def test_a_stay_near_a_place_is_there_and_does_not_move_it() -> None:
    made = places()
    first = made.found(-74.006, 40.7034)
    assert made.found(-74.0065, 40.7040) is first
    assert made.found(-74.006, 40.7054) is not first
    assert (first.lon, first.lat) == (-74.006, 40.7034)
    assert first.key == "urn:diurnal:place:all:-74.00600:40.70340"
    assert first.timezone == "America/New_York"


def test_names_tell_where_and_none_is_given_twice() -> None:
    made = places()
    assert made.found(-74.006, 40.7034).name == "Pier 11"
    assert made.found(-74.006, 40.7034 + 0.0054).name == "Pier 11, 0.6 km N"
    assert made.found(-74.0085, 40.7034 + 0.0054).name == "Pier 11, 0.64 km N"
    assert made.found(-74.0167, 40.72).name == "Hoboken, 3.3 km S"
    assert made.found(-60.0, 40.0).name == "40.0000 N 60.0000 W"
    assert len({place.name for place in made.all}) == len(made)
    assert (made.all[0].port, round(made.all[0].port_distance_m or 0)) == ("7770", 5260)


def test_named_otherwise_it_is_another_place() -> None:
    """Who sees what was known of it then must not see the name that it got for another's sake."""
    north, beside = (-74.006, 40.7034 + 0.0054), (-74.0085, 40.7034 + 0.0054)
    alone, second = places(), places()
    second.found(*north)
    plain, precise = alone.found(*beside), second.found(*beside)
    assert (plain.name, precise.name) == ("Pier 11, 0.6 km N", "Pier 11, 0.64 km N")
    assert precise.key == f"{plain.key}:1"


def test_forgetting_goes_back() -> None:
    made = places()
    first = made.found(-74.006, 40.7034)
    second = made.found(-74.0, 40.70)
    made.forget(1)
    assert made.all == (first,)
    assert made.near(second.lon, second.lat) is None
    assert made.found(second.lon, second.lat) == second


SPOTS = st.tuples(
    st.sampled_from([-180.0, -179.9995, 179.9995, -74.0, 0.0]), st.sampled_from([-89.99, 0.0, 40.7, 85.0])
)
NUDGES = st.tuples(st.floats(-0.01, 0.01), st.floats(-0.004, 0.004))


def moved(spot: tuple[float, float], nudge: tuple[float, float]) -> tuple[float, float]:
    lon = (spot[0] + nudge[0] + 180.0) % 360.0 - 180.0
    return lon, max(-90.0, min(90.0, spot[1] + nudge[1]))


@given(spots=st.lists(st.tuples(SPOTS, NUDGES), min_size=1, max_size=30), asked=st.tuples(SPOTS, NUDGES))
def test_found_as_by_looking_at_every_place(
    spots: list[tuple[tuple[float, float], tuple[float, float]]],
    asked: tuple[tuple[float, float], tuple[float, float]],
) -> None:
    made = places(Gazetteer([]))
    for spot, nudge in spots:
        made.found(*moved(spot, nudge))
    lon, lat = moved(*asked)
    nearest = min((distance(place.lon, place.lat, lon, lat), n) for n, place in enumerate(made.all))
    found = made.near(lon, lat)
    assert found == (made.all[nearest[1]] if nearest[0] <= 150.0 else None)


ENDED = st.builds(
    Ended,
    st.integers(0, 20),
    st.sampled_from(["a", "b", "c"]),
    st.integers(0, 5),
    st.sampled_from([-74.0, -73.9995, -73.999, -73.9985, -73.998, -73.9]),
    st.just(40.7),
)


@given(st.lists(st.tuples(st.sets(ENDED, max_size=6), st.sets(st.integers(0, 30), max_size=3)), max_size=6))
def test_placed_as_if_all_had_come_in_order(rounds: list[tuple[set[Ended], set[int]]]) -> None:
    placement = Placement(places(Gazetteer([])))
    held: dict[tuple[str, int], Ended] = {}
    told: dict[tuple[str, int], object] = {}
    for come, drop in rounds:
        gone = [ended for n, ended in enumerate(sorted(held.values())) if n in drop]
        for ended in gone:
            del held[ended.subject, ended.start]
        fresh = {}
        for ended in sorted(come):
            if (ended.subject, ended.start) not in held:
                fresh[ended.subject, ended.start] = held[ended.subject, ended.start] = ended
        told |= placement.replace(gone, list(fresh.values()))
        whole = Placement(places(Gazetteer([])))
        expected = whole.replace([], list(held.values()))
        assert {key: told[key] for key in held} == expected
        assert placement.places.all == whole.places.all
        assert placement.founders == whole.founders


def test_the_gazetteer_that_comes_along() -> None:
    named = shipped().named(-74.0060, 40.7034)
    assert named.ways[0] == "Pier 11/Wall Street"
    assert named.port == "7640"
    assert shipped().named(4.05, 51.95).ways[0] == "Europoort, 4.6 km W"
    assert shipped().named(-40.0, 30.0).ways == ("30.0000 N 40.0000 W",)


def test_compass() -> None:
    assert [compass(degrees) for degrees in (0, 44, 90, 181, 337.4, 337.6)] == [
        "N",
        "NE",
        "E",
        "S",
        "NW",
        "N",
    ]
    assert round(bearing(-74.0, 40.7, -73.9, 40.7)) == 90
    assert round(bearing(179.9, 0.0, -179.9, 0.0)) == 90
    assert coordinates(-74.00581, -40.70312) == "40.7031 S 74.0058 W"
