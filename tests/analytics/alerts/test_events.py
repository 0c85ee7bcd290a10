"""What rules ask for, found in tracks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from analytics.alerts.area import inside, metres
from analytics.alerts.events import ALWAYS, Event, events
from ontology.rules import Area
from tests.analytics.alerts.ships import MINUTE, START, WORLD, A, B, C, along, every_kind, fleet, rule, track

END = START + 10_000 * MINUTE


def minutes(found: list[Event]) -> list[float]:
    return [(event.at - START) / MINUTE for event in found]


def test_who_comes_into_an_area_is_told_once() -> None:
    ship = along([0.0, 0.004, 0.008, 0.01, 0.011, 0.012, 0.02])
    (event,) = events(rule(enters=WORLD), A, {A: ship}, END)
    assert minutes([event]) == [2]
    assert (event.lon, event.row) == (0.008, 2)
    assert event.apart_m == pytest.approx(222.4, rel=1e-3)


def test_a_border_crossed_to_and_fro_is_told_once_in_so_long() -> None:
    ship = along([0.0, 0.008, 0.0, 0.008, 0.0, *[0.0] * 9, 0.008, 0.0, 0.008])
    assert minutes(events(rule(enters=WORLD), A, {A: ship}, END)) == [1, 14]
    assert minutes(events(rule(enters=WORLD, again_after="PT1M"), A, {A: ship}, END)) == [1, 3, 14, 16]


def test_who_was_inside_and_is_heard_again_inside_has_not_come_in() -> None:
    ship = track((0, 0.01, 0), (1, 0.01, 0), (300, 0.01, 0))
    assert minutes(events(rule(enters=WORLD), A, {A: ship}, END)) == [0]


def test_who_goes_out_of_an_area() -> None:
    ship = along([0.01] * 12 + [0.02, 0.03, 0.01, 0.02])
    assert minutes(events(rule(leaves=WORLD), A, {A: ship}, END)) == [12]
    assert events(rule(leaves=WORLD), A, {A: along([0.02, 0.03])}, END) == []


def test_silence_is_told_when_it_has_lasted_whether_or_not_it_ends() -> None:
    ship = track((0, 0, 0), (10, 0, 0), (70, 0, 0), (75, 0, 0))
    asked = rule(silent="PT1H")
    assert minutes(events(asked, A, {A: ship}, START + 134 * MINUTE)) == [70]
    assert minutes(events(asked, A, {A: ship}, START + 135 * MINUTE)) == [70, 135]
    assert events(asked, A, {A: ship}, END)[0].start == START + 10 * MINUTE


def test_close_to_a_position_a_place_and_a_ship_that_moves() -> None:
    ship = along(np.linspace(0, 0.1, 11))
    there = rule(near={"position": [0.05, 0.0], "within_m": 1200})
    assert minutes(events(there, A, {A: ship}, END)) == [4]
    place = rule(near={"place": "urn:diurnal:place:all:pier", "at": [0.05, 0.0], "within_m": 1200})
    assert minutes(events(place, A, {A: ship}, END)) == [4]
    towards = along(np.linspace(0.1, 0, 11), first=0.5)
    (event,) = events(rule(near={"subjects": [B], "within_m": 1200}), A, {A: ship, B: towards}, END)
    assert (minutes([event]), event.other) == ([5], B)
    assert event.apart_m == pytest.approx(1112, rel=1e-3)


def test_where_somebody_was_long_ago_is_not_where_they_are() -> None:
    ship, other = along([0.0] * 60), track((0, 0.5, 0), (1, 0.0, 0.1), (30, 0.3, 0), (31, 0.3, 0))
    asked = rule(near={"subjects": [B], "within_m": 12_000})
    assert minutes(events(asked, A, {A: ship, B: other}, END)) == [1]
    assert events(asked, A, {A: along([0.0] * 10, first=60), B: other}, END) == []


def test_who_is_together_for_long_enough_meets() -> None:
    ship, other = along([0.0] * 40), along([0.1] * 5 + [0.001] * 6 + [0.1] * 5 + [0.001] * 20, first=0.5)
    asked = rule(meets={"subjects": [B], "within_m": 200, "for": "PT10M"})
    (event,) = events(asked, A, {A: ship, B: other}, END)
    assert (event.start - START, event.at - START) == (16.5 * MINUTE, 26.5 * MINUTE)
    assert events(asked, A, {A: ship}, END) == []


def test_nobody_meets_themselves() -> None:
    ship = along([0.0] * 40)
    asked = rule(subjects=(A, B), meets={"subjects": [A, B]})
    assert {event.other for event in events(asked, A, {A: ship, B: ship}, END)} == {B}


@pytest.mark.parametrize("asked", every_kind(), ids=lambda asked: asked.name)
def test_what_is_decided_later_is_found_from_there_on(asked: Any) -> None:
    """So a batch costs what it brings, and not what was ever heard."""
    found = 0
    for seed in range(6):
        tracks = fleet(seed)
        until = max(int(one.times[-1]) for one in tracks.values()) + 20 * MINUTE
        for subject in asked.subjects:
            whole = events(asked, subject, tracks, until)
            found += len(whole)
            for since in range(START, until, 7 * MINUTE):
                expected = [event for event in whole if event.at >= since]
                assert repr(events(asked, subject, tracks, until, since)) == repr(expected)
    assert found > 5, "these ships do what the rule asks for"


@pytest.mark.parametrize("asked", every_kind(), ids=lambda asked: asked.name)
def test_what_comes_later_changes_nothing_that_was_decided(asked: Any) -> None:
    tracks = fleet(3)
    until = max(int(one.times[-1]) for one in tracks.values())
    for subject in asked.subjects:
        whole = events(asked, subject, tracks, until)
        for moment in range(START, until, 11 * MINUTE):
            known = {name: one.part(0, int(one.times.searchsorted(moment))) for name, one in tracks.items()}
            expected = [event for event in whole if event.at < moment]
            assert repr([e for e in events(asked, subject, known, moment) if e.at < moment]) == repr(expected)


def test_areas() -> None:
    square = [[[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]], [[1, 1], [2, 1], [2, 2], [1, 2], [1, 1]]]
    area = Area.model_validate({"polygon": {"type": "Polygon", "coordinates": square}})
    lons, lats = np.array([3.0, 1.5, 5.0, -1.0, 0.5]), np.array([3.0, 1.5, 1.0, 1.0, 3.9])
    assert inside(area, lons, lats).tolist() == [True, False, False, False, True]
    both = [[[[0, 0], [1, 0], [1, 1], [0, 0]]], [[[10, 0], [11, 0], [11, 1], [10, 0]]]]
    several = Area.model_validate({"polygon": {"type": "MultiPolygon", "coordinates": both}})
    assert inside(several, np.array([0.9, 10.9, 5.0]), np.array([0.1, 0.1, 0.1])).tolist() == [
        True,
        True,
        False,
    ]
    over = Area.model_validate({"circle": {"lon": 180.0, "lat": 0.0, "radius_m": 20_000}})
    assert inside(over, np.array([-179.9, 179.9, 179.0]), np.zeros(3)).tolist() == [True, True, False]
    assert metres(0.0, 0.0, np.array([180.0]), np.array([0.0]))[0] == pytest.approx(20_015_114, rel=1e-6)


def test_a_polygon_whose_rings_cross_is_refused() -> None:
    bow = [[[0, 0], [4, 4], [4, 0], [0, 4], [0, 0]]]
    with pytest.raises(ValueError, match="its rings cross or touch: Self-intersection"):
        Area.model_validate({"polygon": {"type": "Polygon", "coordinates": bow}})


def test_the_start_of_time() -> None:
    assert events(rule(silent="PT1H"), A, {}, END, ALWAYS) == []
    assert events(rule(enters=WORLD), C, {A: along([0.01])}, END) == []
