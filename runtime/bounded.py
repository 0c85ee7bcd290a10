"""A bound on calls that may hang for ever: the process ends, for nothing else ends a call inside a library.

The Kafka client has such calls: seen is `send_offsets_to_transaction`, which waited without end, whatever
its timeout, after the broker had been killed in the middle of it. Whoever started the worker starts it again,
and what it left open is aborted then: nothing is lost or doubled.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from runtime.errors import EX_TEMPFAIL
from runtime.telemetry import logger


@contextmanager
def bounded(seconds: float, doing: str) -> Iterator[None]:
    """End the process, with exit code 75, if the block takes longer than it can while anything is well.

    Args:
        seconds: far more than the block's own timeouts add up to.
        doing: what the block does, for the log.
    """
    watch = threading.Timer(seconds, _end, (seconds, doing))
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()


def _end(seconds: float, doing: str) -> None:
    reason = f"{doing} has hung for {seconds:.0f} s; start the worker again, and it goes on where it was"
    logger("bounded").error("ended", reason=reason, exit_code=EX_TEMPFAIL)
    os._exit(EX_TEMPFAIL)
