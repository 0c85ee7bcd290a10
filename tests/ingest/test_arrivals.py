"""Lines read ahead by a thread, with marks to cut them at."""

import time
from threading import Event

import pytest

from ingest.arrivals import AHEAD, Put, as_they_come
from ingest.errors import PublishError


def test_a_steady_trickle_is_cut_every_so_often() -> None:
    def read(put: Put) -> None:
        for number in range(20):
            put(b"%d\n" % number)
            time.sleep(0.02)

    came = list(as_they_come(read, 0.1, Event()))
    assert [line for line in came if line is not None] == [b"%d\n" % n for n in range(20)]
    marks = [place for place, line in enumerate(came) if line is None]
    assert len(marks) >= 2
    assert 0 < marks[0] < len(came) - 1


def test_silence_is_marked_too() -> None:
    stop = Event()

    def read(_: Put) -> None:
        stop.wait(5)

    came = as_they_come(read, 0.05, stop)
    assert next(came) is None
    assert next(came) is None
    stop.set()
    assert set(came) <= {None}


def test_stopped_it_gives_what_was_read() -> None:
    stop = Event()

    def read(put: Put) -> None:
        for number in range(100):
            put(b"%d\n" % number)
        stop.set()

    assert sum(line is not None for line in as_they_come(read, 10, stop)) == 100


def test_a_reader_that_hangs_holds_nobody_up_for_long() -> None:
    stop, hangs = Event(), Event()

    def read(put: Put) -> None:
        put(b"1\n")
        hangs.wait(30)

    came = as_they_come(read, 10, stop)
    assert next(came) == b"1\n"
    stop.set()
    started = time.monotonic()
    assert list(came) == []
    assert time.monotonic() - started < 10
    hangs.set()


def test_whoever_reads_waits_for_whoever_takes() -> None:
    handed = 0

    def read(put: Put) -> None:
        nonlocal handed
        for _ in range(3 * AHEAD):
            put(b"x\n")
            handed += 1

    came = as_they_come(read, 60, Event())
    next(came)
    time.sleep(0.5)
    assert handed <= AHEAD + 2
    assert sum(line is not None for line in came) == 3 * AHEAD - 1


def test_what_the_reader_raises_is_raised() -> None:
    def read(put: Put) -> None:
        put(b"1\n")
        raise PublishError("breaks off")

    came = as_they_come(read, 10, Event())
    assert next(came) == b"1\n"
    with pytest.raises(PublishError, match="breaks off"):
        next(came)


def test_a_reader_whose_taker_left_ends() -> None:
    ended = Event()

    def read(put: Put) -> None:
        try:
            while True:
                put(b"x\n")
        finally:
            ended.set()

    came = as_they_come(read, 10, Event())
    next(came)
    came.close()
    assert ended.wait(5)
