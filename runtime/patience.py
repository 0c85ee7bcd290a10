"""Waiting for a server that is away, and giving up in the end."""

import random
from collections.abc import Callable
from threading import Event

from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    sleep_using_event,
    wait_exponential_jitter,
)

from runtime import metrics
from runtime.errors import PatienceError, TransientError
from runtime.telemetry import logger

_FIRST_S = 0.2
_LONGEST_S = 10.0


def persist(session: Callable[[Event], bool], stop: Event, patience_s: float, name: str) -> None:
    """Run a session again and again until it ends by itself or is stopped.

    Args:
        session: works until it is done and returns True, or is disturbed: it raises `TransientError` if it
            had come to nothing, and returns False if it had worked before.
        stop: ends the waiting.
        patience_s: seconds after which sessions that came to nothing, one after the other, are given up.
        name: who waits, for the log.

    Raises:
        PatienceError: the patience is at its end.
        TerminalError: the session's own.
    """
    while not stop.is_set():
        if _one(session, stop, patience_s, name):
            return
        metrics.DISTURBANCES.labels(name).inc()
        stop.wait(_FIRST_S * (1 + random.random()))  # noqa: S311 - spreads workers out, keeps no secret


def _one(session: Callable[[Event], bool], stop: Event, patience_s: float, name: str) -> bool:
    log = logger(name)

    def say(state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        metrics.DISTURBANCES.labels(name).inc()
        log.warning("waiting", reason=str(error), attempt=state.attempt_number)

    def give_up(state: RetryCallState) -> bool:
        if stop.is_set():
            return True
        error = state.outcome.exception() if state.outcome else None
        raise PatienceError(f"gave up after {state.seconds_since_start:.0f} s: {error}") from error

    retrying = Retrying(
        retry=retry_if_exception_type(TransientError),
        wait=wait_exponential_jitter(multiplier=_FIRST_S, max=_LONGEST_S),
        stop=lambda state: stop.is_set() or (state.seconds_since_start or 0.0) > patience_s,
        sleep=sleep_using_event(stop),
        before_sleep=say,
        retry_error_callback=give_up,
    )
    done: bool = retrying(session, stop)
    return done
