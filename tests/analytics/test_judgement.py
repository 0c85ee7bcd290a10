"""Routines and findings on lives that are made up: what is counted, what is told, and when."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from analytics import surprise
from analytics.fold import Engine, conclude
from analytics.gazetteer import Gazetteer, Port
from analytics.parameters import HARBOUR
from analytics.track import Track
from ontology.concluded import Finding, Routine
from ontology.times import to_ms

NAMES = Gazetteer(
    [], [Port("Home", "", -74.0, 40.7), Port("Pier", "", -74.05, 40.7), Port("Far", "", -74.1, 40.7)]
)
HOME, PIER, FAR = -74.0, -74.05, -74.1
SUBJECT = "urn:diurnal:subject:mmsi:1"
MONDAY = date(2020, 10, 5)
"""Four weeks before the clocks in New York go back."""


def at(day: int, clock: str, zone_hours: int = 4) -> int:
    """Epoch ms of a New York clock, that many days after MONDAY; until 1 November it is UTC - 4."""
    hour, minute = map(int, clock.split(":"))
    local = datetime.combine(MONDAY + timedelta(days=day), datetime.min.time(), UTC)
    return to_ms(local + timedelta(hours=hour + zone_hours, minutes=minute))


def stays(*visits: tuple[float, int, str, str], zone_hours: int = 4) -> list[tuple[int, float, float]]:
    """Fixes every four minutes of stays given as (longitude, day, from, to)."""
    fixes = []
    for lon, day, begin, end in visits:
        start, stop = at(day, begin, zone_hours), at(day, end, zone_hours)
        fixes += [(time, lon, 40.7) for time in range(start, stop + 1, 240_000)]
    return fixes


def track(fixes: list[tuple[int, float, float]]) -> Track:
    times, lons, lats = zip(*sorted(fixes), strict=True)
    return Track.of(np.array(times, np.int64), np.array(lons), np.array(lats))


def day_of_work(day: int, zone_hours: int = 4) -> list[tuple[int, float, float]]:
    """At the pier from 06:20 to 07:40, at home before and after."""
    return stays(
        (HOME, day, "00:00", "05:40"), (PIER, day, "06:20", "07:40"), (HOME, day, "08:20", "23:56"),
        zone_hours=zone_hours,
    )  # fmt: skip


def day_off(day: int) -> list[tuple[int, float, float]]:
    return stays((HOME, day, "00:00", "23:56"))


def findings(
    fixes: list[tuple[int, float, float]], until: int, others: dict[str, Track] | None = None
) -> list[Finding]:
    tracks = {SUBJECT: track(fixes), **(others or {})}
    return list(conclude(tracks, until, gazetteer=NAMES).findings)


def fortnight() -> list[tuple[int, float, float]]:
    days = [day_off(day) if day % 7 > 4 else day_of_work(day) for day in range(11)]
    return [fix for day in days for fix in day]


def test_the_routine_counts_days() -> None:
    found = conclude({SUBJECT: track(fortnight())}, at(11, "00:00"), gazetteer=NAMES)
    names = {place.key: place.name for place in found.places}
    routines: dict[str, Routine] = {names[routine.place]: routine for routine in found.routines}
    pier = routines["Pier"]
    assert (pier.weekdays, pier.weekends, pier.visits) == (9, 2, 9)
    assert pier.weekday_hours == tuple(9 if hour in (6, 7) else 0 for hour in range(24))
    assert pier.weekend_hours == (0,) * 24
    assert pier.week_hours == ()
    assert pier.through == MONDAY + timedelta(days=10)
    assert pier.timezone == "America/New_York"
    assert pier.summary == (
        "On weekdays between 06 and 08: 9 of 9; small sample. Not on any of 2 weekend days; small sample."
    )
    assert routines["Home"].weekend_hours == (2,) * 24


def test_a_day_that_is_not_over_does_not_count() -> None:
    found = conclude({SUBJECT: track(fortnight())}, at(10, "23:00"), gazetteer=NAMES)
    assert {routine.through for routine in found.routines} == {MONDAY + timedelta(days=9)}


def test_a_first_day_that_was_watched_in_part_does_not_count() -> None:
    late = [fix for fix in fortnight() if fix[0] >= at(0, "09:00")]
    found = conclude({SUBJECT: track(late)}, at(11, "00:00"), gazetteer=NAMES)
    assert {routine.weekdays for routine in found.routines} == {8}


def test_a_missed_visit_is_told_when_its_hours_are_over() -> None:
    fixes = [*fortnight(), *day_off(11)]
    assert findings(fixes, at(11, "07:59")) == []
    (found,) = findings(fixes, at(11, "08:00"))
    assert found.kind == "usual visit not observed"
    assert found.statement == (
        "At Pier between 06 and 08 on 9 of 9 weekdays before; not observed there on Friday 16 October 2020."
        " It was seen elsewhere all the while, at Home."
    )
    assert (found.matches, found.days, found.coverage) == (9, 9, "observed")
    assert found.surprise == round(surprise.of_event(0, 9), 2)
    assert (found.start, found.end) == tuple(datetime(2020, 10, 16, hour, tzinfo=UTC) for hour in (10, 12))
    assert len(found.evidence) == 9
    assert "a small sample: 9 weekdays" in found.alternatives


def test_not_seen_at_all_is_said_so() -> None:
    other = {"urn:diurnal:subject:mmsi:2": track(stays((FAR, 12, "00:00", "23:00")))}
    (found, *_) = findings(fortnight(), at(12, "00:00"), other)
    assert "Not observed anywhere: last heard at Home at 23:56 on Thursday 15 October 2020" in found.statement
    assert "coverage unknown" in found.statement
    assert found.coverage == "unknown"
    assert "the transponder off, or a sensor or feed that was out" in found.alternatives


def test_who_may_be_there_still_is_not_missed() -> None:
    """Silent since 23:56 at home: nothing says that it left, so only the pier is missed, not home."""
    for found in findings(fortnight(), at(12, "00:00")):
        assert found.statement.startswith("At Pier")


def test_what_has_stopped_is_news_once() -> None:
    fixes = [*fortnight(), *day_off(11), *day_off(12), *day_off(13), *day_off(14), *day_off(15)]
    assert len(findings(fixes, at(16, "00:00"))) == 1


def test_a_window_that_the_data_do_not_reach_is_never_missed() -> None:
    assert findings(fortnight(), at(11, "00:00")) == []


def test_too_few_days_make_nothing_usual() -> None:
    three = [fix for day in range(3) for fix in day_of_work(day)]
    assert findings([*three, *day_off(3)], at(4, "00:00")) == []


def test_after_the_clocks_went_back_six_is_still_six() -> None:
    """From 1 November on 06:20 is at 11:20 UTC, an hour later than before."""
    days = [day_off(day) if day % 7 > 4 else day_of_work(day) for day in range(26)]
    fixes = [fix for day in days for fix in day]
    fixes += [fix for day in (28, 29) for fix in day_of_work(day, zone_hours=5)]
    found = conclude({SUBJECT: track(fixes)}, at(30, "00:00", 5), gazetteer=NAMES)
    pier = next(r for r in found.routines if r.place == next(p.key for p in found.places if p.name == "Pier"))
    assert pier.weekday_hours[6:8] == (22, 22)
    assert sum(pier.weekday_hours) == 44
    assert len(pier.week_hours) == 168
    assert [pier.week_hours[24 * day + 6] for day in range(7)] == [5, 5, 4, 4, 4, 0, 0]
    assert [f.kind for f in found.findings] == []


def test_an_unusual_hour() -> None:
    odd = stays((HOME, 11, "00:00", "05:40"), (PIER, 11, "06:20", "07:40"), (HOME, 11, "08:20", "12:40"),
                (PIER, 11, "13:10", "13:50"), (HOME, 11, "14:20", "23:56"))  # fmt: skip
    (found,) = findings([*fortnight(), *odd], at(12, "00:00"))
    assert found.kind == "unusual hour"
    assert found.statement == (
        "At Pier from 13:10 to 13:50 on Friday 16 October 2020: between 13 and 14 it was there on 0 of 9"
        " weekdays before, though at other hours on 9 of 9, in 9 stays."
    )
    assert (found.matches, found.days) == (0, 9)
    assert found.surprise == round(surprise.of_hour(9, 1), 2)
    assert found.evidence[0].endswith(str(at(11, "13:10")))


def test_an_hour_beside_the_usual_ones_is_not_unusual() -> None:
    near = stays((HOME, 11, "00:00", "05:40"), (PIER, 11, "06:20", "08:50"), (HOME, 11, "09:20", "23:56"))
    assert findings([*fortnight(), *near], at(12, "00:00")) == []


def test_an_unusual_place() -> None:
    away = stays((HOME, 11, "00:00", "05:40"), (PIER, 11, "06:20", "07:40"), (HOME, 11, "08:20", "12:40"),
                 (FAR, 11, "13:40", "14:40"), (HOME, 11, "15:40", "23:56"))  # fmt: skip
    (found,) = findings([*fortnight(), *away], at(12, "00:00"))
    assert found.kind == "unusual place"
    assert found.statement == (
        "Stayed at Far from 13:40 to 14:40 on Friday 16 October 2020, where it had not stayed on any of"
        " 11 days watched before. The nearest of its 2 places is 4.2 km away; 0 of its last 11 stays led to a"
        " place new to it."
    )
    assert (found.matches, found.days) == (0, 11)


def test_one_who_wanders_is_nowhere_unusual() -> None:
    fixes = []
    for day in range(12):
        fixes += stays((HOME, day, "00:00", "05:40"), (HOME - 0.02 * (day + 1), day, "09:00", "10:00"),
                       (HOME, day, "14:00", "23:56"))  # fmt: skip
    assert [f for f in findings(fixes, at(13, "00:00")) if f.kind == "unusual place"] == []


def test_a_finding_grows_until_its_day_is_over() -> None:
    calls = [("06:20", "07:40"), ("10:20", "11:40"), ("14:20", "15:40")]
    between = [("00:00", "05:40"), ("08:20", "09:40"), ("12:20", "13:40"), ("16:20", "23:56")]

    def busy(day: int) -> list[tuple[int, float, float]]:
        return stays(*[(PIER, day, *call) for call in calls], *[(HOME, day, *rest) for rest in between])

    fixes = [fix for day in range(4) for fix in busy(day)] + day_off(4)
    engine = Engine(gazetteer=NAMES)
    engine.add(SUBJECT, track(fixes))
    told = []
    for clock in ("07:00", "08:00", "12:00", "16:00", "23:00"):
        engine.close(at(4, clock))
        told.append([f for f in engine.current().findings if f.kind == "usual visit not observed"])
    assert [len(found) for found in told] == [0, 1, 1, 1, 1]
    assert len({found[0].key for found in told[1:]}) == 1
    assert told[1][0].end < told[2][0].end < told[3][0].end == told[4][0].end
    assert "Nor were these observed that day: Pier between 10 and 12 on 4 of 4 weekdays before;" in (
        told[3][0].statement
    )


@pytest.mark.parametrize(
    ("happened", "chances", "bits"), [(0, 4, 3.32), (0, 0, 1.0), (4, 4, 0.15), (1, 4, 1.74), (0, 99, 7.64)]
)
def test_surprise(happened: int, chances: int, bits: float) -> None:
    assert round(surprise.of_event(happened, chances), 2) == bits


def test_the_hours_share_one_certainty() -> None:
    assert sum(2 ** -surprise.of_hour(0, 1) for _ in range(24)) == pytest.approx(1.0)


def test_parameters_are_the_fields_defaults() -> None:
    assert (HARBOUR.stay_radius_m, HARBOUR.stay_dwell_s, HARBOUR.silence_s, HARBOUR.gap_m) == (
        100,
        300,
        1200,
        1000,
    )
