"""An answer on its way out: held until it is written down, or let through between two entries."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Final

import orjson
import structlog
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from api import problems
from api.account import Count
from runtime.audit.entry import Event
from runtime.audit.errors import EntryTooLongError
from runtime.errors import WorkerError

HELD_BYTES: Final = 1024 * 1024
"""An answer that is longer leaves between two entries."""
HELD_S: Final = 2.0
"""So does one that takes longer after its first byte."""
AWAY: Final = "What is asked here is written down first, and the audit log does not take it. Try again soon."

Write = Callable[[Event, int, Count], Awaitable[None]]
"""Writes an entry: what happened, bytes of the answer, and what counts its rows."""
_LISTS: Final = ("items", "rows", "features")
_log = structlog.get_logger(__name__)


class UnwrittenError(Exception):
    """Nothing more is taken of this answer, for it cannot be written down."""


class Answer:
    """Stands between the routes and whoever asked.

    The newest part of an answer that is leaving stays until there is another: the last message of a stream is
    empty, and bytes must wait for the last entry, too.

    Attributes:
        over: whether the last byte has left, or nothing more will.
        unwritten: whether nothing more will, because it could not be written down.
        size: bytes of the answer so far.
    """

    def __init__(self, write: Write, scope: Scope, receive: Receive, send: Send) -> None:
        self.over = self.unwritten = False
        self.size = 0
        self._write, self._scope, self._receive, self._send = write, scope, receive, send
        self._held: list[Message] = []
        self._status = 0
        self._type = ""
        self._began = 0.0
        self._leaving = False

    async def send(self, message: Message) -> None:
        """Takes the next part of the answer.

        Raises:
            UnwrittenError: the log does not take the entry, and nothing more leaves.
        """
        if self.over:
            raise UnwrittenError
        if message["type"] == "http.response.start":
            self._status, self._began = message["status"], time.monotonic()
            self._type = Headers(raw=message["headers"]).get("content-type", "")
            self._held.append(message)
        elif message["type"] == "http.response.body":
            self.size += len(message.get("body", b""))
            await self._body(message, last=not message.get("more_body", False))
        else:  # what is not known cannot be held
            raise UnwrittenError(message["type"])

    async def _body(self, message: Message, *, last: bool) -> None:
        if last or message.get("body"):
            self._held.append(message)
        if last:
            await self._note(self._event(), _uncounted if self._leaving else self._rows)
        elif not self._leaving:
            if self.size <= HELD_BYTES and time.monotonic() - self._began <= HELD_S:
                return
            await self._note(Event.BEGUN, _uncounted)
            self._leaving = True
        stays = [] if last or not self.size else [self._held.pop()]
        for each in self._held:
            await self._send(each)
        self._held, self.over = stays, last

    async def _note(self, event: Event, count: Count) -> None:
        try:
            await self._write(event, self.size, count)
        except (WorkerError, OSError) as error:
            self.over = self.unwritten = True
            _log.error("audit: no answer is given", path=self._scope["path"], error=str(error))
            if not self._leaving:
                await self._refusal(error)(self._scope, self._receive, self._send)
            raise UnwrittenError from error

    def _refusal(self, error: Exception) -> Response:
        path = self._scope["path"]
        if isinstance(error, EntryTooLongError):
            return problems.respond(path, 413, "too-long", str(error))
        return problems.respond(path, 503, "audit-away", AWAY, headers=problems.RETRY_AFTER)

    def _event(self) -> Event:
        if self._status < 400:
            return Event.ANSWERED
        return Event.REFUSED if self._status < 500 else Event.FAILED

    def _rows(self) -> int | None:
        """How many things an answer in JSON has; None for what is no list of things."""
        if self._status >= 400:
            return 0
        if not self._type.startswith(("application/json", "application/geo+json")):
            return None
        try:
            said = orjson.loads(b"".join(each.get("body", b"") for each in self._held))
        except orjson.JSONDecodeError:
            return None
        for name in _LISTS:
            if isinstance(said, dict) and isinstance(said.get(name), list):
                return len(said[name])
        return len(said) if isinstance(said, list) else 1


def _uncounted() -> None:
    """Not all of the answer is here."""
