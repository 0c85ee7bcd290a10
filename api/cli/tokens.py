"""`diurnal token`: who may ask the API."""

import hashlib
import secrets
from pathlib import Path
from typing import Annotated, Final

import typer

from api.cli import context
from api.cli.errors import InputError
from api.cli.output import emit_text, note
from runtime.servers.endpoints import write_private
from runtime.settings import Settings


def token(
    name: Annotated[str, typer.Argument(help="Who will use it; a second call replaces the first.")],
) -> None:
    """Make a bearer token for the API, and print it this once.

    Only its hash is kept, in the tokens file (DIURNAL_TOKENS_FILE, else `tokens` in the home).
    """
    emit_text(issue(context.settings(), name))
    note(f"kept as a hash in {tokens_file(context.settings())}; remove its line to withdraw it")


def tokens_file(settings: Settings) -> Path:
    """Where the hashes of tokens are."""
    return settings.tokens_file or settings.home / "tokens"


def issue(settings: Settings, name: str) -> str:
    """A new token for a name; what was there under the name before is void.

    Raises:
        InputError: the name has spaces or is empty.
    """
    if not name or len(name.split()) != 1 or name.startswith("#"):
        raise InputError(f"{name!r} is no name for a token: use one word")
    path = tokens_file(settings)
    kept = path.read_text().splitlines() if path.exists() else []
    fresh = secrets.token_urlsafe(32)
    digest = hashlib.sha256(fresh.encode()).hexdigest()
    lines = [line for line in kept if line.split()[:1] != [name]] + [f"{name} {digest}"]
    write_private(path, "\n".join(lines) + "\n")
    return fresh


COMMANDS: Final = (token,)
