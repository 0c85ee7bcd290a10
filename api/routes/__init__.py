"""The paths of the API, one concept a file."""

from typing import Final

from fastapi import APIRouter

from api.routes import (
    audit,
    cypher,
    episodes,
    findings,
    health,
    places,
    queries,
    rdf,
    reports,
    rules,
    status,
    subjects,
    tracks,
    verdicts,
)

ROUTERS: Final[tuple[APIRouter, ...]] = (
    health.router,
    status.router,
    subjects.router,
    tracks.router,
    rdf.router,
    episodes.router,
    findings.router,
    verdicts.router,
    rules.router,
    places.router,
    reports.router,
    cypher.router,
    queries.router,
    audit.router,
)
