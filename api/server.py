"""The API as a process: on the loopback interface unless set otherwise, until it is told to end."""

from __future__ import annotations

import structlog
import uvicorn
from fastapi import FastAPI

from api.app import create_app
from api.identity.local import KEY_SET
from api.identity.trusted import issuer_folder
from runtime.servers.endpoints import Endpoints
from runtime.settings import Settings

_log = structlog.get_logger(__name__)


def serve(settings: Settings, endpoints: Endpoints, port: int) -> None:
    """Serves the API on the settings' address until SIGTERM or SIGINT."""
    if not _lets_anybody_in(settings):
        remedy = "set DIURNAL_JWKS_FILE or DIURNAL_JWKS_URL, or call `diurnal token --user NAME`"
        _log.warning("nobody can prove who they are, so nobody is let in yet", remedy=remedy)
    uvicorn.Server(uvicorn_config(create_app(settings, endpoints), settings.api_host, port)).run()


def uvicorn_config(app: FastAPI, host: str, port: int) -> uvicorn.Config:
    """How an application is served, saying nothing of what serves it."""
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        server_header=False,
        date_header=True,
        access_log=False,
        log_config=None,
        proxy_headers=False,
        timeout_graceful_shutdown=5,
    )


def _lets_anybody_in(settings: Settings) -> bool:
    provider = settings.jwks_file is not None or settings.jwks_url is not None
    local = settings.local_issuer and (issuer_folder(settings) / KEY_SET).exists()
    return provider or local
