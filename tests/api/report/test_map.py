import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from api.report.data import Mark
from api.report.map import Window, around, lines, scale_bar, water
from api.report.pins import spread

WINDOW = Window(-74.0, 40.7, 400, 300, 10.0)


def track(
    lons: list[float], lats: list[float], step_s: int = 60
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    times = np.arange(len(lons), dtype=np.int64) * step_s * 1000
    return times, np.array(lons), np.array(lats)


def test_the_centre_lies_in_the_middle_and_north_is_up() -> None:
    assert WINDOW.point(-74.0, 40.7) == (200.0, 150.0)
    assert WINDOW.point(-74.0, 40.705)[1] < 150.0


def test_a_degree_is_as_long_as_it_is() -> None:
    _, y = WINDOW.point(-74.0, 40.69)
    assert abs((y - 150) * 10 - 1112) < 1


@given(st.lists(st.tuples(st.floats(-180, 180), st.floats(-60, 60)), min_size=1, max_size=20))
def test_all_points_of_a_small_area_are_on_its_map(points: list[tuple[float, float]]) -> None:
    lons = np.array([points[0][0] + (lon % 0.5) for lon, _ in points])
    lons = (lons + 180) % 360 - 180
    lats = np.array([points[0][1] + (lat % 0.5) for _, lat in points])
    window = around(lons, lats, 400, 300, 1000)
    assert all(window.shows(lon, lat) for lon, lat in zip(lons, lats, strict=True))


def test_fixes_far_apart_in_time_are_not_joined() -> None:
    assert lines(WINDOW, [track([-74.0, -73.99], [40.7, 40.7], 3600)]) == ""
    assert lines(WINDOW, [track([-74.0, -73.99, -73.98], [40.7, 40.7, 40.7])]) == "M200 150l169 0"


def test_what_stands_still_draws_nothing() -> None:
    assert lines(WINDOW, [track([-74.0] * 50, [40.7] * 50)]) == ""


def test_what_lies_beyond_the_map_is_left_out() -> None:
    assert lines(WINDOW, [track([-70.0, -69.99], [40.7, 40.7])]) == ""
    assert water(WINDOW, [track([-70.0, -69.99], [40.7, 40.7])]) == ""


def test_water_is_where_ships_went() -> None:
    assert water(WINDOW, [track([-74.0, -73.995], [40.7, 40.7])]) == "M198 151.5h42"


def test_the_scale_is_round_and_fits() -> None:
    bar = scale_bar(WINDOW)
    assert (bar.label, bar.pixels) == ("1 km", 100.0)


def test_pins_make_room_and_keep_their_place_in_mind() -> None:
    pins = spread(
        [Mark(10, 10, "1", "place", 9.0), Mark(12, 10, "2", "place", 9.0), Mark(200, 10, "3", "place", 9.0)]
    )
    assert np.hypot(pins[0].x - pins[1].x, pins[0].y - pins[1].y) > 18
    assert (pins[0].from_x, pins[0].from_y) == (10, 10)
    assert pins[2] == Mark(200, 10, "3", "place", 9.0)
