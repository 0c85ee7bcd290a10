"""The API as a process: on the loopback interface unless set otherwise, until it is told to end."""

from __future__ import annotations

import structlog
import uvicorn
from fastapi import FastAPI

from api.app import create_app, hold, open_driver, tokens_file
from graph.reader.errors import GraphAwayError
from runtime.errors import TransientError
from runtime.servers.endpoints import Endpoints
from runtime.settings import Settings

_log = structlog.get_logger(__name__)


def serve(settings: Settings, endpoints: Endpoints, port: int) -> None:
    """Serves the API on the settings' address until SIGTERM or SIGINT.

    Raises:
        ClosedError: the graph holds more than one label, or one that the log does not name; nothing was
            served.
    """
    _look_first(settings, endpoints)
    if not tokens_file(settings).exists():
        _log.warning("no tokens file: nobody is let in", remedy="diurnal token NAME")
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


def _look_first(settings: Settings, endpoints: Endpoints) -> None:
    """Refuses with its own error before a server starts, whose own would hide it."""
    with open_driver(endpoints) as driver:
        try:
            hold(settings, endpoints, driver).gate.check()
        except (GraphAwayError, TransientError) as error:
            _log.warning("what the graph holds is not known yet", error=str(error))
