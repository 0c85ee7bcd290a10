"""A question asked of the API, as whoever has a token: the same routes as everybody else's."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

import httpx

from api.answers.form import Form
from api.answers.respond import COMPLETE, LONGEST_S
from api.cli import context
from api.cli.errors import NOT_FOUND, TEMPORARY, UNAVAILABLE, USAGE, CommandError, InputError, NotRunningError
from api.purpose import HEADER
from api.supervised import read_state

_TIMEOUT: Final = httpx.Timeout(LONGEST_S + 30.0, connect=10.0)
"""Longer than the API takes: its own word on a question that is too slow is better than none."""
_CODES: Final = {404: NOT_FOUND, 503: TEMPORARY}


class ApiRefusedError(CommandError):
    """The API does not answer the question; it says why."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Api:
    """The API as somebody asks it.

    Attributes:
        url: its address.
        token: shows who asks.
        purpose: what it is asked for.
    """

    url: str
    token: str
    purpose: str | None = None

    def ask(self, path: str, params: dict[str, str], body: dict[str, Any], form: Form, to: IO[bytes]) -> bool:
        """Writes the answer; tells whether it is complete.

        Raises:
            ApiRefusedError: there is none; its message is the API's own.
        """
        headers = {b"Authorization": b"Bearer " + self.token.encode()}
        if self.purpose:
            headers[HEADER.encode()] = self.purpose.encode()
        try:
            with (
                httpx.Client(base_url=self.url, headers=headers, timeout=_TIMEOUT) as client,
                client.stream("POST", path, params={**params, "format": form}, json=body) as answer,
            ):
                if answer.is_error:
                    answer.read()
                    raise ApiRefusedError(_reason(answer), _CODES.get(answer.status_code, USAGE))
                for chunk in answer.iter_bytes():
                    to.write(chunk)
                return bool(answer.headers.get(COMPLETE) != "false")
        except httpx.HTTPError as error:
            raise ApiRefusedError(
                f"{self.url} does not answer ({type(error).__name__}): see `diurnal status`", UNAVAILABLE
            ) from error


def api(token: Path, url: str | None) -> Api:
    """The API that a token is shown to.

    Args:
        token: a file with it.
        url: the API's address; None for the one that runs in this home.

    Raises:
        InputError: there is no such file, or it is no token; the address or the purpose cannot be used.
        NotRunningError: none runs in this home.
    """
    try:
        shown = token.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"--token {token}: {error}") from None
    if not shown or len(shown.split()) != 1:
        raise InputError(f"--token {token}: the file holds no token; `diurnal token` makes one")
    settings = context.settings()
    if url is None:
        told = read_state(settings.home)
        url = told.api if told is not None and told.alive() else None
    if not url:
        raise NotRunningError(f"no API runs in {settings.home}: name its address with --api")
    return Api(_checked(url), shown, _printable(settings.purpose))


def _checked(url: str) -> str:
    """An address of HTTP."""
    try:
        said = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise InputError(f"--api {url}: {error}") from None
    if said.scheme not in ("http", "https") or not said.host:
        raise InputError(f"--api {url}: it is no address such as http://127.0.0.1:8000")
    return url


def _printable(purpose: str | None) -> str | None:
    """A purpose that a header can hold."""
    if purpose is not None and not purpose.isprintable():
        raise InputError("--purpose: it takes printable text, in one line")
    return purpose


def _reason(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return f"the API answers {answer.status_code}, and not as Diurnal's does"
