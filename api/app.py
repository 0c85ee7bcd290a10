"""The HTTP API as an application: everything but `/health` needs a token, and nothing writes to the graph."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Final

from fastapi import FastAPI
from neo4j import Driver, GraphDatabase, NotificationMinimumSeverity

from api import openapi, problems
from api.audited import Audited
from api.auth import BearerAuth
from api.exporter import Exporter, exported
from api.following import following
from api.headers import SecurityHeaders
from api.identity.trusted import verifier
from api.known_pairs import known_pairs
from api.limits import BodyLimit
from api.log import in_graph
from api.metering import Metering
from api.moments import Moments
from api.outlook import Outlook
from api.report.store import ReportStore
from api.routes import ROUTERS
from api.sights import Sights
from api.state import State
from api.withdrawals import Withdrawn, beginnings, withdrawals
from graph.queries import shelf
from runtime.audit.writer import Writer as AuditWriter
from runtime.concluders import concluders, readers
from runtime.members import members
from runtime.servers.endpoints import Endpoints
from runtime.settings import Settings
from runtime.topics import Topics

DESCRIPTION: Final = """
Pattern of life: who is watched, where they stay, what is usual for them, and when life departs from it.

- **Token**: every path but `/health` needs `Authorization: Bearer …`; docs/access.md tells whence.
- **What you see** is what your token's attributes pass, of one `view`, `as_of` now or a moment in the past.
- **Times** are RFC 3339 in UTC, written with `+00:00`; distances metres, speeds m/s, positions WGS 84.
- **Pages**: lists come in pages; give `next` as `cursor` for the following one, with the same filters.
- **Filters**: `bbox` and `datetime` as in OGC API Features. An unknown parameter is refused.
- **Errors** are RFC 9457 problems (`application/problem+json`).
"""


def create_app(settings: Settings, endpoints: Endpoints, withdrawn: Withdrawn | None = None) -> FastAPI:
    """The application; it opens its way to the graph when it starts, and closes it when it ends.

    Args:
        settings: of this installation.
        endpoints: where the servers are.
        withdrawn: tells the distributions that nobody may see any more; by default the log does.

    Raises:
        QueriesError: a saved query cannot be used.
    """

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        with following(settings, endpoints, open_driver) as driver:
            held = hold(settings, endpoints, driver, withdrawn)
            app.state.held = held
            with (
                exported(exporter(held)),
                AuditWriter(endpoints.kafka_bootstrap, settings, "api") as app.state.audit,
            ):
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
    app.state.queries = shelf.load(settings.queries)
    for router in ROUTERS:
        app.include_router(router)
    problems.register(app)
    openapi.describe(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(Audited, purpose_required=settings.purpose_required)
    app.add_middleware(BearerAuth, verifier=verifier(settings))
    app.add_middleware(SecurityHeaders)
    app.add_middleware(Metering)
    return app


def hold(
    settings: Settings, endpoints: Endpoints, driver: Driver, withdrawn: Withdrawn | None = None
) -> State:
    """What the application holds while it runs.

    Args:
        settings: of this installation.
        endpoints: where the servers are.
        driver: the way to the graph.
        withdrawn: tells the distributions that nobody may see any more; by default the log does.
    """
    topics = Topics(settings.topic_prefix, settings.topic_replicas)
    outlook = Outlook(endpoints.kafka_bootstrap, topics, concluders=list(concluders(settings)))
    known = known_pairs(lambda: outlook.admin, endpoints.kafka_bootstrap, topics)
    log = (lambda: outlook.admin, endpoints.kafka_bootstrap, topics)
    sights = Sights(
        known,
        settings.all_views(),
        settings.hierarchies,
        withdrawn or withdrawals(*log),
        began=beginnings(*log),
    )
    return State(
        settings,
        endpoints,
        driver,
        sights,
        Moments(lambda: in_graph(driver, endpoints.neo4j_database), outlook.stand),
        ReportStore(settings.home / "reports"),
        outlook,
    )


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
