"""First visits and odd hours of a commuter, and of one who drives anywhere."""

from __future__ import annotations

import numpy as np

from analytics.road.cameras import FIRST_VISIT, ODD_HOUR, odd_reads

DAYS = np.repeat(np.arange(20), 4)
HOURS = np.tile([7, 8, 17, 18], 20)
COMMUTE = np.tile([0, 1, 1, 0], 20)


def test_a_commuter_has_none() -> None:
    assert odd_reads(DAYS, HOURS, COMMUTE) == []


def test_a_camera_never_passed_before() -> None:
    cameras = COMMUTE.copy()
    cameras[70] = 5
    (one,) = odd_reads(DAYS, HOURS, cameras)
    assert (one.kind, one.row, one.matches, one.chances) == (FIRST_VISIT, 70, 0, 35)


def test_an_hour_at_which_it_never_came() -> None:
    hours = HOURS.copy()
    hours[71] = 2
    (one,) = odd_reads(DAYS, hours, COMMUTE)
    assert (one.kind, one.row, one.chances) == (ODD_HOUR, 71, 35)
    hours[71] = 19
    assert odd_reads(DAYS, hours, COMMUTE) == [], "an hour later is not odd"


def test_one_who_drives_anywhere_is_not_told() -> None:
    assert odd_reads(DAYS, HOURS, np.arange(80)) == []


def test_a_new_vehicle_is_not_told() -> None:
    cameras = COMMUTE.copy()
    cameras[18] = 5
    assert odd_reads(DAYS, HOURS, cameras) == []


def test_what_comes_later_changes_nothing() -> None:
    cameras = COMMUTE.copy()
    cameras[[50, 70]] = 5, 6
    whole = odd_reads(DAYS, HOURS, cameras)
    assert len(whole) == 2
    assert odd_reads(DAYS[:60], HOURS[:60], cameras[:60]) == [one for one in whole if one.row < 60]
