"""The HTTP API as an application: everything but `/health` needs a token, and nothing writes to the graph."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Final

from fastapi import FastAPI
from neo4j import Driver, GraphDatabase, NotificationMinimumSeverity
from starlette.concurrency import run_in_threadpool

from api import openapi, problems
from api.auth import BearerAuth, Tokens
from api.exporter import Exporter, exported
from api.following import following
from api.gate import LabelGate
from api.headers import SecurityHeaders
from api.limits import BodyLimit
from api.log import in_graph
from api.metering import Metering
from api.outlook import Outlook
from api.report.store import ReportStore
from api.routes import ROUTERS
from api.state import State
from graph.reader.errors import GraphAwayError
from runtime.errors import TransientError
from runtime.interner import interned
from runtime.concluders import concluders, readers
from runtime.members import members
from runtime.servers.endpoints import Endpoints
from runtime.settings import Settings
from runtime.topics import Topics

DESCRIPTION: Final = """
Pattern of life: who is watched, where they stay, what is usual for them, and when life departs from it.

- **Token**: every path but `/health` needs `Authorization: Bearer …`; `diurnal token NAME` makes one.
- **Times** are RFC 3339 in UTC, written with `+00:00`; distances metres, speeds m/s, positions WGS 84.
- **Pages**: lists come in pages; give `next` as `cursor` for the following one, with the same filters.
- **Filters**: `bbox` and `datetime` as in OGC API Features. An unknown parameter is refused.
- **Errors** are RFC 9457 problems (`application/problem+json`).
"""


def create_app(settings: Settings, endpoints: Endpoints) -> FastAPI:
    """The application; it opens its way to the graph when it starts, and closes it when it ends.

    Raises (when it starts):
        ClosedError: the graph holds more than one label, or one that the log does not name.
    """

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        with following(settings, endpoints, open_driver) as driver:
            held = hold(settings, endpoints, driver)
            await run_in_threadpool(_refuse_over_labels, held)
            app.state.held = held
            with exported(exporter(held)):
                yield

    app = FastAPI(
        title="Diurnal",
        version=version("diurnal"),
        description=DESCRIPTION,
        lifespan=life,
        openapi_url="/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    for router in ROUTERS:
        app.include_router(router)
    problems.register(app)
    openapi.describe(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(BearerAuth, tokens=Tokens(tokens_file(settings)))
    app.add_middleware(SecurityHeaders)
    app.add_middleware(Metering)
    return app


def tokens_file(settings: Settings) -> Path:
    """Where the hashes of the tokens are."""
    return settings.tokens_file or settings.home / "tokens"


def hold(settings: Settings, endpoints: Endpoints, driver: Driver) -> State:
    """What the application holds while it runs."""
    reports = ReportStore(settings.home / "reports")
    topics = Topics(settings.topic_prefix, settings.topic_replicas)
    gate = LabelGate(driver, endpoints.neo4j_database, lambda: interned(endpoints.kafka_bootstrap, topics))
    outlook = Outlook(endpoints.kafka_bootstrap, topics, concluders=list(concluders(settings)))
    return State(settings, endpoints, driver, gate, reports, outlook)


def exporter(held: State) -> Exporter:
    """What tells Prometheus of the log, the graph and the workers."""
    topics = Topics(held.settings.topic_prefix, held.settings.topic_replicas)

    def in_groups() -> dict[str, int]:
        return {
            stage: len(members(held.outlook.admin, topics.name(stage))) for stage in readers(held.settings)
        }

    return Exporter(
        lambda: in_graph(held.driver, held.endpoints.neo4j_database),
        held.outlook.stand,
        in_groups,
        topics.plain,
        held.settings.home,
    )


def open_driver(endpoints: Endpoints) -> Driver:
    """A driver that says soon that the graph is away, for somebody waits for the answer."""
    return GraphDatabase.driver(
        endpoints.neo4j_uri,
        auth=(endpoints.neo4j_user, endpoints.neo4j_password.get_secret_value()),
        connection_timeout=3.0,
        connection_acquisition_timeout=5.0,
        max_transaction_retry_time=1.0,
        notifications_min_severity=NotificationMinimumSeverity.OFF,
    )


def _refuse_over_labels(held: State) -> None:
    """Servers that are away now may come: the gate asks again before anything is served."""
    try:
        held.gate.check()
    except (GraphAwayError, TransientError):
        return
