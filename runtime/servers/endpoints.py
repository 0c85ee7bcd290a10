"""Where the servers are and who they are: what every worker needs to reach them, and to know them again."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import SecretStr

from runtime.private_file import write_private
from runtime.servers.errors import EndpointsError, StartError
from runtime.settings import Settings

_FILE = "endpoints.json"


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The addresses of Kafka and Neo4j, with the marks by which each is known.

    Attributes:
        kafka_bootstrap: `host:port` of Kafka.
        kafka_cluster_id: The id of its cluster; nothing if any will do.
        neo4j_uri: `bolt://` or `neo4j://` address of Neo4j.
        neo4j_user: Whom to log in as.
        neo4j_password: That user's password.
        neo4j_identity: The nonce in its configuration, or the id of its database where there is none; nothing
            if any will do.
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

    @classmethod
    def elsewhere(cls, settings: Settings) -> Endpoints | None:
        """Where the servers are if the settings name both; None if one of them is the home's.

        Nobody is asked: servers that are away may come, and workers wait for them.

        Raises:
            StartError: The file with Neo4j's password cannot be read.
        """
        if not (settings.kafka_bootstrap and settings.neo4j_uri):
            return None
        return cls(
            kafka_bootstrap=settings.kafka_bootstrap,
            kafka_cluster_id=settings.kafka_cluster_id or "",
            neo4j_uri=settings.neo4j_uri,
            neo4j_user=settings.neo4j_user,
            neo4j_password=read_password(settings.neo4j_password_file),
            neo4j_identity=settings.neo4j_identity or "",
            neo4j_database=settings.neo4j_database,
        )

    @staticmethod
    def remove(home: Path) -> None:
        """Take the endpoints out of a home whose servers have stopped."""
        (home / _FILE).unlink(missing_ok=True)


def read_password(file: Path | None) -> SecretStr:
    """The password of a Neo4j elsewhere.

    Raises:
        StartError: No file is set, or it cannot be read.
    """
    if file is None:
        raise StartError(
            "Set DIURNAL_NEO4J_PASSWORD_FILE to a file with the password of the Neo4j elsewhere."
        )
    try:
        return SecretStr(file.expanduser().read_text().strip())
    except OSError as error:
        raise StartError(f"DIURNAL_NEO4J_PASSWORD_FILE cannot be read: {error}.") from error
