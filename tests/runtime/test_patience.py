"""Waiting for servers."""

import time
from threading import Event, Timer

import pytest

from runtime.errors import EX_TEMPFAIL, FencedError, PatienceError, TransientError
from runtime.patience import persist


def test_a_session_is_tried_until_it_ends() -> None:
    tries: list[str] = ["away", "disturbed", "away", "done"]

    def session(_: Event) -> bool:
        what = tries.pop(0)
        if what == "away":
            raise TransientError("away")
        return what == "done"

    persist(session, Event(), 60, "test")
    assert tries == []


def test_patience_ends() -> None:
    def session(_: Event) -> bool:
        raise TransientError("still away")

    with pytest.raises(PatienceError, match="still away") as caught:
        persist(session, Event(), 0.3, "test")
    assert caught.value.exit_code == EX_TEMPFAIL


def test_a_terminal_error_is_not_waited_out() -> None:
    tries = []

    def session(_: Event) -> bool:
        tries.append(1)
        raise FencedError("another")

    with pytest.raises(FencedError):
        persist(session, Event(), 60, "test")
    assert len(tries) == 1


def test_to_be_stopped_ends_the_waiting() -> None:
    stop = Event()
    Timer(0.3, stop.set).start()

    def session(_: Event) -> bool:
        raise TransientError("away")

    started = time.monotonic()
    persist(session, stop, 600, "test")
    assert time.monotonic() - started < 5
