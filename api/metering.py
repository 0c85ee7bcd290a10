"""Counts the API's requests: by route, not by path, which would name subjects."""

from __future__ import annotations

import time
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from runtime import metrics

NO_ROUTE: Final = "none"
"""Where no route was reached: an unknown path, or a caller without a token."""
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Metering:
    """Middleware around everything, so that refusals count, too."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, and counts it once it is answered to its end."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500
        began = time.perf_counter()

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            method = scope["method"] if scope["method"] in _METHODS else metrics.OTHER
            route = getattr(scope.get("route"), "path", NO_ROUTE)
            metrics.API_REQUESTS.labels(method, route, str(status)).inc()
            metrics.API_SECONDS.labels(method, route).observe(time.perf_counter() - began)
