"""`diurnal token`: a token for the API, from the issuer of this home."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Final

import typer

from api.cli import context
from api.cli.errors import InputError
from api.cli.output import emit_text, note
from runtime.settings import Settings

LONGEST_S: Final = 90 * 86_400.0
_UNITS: Final = {"m": 60.0, "h": 3600.0, "d": 86_400.0}
_DURATION: Final = re.compile(r"([1-9]\d{0,4})([mhd])")
_NAME: Final = re.compile(r"\S(?:.{0,254}\S)?")


def token(
    user: Annotated[str | None, typer.Option(help="Who will use it.")] = None,
    attribute: Annotated[
        list[str] | None,
        typer.Option(help="NAME=VALUE that they hold, such as clearance=secret; again for each."),
    ] = None,
    for_: Annotated[str, typer.Option("--for", help="For how long, such as 30m, 8h or 7d.")] = "8h",
    new_key: Annotated[
        bool, typer.Option("--new-key", help="Make a new key first, which voids every token made before.")
    ] = False,
) -> None:
    """Make a token for the API, and print it.

    It is signed with the key of this home (issuer.pem in its secrets), made at the first call; the API of the
    same home trusts it unless DIURNAL_LOCAL_ISSUER is off. Whoever can read the key can make any token. Where
    Kafka runs it is written to the audit log, before it is printed, for whom you made it.
    """
    from api.identity.local import LocalIssuer
    from api.identity.trusted import issuer_folder

    settings = context.settings()
    if user is None and not new_key:
        raise InputError("say whose token it is: --user NAME")
    with _written_down(settings, {"user": user, "attribute": attribute, "for": for_, "new_key": new_key}):
        if new_key:
            LocalIssuer(issuer_folder(settings)).renew()
            note("made a new key: the tokens made before are void")
        made = None if user is None else issue(settings, user, held(attribute or ()), seconds(for_))
    if made is not None:
        emit_text(made)
        if not settings.local_issuer:
            note("nobody trusts it here: DIURNAL_LOCAL_ISSUER is off")


@contextmanager
def _written_down(settings: Settings, values: dict[str, Any]) -> Iterator[None]:
    """The API is not there where nothing runs, and the first token may be made before it."""
    endpoints = context.endpoints_in(settings)
    if endpoints is None:
        yield
        return
    from api.cli.asked import asked

    with asked("token", values, where=(settings, endpoints)):
        yield


def issue(settings: Settings, user: str, attributes: dict[str, list[str]], lasts_s: float) -> str:
    """A token for somebody.

    Args:
        settings: they name the home.
        user: their name.
        attributes: what they hold.
        lasts_s: for how many seconds.

    Raises:
        InputError: the name is empty, too long, or not one line.
        IssuerError: the key is damaged, or others may read it.
    """
    from api.identity.local import LocalIssuer
    from api.identity.trusted import issuer_folder

    if not _NAME.fullmatch(user) or not user.isprintable():
        raise InputError(f"{user!r} is no name for a token: 1 to 256 characters on one line")
    return LocalIssuer(issuer_folder(settings)).token(user, attributes, lasts_s)


def held(given: Iterable[str]) -> dict[str, list[str]]:
    """Attributes with their values, from NAME=VALUE each.

    Raises:
        InputError: one of them is not written so.
    """
    found: dict[str, list[str]] = {}
    for text in given:
        name, sign, value = text.partition("=")
        if not name or not sign or not value:
            raise InputError(
                f"--attribute {text}: write NAME=VALUE, such as clearance=secret or analyst=true"
            )
        found.setdefault(name, []).append(value)
    return found


def seconds(text: str) -> float:
    """A duration such as 30m, 8h or 7d, in seconds.

    Raises:
        InputError: it is none, or longer than 90 days.
    """
    match = _DURATION.fullmatch(text)
    found = int(match[1]) * _UNITS[match[2]] if match else 0.0
    if not 0.0 < found <= LONGEST_S:
        raise InputError(f"--for {text}: write 30m, 8h or 7d; at most 90d")
    return found


COMMANDS: Final = (token,)
