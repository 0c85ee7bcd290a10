from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from api.report import words
from api.report.lives_part import told_by_the_clock

NEW_YORK = ZoneInfo("America/New_York")


def at(day: int, hour: int, minute: int = 0, month: int = 12) -> datetime:
    return datetime(2020, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        (at(1, 0), at(8, 0), "1 to 7 December 2020"),
        (at(1, 0), at(2, 0), "1 December 2020"),
        (at(29, 0, month=11), at(6, 0), "29 November to 5 December 2020"),
        (at(30, 0), datetime(2021, 1, 3, tzinfo=UTC), "30 December 2020 to 2 January 2021"),
    ],
)
def test_a_period_by_the_days_it_touches(start: datetime, end: datetime, said: str) -> None:
    assert words.period(start, end, ZoneInfo("UTC")) == said


def test_a_span_names_its_second_day_only_where_it_has_one() -> None:
    assert words.span(at(7, 14), at(7, 16, 5), NEW_YORK) == "Mon 7 Dec 09:00 to 11:05"
    assert words.span(at(7, 14), at(8, 6), NEW_YORK) == "Mon 7 Dec 09:00 to Tue 8 Dec 01:00"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(59, "1 min"), (2700, "45 min"), (7200, "2 h"), (7800, "2 h 10 min"), (187_200, "2 days 4 h")],
)
def test_durations(seconds: float, said: str) -> None:
    assert words.duration(seconds) == said


@pytest.mark.parametrize(
    ("metres", "said"), [(3, "less than 10 m"), (84, "80 m"), (2_140, "2.1 km"), (14_400, "14 km")]
)
def test_distances(metres: float, said: str) -> None:
    assert words.distance(metres) == said


def test_lists_and_plurals() -> None:
    assert words.listed(["a", "b", "c"]) == "a, b and c"
    assert words.listed([]) == ""
    assert [words.count(n, "stay") for n in (0, 1, 1200)] == ["0 stays", "1 stay", "1,200 stays"]


def test_the_clock_tells_nothing_of_who_is_always_there_and_a_bit_of_who_is_there_half_the_day() -> None:
    assert told_by_the_clock([5] * 24, 5) == 0
    assert told_by_the_clock([0] * 24, 5) == 0
    assert told_by_the_clock([5] * 12 + [0] * 12, 5) == pytest.approx(1)
    assert told_by_the_clock([3] * 24, 6) == pytest.approx(0)
    assert 0 < told_by_the_clock([4] * 12 + [1] * 12, 5) < 1
