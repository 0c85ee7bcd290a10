"""Nothing is answered that is not written down: the middleware around every route, now and later.

An answer is held until the audit log has taken its entry. One that is too long, or takes too long, has an
entry before its first byte leaves and another before its last. If the log takes none, there is no answer.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import parse_qsl

import orjson
import structlog
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import problems
from api.account import ACCOUNT, Account
from api.answer import Answer
from api.auth import CLEARANCE, OPEN_PATHS
from api.clearance import Clearance
from api.purpose import PurposeError, purpose_of
from runtime.audit.entry import Entry, Event, Secret
from runtime.audit.errors import AuditAwayError, EntryTooLongError
from runtime.audit.session import PATIENCE_S
from runtime.audit.writer import Writer
from runtime.errors import WorkerError

UNAUDITED: Final = OPEN_PATHS | {"/v1/openapi.json"}
"""What tells nothing of what the graph holds."""
WRITER: Final = "audit"
"""Where the application's state has the writer."""

_MOST_BODY: Final = 1024 * 1024
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
        self._began = time.perf_counter()
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
        """The next part of the request; its body is kept for the entry."""
        message = await self._receive()
        if len(self._body) <= _MOST_BODY:
            self._body += message.get("body", b"")
        return message

    async def write(self, event: Event, size: int, rows: int | None) -> None:
        """Writes an entry.

        Raises:
            AuditAwayError: the log does not take it.
            EntryTooLongError: nor would it ever.
        """
        await _written(getattr(self._scope["app"].state, WRITER), self._told(event, size, rows))

    async def failed(self, size: int, *, cancelled: bool = False) -> None:
        """Writes that there was no answer, or not all of it; there is nobody left to tell if that fails."""
        try:
            if cancelled:  # there is no time to wait
                writer: Writer = getattr(self._scope["app"].state, WRITER)
                writer.submit(self._told(Event.FAILED, size, None))
            else:
                await self.write(Event.FAILED, size, None)
        except WorkerError as error:
            _log.error("audit: a failure is not written down", error=str(error))

    def _told(self, event: Event, size: int, rows: int | None) -> Entry:
        account, scope = self._account, self._scope
        if len(self._body) > _MOST_BODY:
            raise EntryTooLongError(f"the body is longer than {_MOST_BODY:,} bytes: ask less at once")
        return replace(
            self._entry,
            event=event,
            time=datetime.now(UTC),
            route=f"{scope['method']} {getattr(scope.get('route'), 'path', 'none')}"[:200],
            view=account.view,
            moment=account.moment,
            parameters=_names(scope, account) if event in {Event.BEGUN, Event.ANSWERED} else (),
            rows=account.rows if account.rows is not None else rows,
            size=size,
            took_us=int((time.perf_counter() - self._began) * 1_000_000),
            secret=Secret(account.query or _target(scope), self._values(), self.purpose),
        )

    def _values(self) -> dict[str, Any]:
        if self._account.query is not None:
            return {str(name): _plain(value) for name, value in self._account.values.items()}
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
    if not writer.ready:  # a chain is begun, which waits for Kafka
        await run_in_threadpool(writer.write, entry)
        return
    taken = asyncio.wrap_future(writer.submit(entry))
    try:
        await asyncio.wait_for(taken, PATIENCE_S + 1.0)
    except TimeoutError:
        raise AuditAwayError("the audit log does not take an entry in time") from None


def _names(scope: Scope, account: Account) -> tuple[str, ...]:
    """The parameters' names of a question that was answered: names that no route has could be anything."""
    path = scope.get("path_params", {})
    asked = [name for name, _ in parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)]
    return tuple(sorted({*path, *asked, *account.values}))


def _target(scope: Scope) -> str:
    query = scope["query_string"].decode("latin-1")
    return f"{scope['method']} {scope['path']}" + (f"?{query}" if query else "")


def _plain(value: object) -> object:
    """As JSON has it, or as text."""
    try:
        orjson.dumps(value)
    except TypeError:
        return str(value)
    return value
