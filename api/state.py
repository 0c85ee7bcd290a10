"""What routes are given: the graph as somebody's sight shows it, and the reports that they may read.

There is one way to the graph: `Graph`, whose reader has the sight of who asks. A test holds all routes to it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Annotated

from fastapi import Depends, Request
from neo4j import Driver

from api.account import Accounted
from api.auth import CLEARANCE
from api.clearance import Clearance
from api.errors import ViewRefusedError
from api.filters import AsOf, ViewName
from api.moments import Moments
from api.outlook import Outlook
from api.report.access import Access, May
from api.report.store import ReportStore, StoredReport
from api.sights import Sights
from graph.reader.reader import Reader
from graph.sight import Sight
from runtime.servers.endpoints import Endpoints
from runtime.settings import Settings


@dataclass(frozen=True, slots=True)
class State:
    """What the application holds while it runs."""

    settings: Settings
    endpoints: Endpoints
    driver: Driver
    sights: Sights
    moments: Moments
    reports: ReportStore
    outlook: Outlook


@dataclass(frozen=True, slots=True)
class ReadableReports:
    """The stored reports, as far as somebody may read them now, whenever they were made.

    Attributes:
        store: all reports.
        sights: what may be seen.
        clearance: of who asks.
    """

    store: ReportStore
    sights: Sights
    clearance: Clearance

    def put(self, page: str, sight: Sight) -> StoredReport:
        """Keeps a page that was made by a sight."""
        return self.store.put(page, sight)

    def get(self, key: str) -> bytes:
        """The bytes of a report.

        Raises:
            NotKnownError: there is none with that id, or not for them.
            ReportStoreError: the bytes are no longer those of its name.
        """
        return self.store.get(key, self._may)

    def listed(self) -> tuple[StoredReport, ...]:
        """Every report that they may read, the latest period first."""
        return self.store.listed(self._readable(cache(self._seen)))

    def _may(self, access: Access) -> bool:
        return self._readable(self._seen)(access)

    def _seen(self, view: str | None) -> frozenset[int] | None:
        try:
            return self.sights.sight(self.clearance, view).allowed
        except ViewRefusedError:
            return None

    @staticmethod
    def _readable(seen: Callable[[str | None], frozenset[int] | None]) -> May:
        """Each view is looked at once for a list: every look asks the log what is withdrawn."""

        def may(access: Access) -> bool:
            allowed = seen(access.view)
            return allowed is not None and access.allowed <= allowed

        return may


def state(request: Request) -> State:
    """The application's state."""
    held: State = request.app.state.held
    return held


def clearance(request: Request) -> Clearance:
    """The clearance of who asks; without one nothing is served, whatever let the request through."""
    found: Clearance = request.scope["state"][CLEARANCE]
    return found


Held = Annotated[State, Depends(state)]
Asker = Annotated[Clearance, Depends(clearance)]
"""Who asks, and what they hold."""


def sight(held: Held, asker: Asker, account: Accounted, view: ViewName = None, as_of: AsOf = None) -> Sight:
    """What who asks sees, of one view, as of a moment.

    Raises:
        ViewRefusedError: there is no such view, or it is not for them.
        TooLateError: not everything that was known at the moment is loaded yet.
        BadParameterError: the moment is none.
    """
    found = held.sights.sight(asker, view, held.moments.moment(as_of))
    account.sees(found)
    return found


Seen = Annotated[Sight, Depends(sight)]
"""What who asks sees; its parameters are `view` and `as_of`."""


def reader(held: Held, seen: Seen) -> Reader:
    """The graph as who asks sees it."""
    return Reader(held.driver, held.endpoints.neo4j_database, seen)


def readable_reports(held: Held, asker: Asker) -> ReadableReports:
    """The reports that who asks may read."""
    return ReadableReports(held.reports, held.sights, asker)


Graph = Annotated[Reader, Depends(reader)]
"""The graph as who asks sees it: the one way to it."""
Reports = Annotated[ReadableReports, Depends(readable_reports)]
"""The stored reports; access to each is checked now."""
