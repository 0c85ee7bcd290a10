"""A driver that goes along when the home serves another graph: no question is lost in a swap."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, cast

from neo4j import Driver

from runtime.servers.endpoints import Endpoints
from runtime.servers.errors import EndpointsError
from runtime.settings import Settings

LOOK_EVERY_S: Final = 0.5


class Following:
    """Looks, when it is used, whether the home's endpoints name another Neo4j by now."""

    def __init__(
        self, settings: Settings, endpoints: Endpoints, open_driver: Callable[[Endpoints], Driver]
    ) -> None:
        """Open the first driver.

        Args:
            settings: they name the home, or servers elsewhere, which nobody swaps here.
            endpoints: where the servers are now.
            open_driver: opens a driver.
        """
        self._home = None if Endpoints.elsewhere(settings) else settings.home
        self._open = open_driver
        self._identity = endpoints.neo4j_identity
        self._current = open_driver(endpoints)
        self._before: list[Driver] = []
        self._looked = 0.0
        self._lock = threading.Lock()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the driver has
        if self._home is not None and time.monotonic() - self._looked > LOOK_EVERY_S:
            self._look()
        return getattr(self._current, name)

    def close(self) -> None:
        """Close this driver and those before it, which questions that were under way may have used."""
        for driver in (self._current, *self._before):
            driver.close()

    def _look(self) -> None:
        with self._lock:
            self._looked = time.monotonic()
            try:
                found = Endpoints.read(cast("Any", self._home))
            except EndpointsError:  # the servers were stopped: that is told by the driver
                return
            if found.neo4j_identity != self._identity:
                self._before.append(self._current)
                self._current, self._identity = self._open(found), found.neo4j_identity


@contextmanager
def following(
    settings: Settings, endpoints: Endpoints, open_driver: Callable[[Endpoints], Driver]
) -> Iterator[Driver]:
    """A driver for as long as the block lasts; see `Following`."""
    driver = Following(settings, endpoints, open_driver)
    try:
        yield cast("Driver", driver)
    finally:
        driver.close()
