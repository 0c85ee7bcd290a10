"""Who may ask: bearer tokens, of which only hashes are kept, in a file that its owner alone can read."""

from __future__ import annotations

import hmac
import stat
import threading
from hashlib import sha256
from pathlib import Path
from typing import Final

import structlog
from starlette.types import ASGIApp, Receive, Scope, Send

from api import problems

OPEN_PATHS: Final = frozenset({"/health"})
"""What answers without a token; everything else does not, whether it exists or not."""
WHO: Final = "diurnal.who"
"""Where the name that belongs to the token stands in a request's state."""

_log = structlog.get_logger(__name__)
_Mark = tuple[int, int, int]


class Tokens:
    """The tokens of a file, read again when it changes.

    A line holds a name and the SHA-256 of its token in hex; empty lines and those with `#` are passed over.
    A file that is missing, unreadable, or open to others than its owner lets nobody in.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._mark: _Mark | None = None
        self._digests: tuple[tuple[str, bytes], ...] = ()
        self._lock = threading.Lock()

    def who(self, token: str) -> str | None:
        """The name that belongs to a token, or None; takes as long for a wrong one as for a right one."""
        digest = sha256(token.encode()).digest()
        found = None
        for name, kept in self._current():
            if hmac.compare_digest(digest, kept):
                found = name
        return found

    def _current(self) -> tuple[tuple[str, bytes], ...]:
        with self._lock:
            mark = self._look()
            if mark is None or mark != self._mark:
                self._digests = () if mark is None else self._read()
                self._mark = mark
            return self._digests

    def _look(self) -> _Mark | None:
        try:
            found = self._file.stat()
        except OSError:
            return None
        if found.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            _log.error("tokens file refused", file=str(self._file), remedy="chmod 600")
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino

    def _read(self) -> tuple[tuple[str, bytes], ...]:
        try:
            lines = self._file.read_text().splitlines()
        except (OSError, UnicodeDecodeError) as error:
            _log.error("tokens file unreadable", file=str(self._file), error=str(error))
            return ()
        parsed = [_parse(number, line) for number, line in enumerate(lines, 1)]
        return tuple(entry for entry in parsed if entry is not None)


def _parse(number: int, line: str) -> tuple[str, bytes] | None:
    words = line.split()
    if not words or words[0].startswith("#"):
        return None
    try:
        name, text = words
        digest = bytes.fromhex(text)
    except ValueError:
        digest = b""
    if len(digest) != sha256().digest_size:
        _log.error("tokens file: line passed over", line=number, remedy="write `name sha256-in-hex`")
        return None
    return name, digest


class BearerAuth:
    """Lets a request through when it shows a token, or goes to an open path."""

    def __init__(self, app: ASGIApp, tokens: Tokens) -> None:
        self._app = app
        self._tokens = tokens

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, or answers 401; sockets of any other kind are closed."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        shown = _shown(scope)
        who = self._tokens.who(shown) if shown else None
        if who is None and scope["path"] not in OPEN_PATHS:
            await _refuse(scope, receive, send, shown=shown is not None)
            return
        scope.setdefault("state", {})[WHO] = who
        await self._app(scope, receive, send)


async def _refuse(scope: Scope, receive: Receive, send: Send, *, shown: bool) -> None:
    challenge = 'Bearer realm="diurnal"' + (', error="invalid_token"' if shown else "")
    detail = "Show a token: `Authorization: Bearer …`; `diurnal token NAME` makes one."
    headers = {"WWW-Authenticate": challenge}
    response = problems.respond(scope["path"], 401, "no-token", detail, headers=headers)
    await response(scope, receive, send)


def _shown(scope: Scope) -> str | None:
    given = [value for name, value in scope["headers"] if name == b"authorization"]
    if len(given) != 1:
        return None
    scheme, _, token = given[0].decode("latin-1").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None
