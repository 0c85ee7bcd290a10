"""The paths of the API, one concept a file."""

from typing import Final

from fastapi import APIRouter

from api.routes import audit, episodes, findings, health, places, reports, status, subjects, tracks

ROUTERS: Final[tuple[APIRouter, ...]] = (
    health.router,
    status.router,
    subjects.router,
    tracks.router,
    episodes.router,
    findings.router,
    places.router,
    reports.router,
    audit.router,
)
