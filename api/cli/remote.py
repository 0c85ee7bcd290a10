"""A question asked of the API, as whoever has a token: the same routes as everybody else's."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

import httpx

from api.answers.form import Form
from api.answers.respond import COMPLETE
from api.cli import context
from api.cli.errors import NOT_FOUND, TEMPORARY, UNAVAILABLE, USAGE, CommandError, InputError, NotRunningError
from api.purpose import HEADER
from api.supervised import read_state
from graph.ask import ANALYSTS

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
        headers = {"Authorization": f"Bearer {self.token}"}
        if self.purpose:
            headers[HEADER] = self.purpose
        try:
            with (
                httpx.Client(base_url=self.url, headers=headers, timeout=ANALYSTS.seconds + 30) as client,
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
        InputError: there is no such file, or it is no token.
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
    return Api(url, shown, settings.purpose)


def _reason(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return f"the API answers {answer.status_code}, and not as Diurnal's does"
