"""Every setting of Diurnal: from the environment, with the prefix `DIURNAL_`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

import platformdirs
from pydantic import AwareDatetime, Field, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from ontology.labels import canonical
from ontology.views import MOST_VIEWS, View
from runtime.view_settings import ViewName, ViewSettings

LOCAL_ISSUER: Final = "diurnal-local"
"""Who makes tokens by `diurnal token`."""


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
    maven_repository: str | None = Field(
        default=None,
        description="URL of a Maven repository with the servers' jars, such as a mirror; else Maven Central.",
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
    quick_start: bool = Field(
        default=True,
        description="Train the servers' JVMs once (some 30 s), so that later starts take half the time.",
    )
    jvm_compiler: Literal["quick", "thorough"] = Field(
        default="quick",
        description="How far our servers' JVMs compile: quick costs little and is soon at its speed; thorough"
        " takes minutes of a core to become faster, for servers that run for days.",
    )
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
    neo4j_beside_uri: str | None = Field(
        default=None,
        description="Address of a second, empty Neo4j elsewhere, which `diurnal rebuild --beside` fills.",
    )
    neo4j_user: str = Field(default="neo4j", description="User of the Neo4j elsewhere.")
    neo4j_password_file: Path | None = Field(
        default=None, description="File with the password of the Neo4j elsewhere (its owner's alone)."
    )
    neo4j_identity: str | None = Field(
        default=None,
        description="Who the Neo4j elsewhere must be: the text of its setting browser.post_connect_cmd if it"
        " begins with diurnal-, else the id of its database; unset accepts any.",
    )
    neo4j_database: str = Field(default="neo4j", description="Database of the graph.")

    # People and programs
    api_port: int = Field(
        default=0, ge=0, le=65535, description="Loopback port of the API; 0 takes a free one."
    )
    api_host: str = Field(
        default="127.0.0.1",
        description="Address on which the API listens. It speaks plain HTTP: leave it on loopback, but in a"
        " container, whose port is published on loopback only.",
    )
    queries: Path | None = Field(
        default=None,
        description="Folder with saved queries beside those that come with Diurnal, a YAML file each"
        " (docs/queries.md).",
    )
    jwks_file: Path | None = Field(
        default=None,
        description="File with the public keys of an identity provider, a JSON Web Key Set; it is read again"
        " when it changes.",
    )
    jwks_url: str | None = Field(
        default=None,
        pattern=r"^(https://|http://(127\.0\.0\.1|localhost|\[::1\])[:/])",
        description="URL of such a set instead: https, or http on this machine.",
    )
    token_issuer: str | None = Field(
        default=None, min_length=1, description="What a token of that provider must have as `iss`."
    )
    token_audience: str | None = Field(
        default=None, min_length=1, description="What a token of that provider must have in its `aud`."
    )
    name_claim: str = Field(
        default="sub", min_length=1, description="Claim of such a token that names its bearer."
    )
    attribute_claims: dict[str, str | tuple[str, ...]] = Field(
        default={},
        description="Attributes, and the claims of such a token that give their values, as JSON:"
        ' {"clearance": "clearance", "role": "realm_access.roles", "unit": ["https://example.org/unit"]};'
        " dots go into a claim, a list names each step. What is not named here is not held.",
    )
    clock_skew_seconds: float = Field(
        default=30.0,
        ge=0,
        le=300,
        description="Seconds by which an issuer's clock may differ.",
    )
    local_issuer: bool = Field(
        default=True,
        description="Whether tokens that `diurnal token` made are trusted. Off where an identity provider is"
        " to be the only way in.",
    )
    local_issuer_folder: Path | None = Field(
        default=None,
        description="Folder with the key of `diurnal token` (issuer.pem) and the set with its public half"
        " (issuer.jwks), which alone the API reads; `secrets` in the home.",
    )

    # Who may see what
    operator_attribute: str = Field(
        default="operator",
        min_length=1,
        description="Who is told by the API how its workers do, which counts what others may not see: an"
        " attribute, or any label expression.",
    )
    hierarchies: dict[str, tuple[str, ...]] = Field(
        default={},
        description='Values of attributes from low to high, as JSON: {"clearance": ["open", "secret"]}.'
        " Whoever holds a higher one passes where a lower one is asked for.",
    )
    views: dict[ViewName, ViewSettings] = Field(
        default={},
        max_length=MOST_VIEWS,
        description="Clearance profiles for each of which the analytics conclude, with the label of their"
        ' conclusions, as JSON: {"allied": {"attributes": {"clearance": ["secret"]}, "floor":'
        ' "clearance=secret"}}; without any there is one, DIURNAL_VIEW, which sees whatever comes.',
    )

    # Who asked what
    audit_key_file: Path | None = Field(
        default=None,
        description="File with the master key of the audit log, 32 random bytes in base64, its owner's alone;"
        " else `audit/master.key` in the home, which is made when it is first needed.",
    )
    audit_attribute: str = Field(
        default="audit",
        min_length=1,
        description="Who may read the audit log: an attribute, or any label expression.",
    )
    purpose_required: bool = Field(
        default=False,
        description="Whether every question must say what it is asked for: in the API by the header"
        " Diurnal-Purpose, on the command line by --purpose.",
    )
    purpose: str | None = Field(
        default=None,
        max_length=200,
        description="What the commands of this shell are asked for, such as a case number.",
    )

    # The log, and the workers on it
    topic_prefix: str = Field(
        default="",
        pattern=r"^[A-Za-z0-9._-]{0,100}$",
        description="Stands before the names of topics and groups: several installations share a Kafka.",
    )
    topic_replicas: int = Field(default=1, ge=1, description="Copies that Kafka keeps of each topic.")
    raw_partitions: int = Field(
        default=1,
        ge=1,
        le=1000,
        description="Partitions of a feed's raw topic when it is made: so many `ingest` workers can share it,"
        " each receiver in one of them. A topic that is there keeps what it has (docs/deployment.md).",
    )
    graph_workers: int = Field(
        default=2,
        ge=1,
        le=64,
        description="Loaders that `up` starts. They share the partitions: while one waits for Neo4j, another"
        " has its next batch ready.",
    )
    batch_records: int = Field(
        default=10_000, ge=1, description="Most records in a batch of a worker, which is one transaction."
    )
    batch_bytes: int = Field(
        default=8 * 1024 * 1024, ge=1, description="Most bytes in a batch of a worker, about."
    )
    batch_seconds: float = Field(
        default=0.2, gt=0, le=10, description="Seconds that a worker waits for a batch to fill."
    )
    patience_seconds: float = Field(
        default=900.0,
        ge=0,
        description="Seconds that a worker waits for a server that is away, before it ends (exit code 75).",
    )
    log_level: str = Field(
        default="INFO",
        pattern="^(DEBUG|INFO|WARNING|ERROR|CRITICAL)$",
        description="The least severe level of log that is shown.",
    )

    # Watching it work
    metrics_port: int = Field(
        default=0,
        ge=0,
        le=65535,
        description="Port of a worker's metrics for Prometheus. `up` gives its workers this one and those"
        " that follow; at 0 `up` takes free ones, and a worker that is run alone has none.",
    )
    metrics_host: str = Field(
        default="127.0.0.1",
        description="Address on which metrics are served; in a container 0.0.0.0. They name topics, feeds and"
        " sources, nobody who was seen.",
    )
    otlp_endpoint: str | None = Field(
        default=None,
        pattern="^https?://",
        description="Base URL of a collector that takes traces by OTLP over HTTP, such as"
        " http://127.0.0.1:4318; else OTEL_EXPORTER_OTLP_ENDPOINT; without either nothing is traced.",
    )
    trace_ratio: float = Field(
        default=1.0,
        ge=0,
        le=1,
        description="So many of the traces that begin here are recorded; one begun by a partner is, if he"
        " recorded it.",
    )

    # What comes in
    feed_labels: dict[str, str] = Field(
        default={},
        description='Security label of what a feed brings without one, as JSON: {"ais": "*"}; else it is "!",'
        " which nobody may see.",
    )
    earliest: AwareDatetime = Field(
        default=datetime(2000, 1, 1, tzinfo=UTC),
        description="What is said to have happened before this is refused, as a clock that was not set.",
    )
    future_seconds: float = Field(
        default=600.0,
        ge=0,
        description="What is said to happen more seconds than this after it came in is refused.",
    )
    lateness_seconds: float = Field(
        default=3600.0,
        ge=0,
        description="So many seconds after the latest time seen of a source, nothing earlier is waited for.",
    )

    # What is concluded
    view: str = Field(
        default="all",
        pattern=r"^[a-z0-9-]{1,32}$",
        description="Name of the view for which the analytics conclude.",
    )
    view_label: str | None = Field(
        default=None,
        description="Floor label of the view: what its conclusions carry; unset, the one that its data have.",
    )

    def all_views(self) -> dict[str, View]:
        """The views by name, in the order of the settings."""
        if not self.views:
            return {self.view: View(self.view, None, self.view_label and canonical(self.view_label))}
        return {name: View(name, said.attributes, said.floor) for name, said in self.views.items()}

    def own_view(self) -> str:
        """The view that the command line reads: DIURNAL_VIEW where there is such a one, else the first."""
        return self.view if self.view in self.all_views() else next(iter(self.views))

    @field_validator("audit_attribute", "operator_attribute")
    @classmethod
    def _an_expression(cls, text: str) -> str:
        return canonical(text)

    @model_validator(mode="after")
    def _password_for_elsewhere(self) -> Settings:
        if self.neo4j_uri and not self.neo4j_password_file:
            raise ValueError("DIURNAL_NEO4J_URI is set: set DIURNAL_NEO4J_PASSWORD_FILE, too")
        return self

    @model_validator(mode="after")
    def _provider_whole(self) -> Settings:
        if self.jwks_file and self.jwks_url:
            raise ValueError("DIURNAL_JWKS_FILE and DIURNAL_JWKS_URL are both set: choose one")
        if (self.jwks_file or self.jwks_url) and not (self.token_issuer and self.token_audience):
            raise ValueError("keys need DIURNAL_TOKEN_ISSUER and DIURNAL_TOKEN_AUDIENCE, too")
        if self.token_issuer == LOCAL_ISSUER:
            raise ValueError(f"DIURNAL_TOKEN_ISSUER cannot be {LOCAL_ISSUER}: that is `diurnal token`")
        return self
