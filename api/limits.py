"""How long a request's body may be: nothing that is asked of this API needs a long one."""

from __future__ import annotations

from typing import Final

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import problems

MOST_BYTES: Final = 64 * 1024
DETAIL: Final = f"The body is longer than {MOST_BYTES:,} bytes; send less."


class BodyLimit:
    """Refuses longer bodies, whether their length is declared or found out."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, or answers 413."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if _declared(scope) > MOST_BYTES:
            await problems.respond(scope["path"], 413, "too-long", DETAIL)(scope, receive, send)
            return
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > MOST_BYTES:
                raise HTTPException(413, DETAIL)
            return message

        await self._app(scope, counted, send)


def _declared(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return 0
