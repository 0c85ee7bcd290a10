"""Nothing is answered that is not written down: the middleware around every route, now and later.

An answer is held until the audit log has taken its entry. One that is too long, or takes too long, has an
entry before its first byte leaves and another before its last. If the log takes none, there is no answer.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import parse_qsl

import orjson
import structlog
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import problems
from api.account import ACCOUNT, Account, Count
from api.answer import Answer
from api.auth import CLEARANCE, OPEN_PATHS
from api.clearance import Clearance
from api.purpose import PurposeError, purpose_of
from runtime.audit.entry import Entry, Event, Secret
from runtime.audit.errors import AuditAwayError
from runtime.audit.session import PATIENCE_S
from runtime.audit.writer import Writer
from runtime.errors import WorkerError

UNAUDITED: Final = OPEN_PATHS | {"/v1/openapi.json"}
"""What tells nothing of what the graph holds."""
WRITER: Final = "audit"
"""Where the application's state has the writer."""

_log = structlog.get_logger(__name__)


class Audited:
    """Middleware; inside of it stand the routes, outside whoever finds out who asks."""

    def __init__(self, app: ASGIApp, *, purpose_required: bool) -> None:
        self._app = app
        self._purpose_required = purpose_required

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, and the answer back once it is written down."""
        if scope["type"] != "http" or scope["path"] in UNAUDITED:
            await self._app(scope, receive, send)
            return
        question = _Question(scope, receive)
        try:
            question.purpose = purpose_of(scope, required=self._purpose_required)
        except PurposeError as error:
            answer = Answer(question.write, scope, receive, send)
            await problems.respond(scope["path"], 400, "purpose", str(error))(scope, receive, answer.send)
            return
        answer = Answer(question.write, scope, receive, send)
        try:
            await self._app(scope, question.receive, answer.send)
        except BaseException as error:
            cancelled = isinstance(error, asyncio.CancelledError)
            if not answer.over:
                await question.failed(answer.size, cancelled=cancelled)
            if answer.unwritten and not cancelled:
                return  # it was told that nothing more is taken; what has left of it stays without an end
            raise
        if not answer.over:  # whoever asked went away
            await question.failed(answer.size)


class _Question:
    """A request, with all that its entry tells."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self.purpose: str | None = None
        self._scope, self._receive = scope, receive
        self._body = bytearray()
        self._account = Account()
        state = scope.setdefault("state", {})
        state[ACCOUNT] = self._account
        cleared = clearance_of(scope)
        self._entry = Entry(
            Event.BEGUN,
            datetime.now(UTC),
            who=cleared.name,
            route="",
            issuer=cleared.issuer,
            attributes=cleared.attributes,
        )

    async def receive(self) -> Message:
        """The next part of the request; its body is kept for the entry, for long ones are refused within."""
        message = await self._receive()
        self._body += message.get("body", b"")
        return message

    async def write(self, event: Event, size: int, count: Count) -> None:
        """Writes an entry.

        Raises:
            AuditAwayError: the log does not take it.
            EntryTooLongError: nor would it ever.
        """
        await _written(getattr(self._scope["app"].state, WRITER), self._told(event, size, count))

    async def failed(self, size: int, *, cancelled: bool = False) -> None:
        """Writes that there was no answer, or not all of it; there is nobody left to tell if that fails."""
        try:
            if cancelled:  # there is no time to wait
                writer: Writer = getattr(self._scope["app"].state, WRITER)
                writer.submit(self._told(Event.FAILED, size, _nobody))
            else:
                await self.write(Event.FAILED, size, _nobody)
        except WorkerError as error:
            _log.error("audit: a failure is not written down", error=str(error))

    def _told(self, event: Event, size: int, count: Count) -> Entry:
        scope = self._scope
        question = replace(
            self._entry,
            route=f"{scope['method']} {getattr(scope.get('route'), 'path', 'none')}"[:200],
            secret=Secret(_target(scope), self._values(), self.purpose),
        )
        return self._account.entry(question, event, names=_names(scope), size=size, count=count)

    def _values(self) -> dict[str, Any]:
        if not self._body:
            return {}
        try:
            return {"body": orjson.loads(self._body)}
        except orjson.JSONDecodeError:
            return {"body": self._body.decode("utf-8", "replace")}


def clearance_of(scope: Scope) -> Clearance:
    """Who asks, as whoever stands outside found out."""
    found: Clearance = scope["state"][CLEARANCE]
    return found


async def _written(writer: Writer, entry: Entry) -> None:
    if not writer.ready:  # to begin a chain waits for Kafka
        await run_in_threadpool(writer.write, entry)
        return
    taken = asyncio.wrap_future(writer.submit(entry))
    try:
        await asyncio.wait_for(taken, PATIENCE_S + 1.0)
    except TimeoutError:
        raise AuditAwayError("the audit log does not take an entry in time") from None


def _names(scope: Scope) -> set[str]:
    """The names of parameters in path and query; of a question that is answered its route knows them all."""
    asked = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    return {*scope.get("path_params", {}), *(name for name, _ in asked)}


def _nobody() -> None:
    """Counts nothing: there is no answer."""


def _target(scope: Scope) -> str:
    query = scope["query_string"].decode("latin-1")
    return f"{scope['method']} {scope['path']}" + (f"?{query}" if query else "")
