"""What a home remembers of its servers: who they are, and the password."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import SecretStr

from runtime.private_file import write_private
from runtime.servers.errors import EndpointsError
from runtime.servers.identity import NONCE_PREFIX
from runtime.servers.kafka import new_cluster_id
from runtime.servers.neo4j import PASSWORD_FILE


@dataclass(frozen=True, slots=True)
class Identity:
    """The marks of a home's servers, made once and kept as long as their data."""

    kafka_cluster_id: str
    neo4j_nonce: str


def identity_of(home: Path) -> Identity:
    """Read the home's identity, or give it one.

    Raises:
        EndpointsError: The file is damaged.
    """
    file = home / "identity.json"
    try:
        return Identity(**json.loads(file.read_text()))
    except FileNotFoundError:
        made = Identity(new_cluster_id(), NONCE_PREFIX + secrets.token_hex(16))
        write_private(file, json.dumps(asdict(made), indent=2))
        return made
    except (ValueError, TypeError) as error:
        raise EndpointsError(
            f"{file} is damaged ({error}): put it back from a copy, or use another home."
        ) from error


def password_of(home: Path) -> SecretStr:
    """Read the password of the home's Neo4j, or make one up; only its owner can read the file."""
    file = home / PASSWORD_FILE
    if not file.exists():
        write_private(file, secrets.token_urlsafe(24))
    return SecretStr(file.read_text().strip())
