"""A worker as a process: ends well when asked to, and tells by its exit code why it ended otherwise."""

import gc
import signal
from collections.abc import Callable
from threading import Event
from types import FrameType
from typing import Final

from runtime.errors import EX_OK, EX_SOFTWARE, EX_TEMPFAIL, TerminalError, TransientError
from runtime.telemetry import logger

_RARELY: Final = (100_000, 20, 50)
"""A worker makes records by the thousand, none of them in a cycle: to look for cycles as often as Python does
takes half of the time in which they are read."""


def run(name: str, work: Callable[[Event], None]) -> int:
    """Work until done or until SIGTERM or SIGINT, which let the batch at hand be finished.

    Args:
        name: the worker's name, for the log.
        work: works until the event is set.

    Returns:
        The exit code: 0 ended well, 75 something is away (try again later), 70 a fault within, 78 a wrong
        setting.
    """
    stop = Event()

    def ask(number: int, _: FrameType | None) -> None:
        logger(name).info("stopping", signal=signal.Signals(number).name)
        stop.set()

    before = {number: signal.signal(number, ask) for number in (signal.SIGTERM, signal.SIGINT)}
    thresholds = gc.get_threshold()
    gc.set_threshold(*_RARELY)
    try:
        return _guarded(name, work, stop)
    finally:
        gc.set_threshold(*thresholds)
        for number, handler in before.items():
            signal.signal(number, handler)


def _guarded(name: str, work: Callable[[Event], None], stop: Event) -> int:
    try:
        work(stop)
    except TerminalError as error:
        logger(name).error("ended", reason=str(error), exit_code=error.exit_code)
        return error.exit_code
    except TransientError as error:
        logger(name).error("ended", reason=str(error), exit_code=EX_TEMPFAIL)
        return EX_TEMPFAIL
    except Exception:  # noqa: BLE001 - the last word on any fault
        logger(name).exception("ended by a fault within", exit_code=EX_SOFTWARE)
        return EX_SOFTWARE
    return EX_OK
