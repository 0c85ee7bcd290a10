"""A worker as a process: signals and exit codes."""

import os
import signal
from threading import Event

import pytest

from runtime import process
from runtime.errors import FencedError, LostOffsetError, SettingsError, TransientError


def test_to_end_well_is_0() -> None:
    assert process.run("test", lambda _: None) == 0


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (TransientError("away"), 75),
        (FencedError("another"), 75),
        (LostOffsetError("gone"), 70),
        (SettingsError("wrong"), 78),
        (ZeroDivisionError("a fault"), 70),
    ],
)
def test_exit_codes_tell_why(error: Exception, code: int) -> None:
    def work(_: Event) -> None:
        raise error

    assert process.run("test", work) == code


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_asks_to_stop_and_is_given_back(number: signal.Signals) -> None:
    before = signal.getsignal(number)

    def work(stop: Event) -> None:
        os.kill(os.getpid(), number)
        assert stop.wait(5)

    assert process.run("test", work) == 0
    assert signal.getsignal(number) is before
