"""Whether what was published has come all the way: to knowledge, to conclusions, and into the graph."""

from collections.abc import Mapping
from typing import Final

from confluent_kafka import IsolationLevel
from confluent_kafka.admin import AdminClient
from neo4j import Driver
from neo4j.exceptions import DriverError, Neo4jError

from api.cli.progress import StageBoard
from graph import offsets
from ingest import registry
from runtime import kafka, lag
from runtime.concluders import concluders
from runtime.consumer import Slot
from runtime.errors import TransientError
from runtime.servers import Endpoints
from runtime.settings import Settings
from runtime.topics import Topics

STEADY: Final = 2
"""How often in a row nothing must be left: a stage commits its outputs and its offsets together, but what the
next one has to do is seen one look later."""


class Flow:
    """Looks at the log again and again."""

    def __init__(self, settings: Settings, endpoints: Endpoints, driver: Driver) -> None:
        self._topics = Topics(settings.topic_prefix, settings.topic_replicas)
        self._admin: AdminClient = kafka.admin(endpoints.kafka_bootstrap)
        self._driver = driver
        self._database = endpoints.neo4j_database
        self._concluders = [self._topics.name(name) for name in concluders(settings)]
        self._raw = [self._topics.raw(feed.name) for feed in registry.FEEDS]
        self._quiet = 0

    def drained(self, stages: StageBoard) -> bool:
        """Updates the board; true once nothing is left anywhere, and that not by chance."""
        try:
            behind = sum(self._look(stages))
        except (TransientError, DriverError, Neo4jError):
            behind = 1  # a server is away, and comes back
        self._quiet = self._quiet + 1 if behind == 0 else 0
        return self._quiet >= STEADY

    def _look(self, stages: StageBoard) -> list[int]:
        topics = self._topics
        loaded = topics.loaded
        # What a transaction left open holds back is not done, though nobody can read it yet.
        written = lag.ends(self._admin, [*self._raw, *loaded], IsolationLevel.READ_UNCOMMITTED)
        conclude = [lag.committed(self._admin, group) for group in self._concluders]
        readers: list[tuple[str, list[Mapping[Slot, int]], list[str]]] = [
            ("ingest", [lag.committed(self._admin, topics.name("ingest"))], self._raw),
            ("analytics", [*conclude], [topics.knowledge]),
            ("graph", [offsets.stored(self._driver, self._database)], loaded),
        ]
        behind = []
        for stage, reads, names in readers:
            rows = [row for read in reads for row in lag.lags(written, read, names)]
            stages.update(stage, sum(row.read for row in rows), sum(row.end for row in rows))
            behind.append(sum(row.behind for row in rows))
        return behind
