"""What routes are given: the graph's reader, once the gate has let the question through, and the reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from neo4j import Driver

from api.gate import LabelGate
from api.outlook import Outlook
from api.report.store import ReportStore
from graph.allowed import everything
from graph.reader.reader import Reader
from runtime.servers.endpoints import Endpoints
from runtime.settings import Settings


@dataclass(frozen=True, slots=True)
class State:
    """What the application holds while it runs."""

    settings: Settings
    endpoints: Endpoints
    driver: Driver
    gate: LabelGate
    reports: ReportStore
    outlook: Outlook


def state(request: Request) -> State:
    """The application's state."""
    held: State = request.app.state.held
    return held


def _reader(held: Annotated[State, Depends(state)]) -> Reader:
    sight = everything(held.gate.check(), held.settings.view)
    return Reader(held.driver, held.endpoints.neo4j_database, sight)


def _reports(held: Annotated[State, Depends(state)]) -> ReportStore:
    held.gate.check()
    return held.reports


Held = Annotated[State, Depends(state)]
Graph = Annotated[Reader, Depends(_reader)]
"""The reader; asking for it asks the gate."""
Reports = Annotated[ReportStore, Depends(_reports)]
"""The stored reports, which hold what the graph held: they are behind the gate, too."""
