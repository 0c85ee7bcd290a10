"""The clock: whole steps, closing ticks, and a slow partition that holds a source back."""

from __future__ import annotations

from analytics.clock import MOST_STEPS, Clock

HOUR = 3_600_000


def ticked(clock: Clock, source: str, watermark: int, partitions: int = 2) -> None:
    for number in range(partitions):
        clock.tick(source, number, watermark)


def test_a_source_has_told_what_its_slowest_partition_has() -> None:
    clock = Clock(2, HOUR)
    clock.saw("a", 0, 9 * HOUR)
    clock.tick("a", 0, 5 * HOUR)
    assert clock.now() == {}
    clock.tick("a", 1, 4 * HOUR)
    assert clock.now() == {"a": 4 * HOUR}


def test_time_goes_in_whole_steps() -> None:
    clock = Clock(1, HOUR)
    clock.saw("a", 0, 9 * HOUR)
    clock.tick("a", 0, 8 * HOUR + 59)
    assert clock.now() == {"a": 8 * HOUR}


def test_a_tick_behind_the_last_fix_closes() -> None:
    clock = Clock(2, HOUR)
    clock.saw("a", 0, 9 * HOUR + 5)
    ticked(clock, "a", 9 * HOUR + 6)
    assert clock.now() == {"a": 9 * HOUR + 6}


def test_a_quiet_partition_does_not_close_for_the_others() -> None:
    clock = Clock(2, HOUR)
    clock.saw("a", 0, 9 * HOUR)
    clock.saw("a", 1, 2 * HOUR)
    ticked(clock, "a", 8 * HOUR + 1)
    assert clock.now() == {"a": 8 * HOUR}


def test_it_never_goes_back() -> None:
    clock = Clock(1, HOUR)
    clock.saw("a", 0, HOUR)
    clock.tick("a", 0, 8 * HOUR + 1)
    clock.saw("a", 0, 9 * HOUR)
    clock.tick("a", 0, 8 * HOUR + 5)
    clock.tick("a", 0, 3 * HOUR)
    assert clock.now() == {"a": 8 * HOUR + 1}


def test_a_source_dated_in_the_future_moves_nobody_else() -> None:
    clock = Clock(1, HOUR)
    for source, watermark in (("right", 8 * HOUR), ("wrong", 900_000 * HOUR)):
        clock.saw(source, 0, HOUR)
        clock.tick(source, 0, watermark)
    assert clock.now() == {"right": 8 * HOUR, "wrong": 900_000 * HOUR}


def test_a_source_that_tells_of_nobody_shows_no_progress() -> None:
    clock = Clock(1, HOUR)
    clock.tick("a", 0, 8 * HOUR)
    assert clock.now() == {}
    clock.saw("a", 0, 7 * HOUR)
    assert clock.now() == {"a": 8 * HOUR}, "what it vouched for before counts once it does"


def test_steps() -> None:
    clock = Clock(1, HOUR)
    steps = list(clock.steps({"a": 2 * HOUR}, {"a": 4 * HOUR + 7}, 0))
    assert steps == [{"a": 3 * HOUR}, {"a": 4 * HOUR}, {"a": 4 * HOUR + 7}]
    assert list(clock.steps({"a": 5}, {"a": 5}, 0)) == []


def test_before_the_first_fix_there_are_no_steps() -> None:
    steps = list(Clock(1, HOUR).steps({}, {"a": 100 * HOUR}, 97 * HOUR + 5))
    assert steps == [{"a": 98 * HOUR}, {"a": 99 * HOUR}, {"a": 100 * HOUR}]


def test_a_leap_is_taken_in_longer_steps() -> None:
    steps = list(Clock(1, HOUR).steps({"a": 0}, {"a": 20 * 365 * 24 * HOUR}, 0))
    assert len(steps) <= MOST_STEPS + 1
    assert steps[-1] == {"a": 20 * 365 * 24 * HOUR}


def test_who_lags_is_not_pushed() -> None:
    steps = list(Clock(1, HOUR).steps({"a": 2 * HOUR, "b": HOUR}, {"a": 4 * HOUR, "b": HOUR}, 0))
    assert steps == [{"a": 3 * HOUR, "b": HOUR}, {"a": 4 * HOUR, "b": HOUR}]


def test_history_goes_by_longer_steps_the_older_it_was_when_it_became_known() -> None:
    day = 24 * HOUR
    told = 104 * day + 5 * HOUR + 1
    for age, mark in ((HOUR, 104 * day + 5 * HOUR), (5 * day, 104 * day), (30 * day, 100 * day)):
        clock = Clock(1, HOUR)
        clock.saw("a", 0, told + HOUR)
        clock.tick("a", 0, told, told + age)
        assert clock.now() == {"a": mark}


def test_the_end_of_history_counts_as_it_stands() -> None:
    clock = Clock(1, HOUR)
    clock.saw("a", 0, 5 * HOUR)
    clock.tick("a", 0, 5 * HOUR + 1, 9_000 * HOUR)
    assert clock.now() == {"a": 5 * HOUR + 1}
