"""How far each stage is behind the log: what the workers themselves may be too dead to tell."""

from __future__ import annotations

from confluent_kafka.admin import AdminClient
from pydantic import BaseModel, ConfigDict

from graph.reader.progress import PartitionLoaded
from runtime import kafka, lag
from runtime.topics import Topics

DEAD_LETTERS = ".dlq"


class StageLag(BaseModel):
    """A stage, and one topic that it reads."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    stage: str
    """ingest, analytics or graph."""
    topic: str
    """The topic that it reads."""
    end: int
    """Offsets written, over all partitions."""
    read: int
    """Offsets read."""
    behind: int
    """Offsets still to be read; the log's own marks count as well."""


def stages(bootstrap: str, topics: Topics, loaded: tuple[PartitionLoaded, ...]) -> tuple[StageLag, ...]:
    """Every stage's lag, that of the loader by the offsets that stand in the graph.

    Raises:
        TransientError: Kafka is away.
    """
    admin = kafka.admin(bootstrap)
    raw = _raw(admin, topics)
    concluded = [topics.knowledge, topics.derived]
    written = lag.ends(admin, [*raw, *concluded])
    in_graph = {(row.topic, row.partition): row.next for row in loaded}
    asked = (
        ("ingest", lag.committed(admin, topics.name("ingest")), raw),
        ("analytics", lag.committed(admin, topics.name("analytics")), [topics.knowledge]),
        ("graph", in_graph, concluded),
    )
    return tuple(
        StageLag(stage=stage, topic=row.topic, end=row.end, read=row.read, behind=row.behind)
        for stage, read, names in asked
        for row in lag.lags(written, read, names)
    )


def _raw(admin: AdminClient, topics: Topics) -> list[str]:
    found = admin.list_topics(timeout=15.0).topics
    start = topics.raw("")
    return sorted(name for name in found if name.startswith(start) and not name.endswith(DEAD_LETTERS))
