"""Every setting of Diurnal: from the environment, with the prefix `DIURNAL_`."""

from __future__ import annotations

from pathlib import Path

import platformdirs
from jgo.constants import MAVEN_CENTRAL_URL
from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What can be set, each from the variable `DIURNAL_<NAME>`."""

    model_config = SettingsConfigDict(env_prefix="DIURNAL_", frozen=True)

    # Servers from packages
    home: Path = Field(
        default=Path(platformdirs.user_data_dir("diurnal")),
        description="Folder with the servers' data, logs and secrets.",
    )
    cache: Path = Field(
        default=Path(platformdirs.user_cache_dir("diurnal")),
        description="Folder with what was fetched or compiled; it can be deleted at any time.",
    )
    maven_repository: str = Field(
        default=MAVEN_CENTRAL_URL,
        description="URL of the Maven repository with the servers' jars (a mirror, for example).",
    )
    kafka_port: int = Field(
        default=0, ge=0, le=65535, description="Loopback port of our Kafka; 0 takes a free one."
    )
    neo4j_port: int = Field(
        default=0, ge=0, le=65535, description="Loopback port of our Neo4j (Bolt); 0 takes a free one."
    )
    kafka_heap: str = Field(default="512m", description="Java heap of our Kafka.")
    neo4j_heap: str = Field(default="1g", description="Java heap of our Neo4j.")
    neo4j_page_cache: str = Field(default="512m", description="Page cache of our Neo4j, beside its heap.")
    start_timeout: float = Field(
        default=120.0, gt=0, description="Seconds within which a server must come up, else it is an error."
    )

    # Servers elsewhere
    kafka_bootstrap: str | None = Field(
        default=None, description="host:port of a Kafka elsewhere; none of ours is started then."
    )
    kafka_cluster_id: str | None = Field(
        default=None, description="Cluster id that the Kafka elsewhere must have; unset accepts any."
    )
    neo4j_uri: str | None = Field(
        default=None, description="bolt:// or neo4j:// address of a Neo4j elsewhere; none of ours is started."
    )
    neo4j_user: str = Field(default="neo4j", description="User of the Neo4j elsewhere.")
    neo4j_password_file: Path | None = Field(
        default=None, description="File with the password of the Neo4j elsewhere (its owner's alone)."
    )
    neo4j_database: str = Field(default="neo4j", description="Database of the graph.")

    # People and programs
    api_port: int = Field(default=0, ge=0, le=65535, description="Loopback port of the API; 0 takes a free one.")
    tokens_file: Path | None = Field(
        default=None, description="File with the API's tokens, a name and a SHA-256 a line; `tokens` in the home."
    )

    @model_validator(mode="after")
    def _password_for_elsewhere(self) -> Settings:
        if self.neo4j_uri and not self.neo4j_password_file:
            raise ValueError("DIURNAL_NEO4J_URI is set: set DIURNAL_NEO4J_PASSWORD_FILE, too")
        return self
