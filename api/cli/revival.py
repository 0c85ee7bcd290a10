"""Servers that died are started again beside everything else, for that takes seconds and may fail."""

import time
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

import structlog

from api.cli.backoff import STEADY_S, wait_s
from runtime.servers import ServersError, Stack

GIVE_UP_EVERY_S: Final = 0.1

log = structlog.get_logger(__name__)


class Revival:
    """Looks after the servers of one stack; never waits, and never gives up."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="revival")
        self._under_way: Future[tuple[str, ...]] | None = None
        self._dead: tuple[str, ...] = ()
        self._why = ""
        self._failures = 0
        self._last = 0.0
        self._next = 0.0

    def check(self) -> None:
        """Begins to start again whoever died, or sees what came of it."""
        now = time.monotonic()
        if self._under_way is not None:
            if self._under_way.done():
                self._see(self._under_way, now)
        elif now >= self._next and (dead := self._stack.dead()):
            self._dead = dead
            log.warning("servers died, starting them again", servers=dead)
            self._under_way = self._pool.submit(self._stack.revive)

    def troubles(self) -> dict[str, str]:
        """Name → what is the matter, of the servers that are not back yet."""
        tries = f", {self._failures} tries failed, the last: {self._why}" if self._failures else ""
        return dict.fromkeys(self._dead, f"restarting{tries}")

    def stop(self) -> None:
        """Ends what is under way."""
        while self._under_way is not None and not self._under_way.done():
            self._stack.give_up()
            time.sleep(GIVE_UP_EVERY_S)
        self._pool.shutdown()

    def _see(self, done: Future[tuple[str, ...]], now: float) -> None:
        self._under_way = None
        if now - self._last > STEADY_S:
            self._failures = 0
        self._last = now
        try:
            log.warning("servers are back", servers=done.result())
        except (ServersError, OSError) as error:
            self._failures += 1
            self._why = str(error).partition("\n")[0]
            log.error("a server did not come back", error=str(error), failures=self._failures)
        else:
            self._dead, self._failures = (), 0
        self._next = now + wait_s(self._failures)
