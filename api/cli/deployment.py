"""`diurnal secrets`: what docker-compose.yml needs before its first start, and what no image may hold."""

import os
import secrets as random
from pathlib import Path
from typing import Annotated, Final

import typer

from api.cli.output import note
from api.identity.local import KEY, KEY_SET, LocalIssuer
from runtime.private_file import write_private
from runtime.servers.identity import NONCE_PREFIX
from runtime.servers.kafka import new_cluster_id

FOLDER: Final = "secrets"
PASSWORD: Final = "neo4j-password"  # noqa: S105 - a file's name
AUTH: Final = "neo4j-auth"
ROOT: Final = 0
IMAGE_USER: Final = 10001
"""Who the image runs as where nobody says otherwise; root is never it."""


def secrets(
    folder: Annotated[
        Path, typer.Argument(help="Where docker-compose.yml is.", file_okay=False, exists=True)
    ] = Path(),
) -> None:
    """Make the secrets of an installation in containers, for their owner's eyes; what is there stays.

    Into the folder `secrets`: the password of Neo4j, as Diurnal and as Neo4j reads it, and the key by which
    `diurnal token` makes tokens for the API, with its public half, which alone the API reads. Into `.env`:
    who the servers are, so that no worker takes others for them, and whom the workers run as.
    """
    for path in make(folder):
        note(f"made {path}")


def make(folder: Path) -> list[Path]:
    """Make what is missing; returns what was made."""
    inside = folder / FOLDER
    password = _kept(inside / PASSWORD) or random.token_urlsafe(24)
    wanted = {
        inside / PASSWORD: password,
        inside / AUTH: f"neo4j/{password}",
        folder / ".env": _environment(),
    }
    made = [write_private(path, text) for path, text in wanted.items() if not path.exists()]
    fresh = [path for path in (inside / KEY, inside / KEY_SET) if not path.exists()]
    LocalIssuer(inside).ready()
    made += fresh
    if os.getuid() == ROOT:
        for path in (inside / PASSWORD, inside / KEY, inside / KEY_SET, inside):
            os.chown(path, IMAGE_USER, IMAGE_USER)
    return made


def _kept(path: Path) -> str:
    return path.read_text().strip() if path.exists() else ""


def _environment() -> str:
    user, group = (os.getuid(), os.getgid()) if os.getuid() != ROOT else (IMAGE_USER, IMAGE_USER)
    return (
        f"DIURNAL_KAFKA_CLUSTER_ID={new_cluster_id()}\n"
        f"DIURNAL_NEO4J_IDENTITY={NONCE_PREFIX}{random.token_hex(16)}\n"
        f"DIURNAL_UID={user}\n"
        f"DIURNAL_GID={group}\n"
    )


COMMANDS: Final = (secrets,)
