"""Who may ask: whoever shows a token that proves who they are."""

from __future__ import annotations

from typing import Final

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from api import problems
from api.identity.errors import TokenRefusedError
from api.identity.verify import Verifier

OPEN_PATHS: Final = frozenset({"/health"})
"""What answers without a token; everything else does not, whether it exists or not."""
CLEARANCE: Final = "diurnal.clearance"
"""Where the clearance of who asks stands in a request's state."""

_DETAIL: Final = (
    "Show a token: `Authorization: Bearer …`, from your identity provider, or made by"
    " `diurnal token --user NAME` where the operator lets that in."
)
_log = structlog.get_logger(__name__)


class BearerAuth:
    """Lets a request through when it shows a token that proves somebody, or goes to an open path."""

    def __init__(self, app: ASGIApp, verifier: Verifier) -> None:
        self._app = app
        self._verifier = verifier

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, or answers 401; sockets of any other kind are closed."""
        if scope["type"] == "lifespan" or (scope["type"] == "http" and scope["path"] in OPEN_PATHS):
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        shown = _shown(scope)
        if shown is None:
            await _refuse(scope, receive, send, 'Bearer realm="diurnal"')
            return
        try:
            clearance = await run_in_threadpool(self._verifier.clearance, shown)
        except TokenRefusedError as refusal:
            _log.info("token refused", why=str(refusal))
            await _refuse(scope, receive, send, 'Bearer realm="diurnal", error="invalid_token"')
            return
        scope.setdefault("state", {})[CLEARANCE] = clearance
        await self._app(scope, receive, send)


async def _refuse(scope: Scope, receive: Receive, send: Send, challenge: str) -> None:
    headers = {"WWW-Authenticate": challenge}
    response = problems.respond(scope["path"], 401, "no-token", _DETAIL, headers=headers)
    await response(scope, receive, send)


def _shown(scope: Scope) -> str | None:
    given = [value for name, value in scope["headers"] if name == b"authorization"]
    if len(given) != 1:
        return None
    scheme, _, token = given[0].decode("latin-1").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None
