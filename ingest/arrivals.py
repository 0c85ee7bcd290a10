"""Lines of a live source, read ahead by a thread of its own, with a mark every second to cut them at."""

import time
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from queue import Empty, Full, Queue
from threading import Event, Thread
from typing import Final

Put = Callable[[bytes], None]
AHEAD: Final = 8_192
"""Lines read ahead; beyond these the reader waits, and whoever sends waits with it."""
_GRACE_S: Final = 3.0
_LOOK_S: Final = 0.2


class _AbandonedError(BaseException):
    """Nobody takes the lines any more."""


def as_they_come(
    read: Callable[[Put], None], every_s: float, stop: Event
) -> Generator[bytes | None, None, None]:
    """The lines that a reader hands over, and None every so many seconds.

    Stopped, it still gives what was read.

    Args:
        read: hands over lines until there are no more, or `stop` is set; it runs in a thread of its own.
        every_s: seconds between the marks.
        stop: ends it.

    Raises:
        Exception: what the reader raised.
    """
    queue: Queue[bytes | Exception | None] = Queue(AHEAD)
    abandoned = Event()

    def put(item: bytes | Exception | None) -> None:
        while not abandoned.is_set():
            try:
                queue.put(item, timeout=_LOOK_S)
            except Full:
                continue
            return
        raise _AbandonedError

    def run() -> None:
        with suppress(_AbandonedError):
            try:
                read(put)
            except Exception as error:  # noqa: BLE001 - handed over to whoever takes the lines
                put(error)
            put(None)

    Thread(target=run, name="lines", daemon=True).start()
    try:
        yield from _taken(queue, every_s, stop)
    finally:
        abandoned.set()


def _taken(queue: Queue[bytes | Exception | None], every_s: float, stop: Event) -> Iterator[bytes | None]:
    due = time.monotonic() + every_s
    last = None
    while True:
        now = time.monotonic()
        if now >= due:
            yield None
            due = time.monotonic() + every_s
        if stop.is_set():  # the reader looks at it as well, and says when it is done
            last = last or now + _GRACE_S
        try:
            got = queue.get(timeout=max(0.0, min(due - now, _LOOK_S)))
        except Empty:
            if last is not None and now > last:
                return
            continue
        if got is None:
            return
        if isinstance(got, Exception):
            raise got
        yield got
