"""Civil time: days of 23 and 25 hours, zones of half hours, and the weekday."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.civil_time import as_date, clock_text, day_text, is_weekend, weekday, zone, zone_at
from ontology.times import DAY_MS, HOUR_MS, from_ms, to_ms

NAMES = ["America/New_York", "Europe/London", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia", "UTC"]
INSTANTS = st.integers(to_ms(datetime(1975, 1, 1, tzinfo=UTC)), to_ms(datetime(2095, 1, 1, tzinfo=UTC)))


@given(name=st.sampled_from(NAMES), ms=INSTANTS)
def test_as_the_time_zone_database_has_it(name: str, ms: int) -> None:
    local = from_ms(ms).astimezone(ZoneInfo(name))
    where = zone(name)
    assert from_ms(where.local(ms)).replace(tzinfo=None) == local.replace(tzinfo=None)
    assert as_date(where.day(ms)) == local.date()
    assert weekday(where.day(ms)) == local.weekday()
    assert where.days(np.array([ms]))[0] == where.day(ms)


@given(name=st.sampled_from(NAMES), ms=INSTANTS)
def test_back_from_civil_time(name: str, ms: int) -> None:
    """The instant is the last at which the clock shows it: from then on it shows no less that day."""
    where = zone(name)
    local = where.local(ms)
    instant = where.instant(local)
    assert instant >= ms
    assert where.local(instant) == local
    assert all(where.local(instant + later * HOUR_MS // 4) >= local for later in range(1, 40))


def hours(name: str, start: str, end: str) -> dict[date, list[int]]:
    masks = zone(name).hours(to_ms(datetime.fromisoformat(start)), to_ms(datetime.fromisoformat(end)))
    return {as_date(day): [hour for hour in range(24) if mask >> hour & 1] for day, mask in masks.items()}


def test_a_day_of_23_hours() -> None:
    whole = hours("America/New_York", "2020-03-08T05:00Z", "2020-03-09T04:00Z")
    assert whole == {date(2020, 3, 8): [hour for hour in range(24) if hour != 2]}


def test_a_day_of_25_hours() -> None:
    whole = hours("America/New_York", "2020-11-01T04:00Z", "2020-11-02T05:00Z")
    assert whole == {date(2020, 11, 1): list(range(24))}


@pytest.mark.parametrize(("day", "length"), [((2020, 3, 8), 23), ((2020, 11, 1), 25), ((2020, 12, 7), 24)])
def test_how_long_a_day_is(day: tuple[int, int, int], length: int) -> None:
    number = (date(*day) - date(1970, 1, 1)).days
    where = zone("America/New_York")
    assert where.instant((number + 1) * DAY_MS) - where.instant(number * DAY_MS) == length * HOUR_MS


def test_an_hour_that_is_skipped_begins_at_the_change() -> None:
    number = (date(2020, 3, 8) - date(1970, 1, 1)).days
    skipped = zone("America/New_York").instant(number * DAY_MS + 2 * HOUR_MS)
    assert from_ms(skipped) == datetime(2020, 3, 8, 7, tzinfo=UTC)


def test_an_hour_is_touched_by_its_first_moment_only_if_there_is_one() -> None:
    assert hours("UTC", "2020-12-07T06:59:59Z", "2020-12-07T08:00Z") == {date(2020, 12, 7): [6, 7]}
    assert hours("UTC", "2020-12-07T06:00Z", "2020-12-07T06:00Z") == {date(2020, 12, 7): [6]}


@given(name=st.sampled_from(NAMES), ms=INSTANTS, quarters=st.integers(1, 400))
def test_hours_are_those_of_every_minute(name: str, ms: int, quarters: int) -> None:
    where = zone(name)
    end = ms + quarters * 15 * 60_000
    expected: dict[int, int] = {}
    for minute in range(ms, end, 60_000):
        local = where.local(minute)
        expected[local // DAY_MS] = expected.get(local // DAY_MS, 0) | 1 << local % DAY_MS // HOUR_MS
    found = where.hours(ms, end)
    extra = {day: mask & ~expected.get(day, 0) for day, mask in found.items()}
    assert all(expected[day] & ~found.get(day, 0) == 0 for day in expected)
    # A minute that begins before the end may reach into the next hour.
    assert sum(mask.bit_count() for mask in extra.values()) <= 1


def test_words() -> None:
    where = zone("America/New_York")
    monday = to_ms(datetime(2020, 12, 7, 11, 42, tzinfo=UTC))
    assert clock_text(monday, where) == "06:42 on Monday 7 December 2020"
    assert day_text(where.day(monday)) == "Monday 7 December 2020"
    assert not is_weekend(where.day(monday))
    assert is_weekend(where.day(monday - 2 * DAY_MS))


def test_where_a_place_lies() -> None:
    assert zone_at(-74.0060, 40.7034) == "America/New_York"
    assert timedelta(milliseconds=zone(zone_at(-40.0, 30.0)).offset(0)) == timedelta(hours=-3)
