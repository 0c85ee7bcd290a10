"""Where the servers are and who they are: what every worker needs to reach them, and to know them again."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import SecretStr

from runtime.servers.errors import EndpointsError

_FILE = "endpoints.json"


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The addresses of Kafka and Neo4j, with the marks by which each is known.

    Attributes:
        kafka_bootstrap: `host:port` of Kafka.
        kafka_cluster_id: The id of its cluster.
        neo4j_uri: `bolt://` or `neo4j://` address of Neo4j.
        neo4j_user: Whom to log in as.
        neo4j_password: That user's password.
        neo4j_identity: The nonce in its configuration, or the id of its database where there is none.
        neo4j_database: Name of the database with the graph.
    """

    kafka_bootstrap: str
    kafka_cluster_id: str
    neo4j_uri: str
    neo4j_user: str
    neo4j_password: SecretStr
    neo4j_identity: str
    neo4j_database: str = "neo4j"

    def write(self, home: Path) -> Path:
        """Leave the endpoints in a home for worker processes, readable by its owner only."""
        fields = asdict(self) | {"neo4j_password": self.neo4j_password.get_secret_value()}
        return write_private(home / _FILE, json.dumps(fields, indent=2))

    @classmethod
    def read(cls, home: Path) -> Endpoints:
        """Read the endpoints that a `Stack` left in a home.

        Raises:
            EndpointsError: There are none, or they are not to be read.
        """
        try:
            fields = json.loads((home / _FILE).read_text())
            return cls(**fields | {"neo4j_password": SecretStr(fields["neo4j_password"])})
        except FileNotFoundError:
            raise EndpointsError(f"No servers run in {home}: start them with `diurnal up`.") from None
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise EndpointsError(
                f"{home / _FILE} cannot be read ({error}): stop the servers and start them again."
            ) from error

    @staticmethod
    def remove(home: Path) -> None:
        """Take the endpoints out of a home whose servers have stopped."""
        (home / _FILE).unlink(missing_ok=True)


def write_private(path: Path, text: str) -> Path:
    """Write a file that only its owner can read, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    file = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(file, "w") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(file)
    scratch.replace(path)
    return path
