"""How a home does: which servers and workers run, and how far each stage is behind the log."""

import time
from collections.abc import Mapping
from datetime import datetime

from neo4j.exceptions import DriverError, Neo4jError
from pydantic import BaseModel

from api.cli.context import endpoints_in
from api.cli.groups import in_groups
from api.cli.workers import names
from api.outlook import Outlook, View
from api.supervised import State, read_state
from graph import offsets
from graph.errors import BeingRebuiltError
from ingest import registry
from runtime.concluders import concluders
from runtime.consumer import Slot
from runtime.errors import TransientError
from runtime.servers import Endpoints
from runtime.servers.identity import neo4j_driver
from runtime.settings import Settings
from runtime.topics import Topics

UP = "up"
AWAY = "away"
DOWN = "down"
KAFKA = "kafka"
NEO4J = "neo4j"
SERVERS = (KAFKA, NEO4J)


class StageHealth(BaseModel):
    """One stage, and one topic that it reads.

    `records` counts offsets of the log, its own marks between transactions included.
    """

    stage: str
    reads: str
    records: int
    read: int
    lag: int
    oldest_s: float | None = None
    """Seconds since the oldest record still to be read was written to the log, by the log's clock."""
    per_second: float | None = None
    """Offsets read a second while this was looked at."""
    dead_letters: int
    dead_per_minute: float = 0.0
    """Over the last five minutes."""


class Health(BaseModel):
    """All that `diurnal status` tells."""

    home: str
    api: str
    servers: dict[str, str]
    workers: dict[str, str]
    stages: list[StageHealth]
    watermarks: dict[str, datetime] = {}
    """Source → up to when it has told everything; of those that told something lately."""
    metrics: dict[str, str] = {}
    """Worker → where its metrics are."""
    restarts: dict[str, int] = {}
    """Worker → how often it was started again."""
    message: str = ""
    """Why the last start failed, where nothing runs since."""

    @property
    def healthy(self) -> bool:
        """True when every server and worker runs."""
        return all(part.startswith(UP) for part in [*self.servers.values(), *self.workers.values()])


class Lookout:
    """Looks at a home, once or again and again."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._outlook: tuple[Endpoints, Outlook] | None = None

    def gather(self, measure_s: float = 0.0) -> Health:
        """Asks everybody; whoever does not answer is said to be away.

        Args:
            measure_s: look twice, so many seconds apart, to tell speeds; the second of several calls can do
                without.
        """
        settings = self._settings
        told = read_state(settings.home)
        state = told if told is not None and told.alive() else None
        workers = _workers(state, settings)
        servers: dict[str, str] = dict.fromkeys(SERVERS, DOWN)
        view: View | None = None
        where = endpoints_in(settings)
        troubles = state.troubles if state else {}
        if where is not None:
            servers, view = self._ask(where, frozenset(troubles), measure_s)
        servers |= {name: said for name, said in troubles.items() if name in servers}
        workers |= {name: said for name, said in troubles.items() if name in workers}
        if where is not None and state is None and Endpoints.elsewhere(settings) is not None:
            workers = in_groups(settings, where)
        return Health(
            home=str(settings.home),
            api=state.api if state else "",
            servers=servers,
            workers=workers,
            stages=[] if view is None else _stages(settings, view),
            watermarks={} if view is None else dict(view.watermarks),
            metrics=state.metrics if state else {},
            restarts=state.restarts if state else {},
            message=told.message if told is not None and state is None else "",
        )

    def _ask(
        self, endpoints: Endpoints, skip: frozenset[str], measure_s: float
    ) -> tuple[dict[str, str], View | None]:
        """What the servers say; those known to be away are not waited for, and without both none is told."""
        servers = {KAFKA: f"{UP} ({endpoints.kafka_bootstrap})", NEO4J: f"{UP} ({endpoints.neo4j_uri})"}
        if not skip.isdisjoint(SERVERS):
            return servers, None
        outlook = self._outlook_on(endpoints)
        try:
            if measure_s:
                outlook.stand(_in_graph(endpoints, servers))
                time.sleep(measure_s)
            return servers, outlook.look(_in_graph(endpoints, servers))
        except TransientError as error:
            servers[KAFKA] = f"{AWAY}: {error}"
        return servers, None

    def _outlook_on(self, endpoints: Endpoints) -> Outlook:
        if self._outlook is None or self._outlook[0] != endpoints:
            self._outlook = (endpoints, outlook(self._settings, endpoints))
        return self._outlook[1]


def outlook(settings: Settings, endpoints: Endpoints) -> Outlook:
    """What looks at the log of this home, with the feeds that are registered."""
    topics = Topics(settings.topic_prefix, settings.topic_replicas)
    feeds = [feed.name for feed in registry.FEEDS]
    concluding = list(concluders(settings))
    return Outlook(endpoints.kafka_bootstrap, topics, feeds, fresh_s=0.0, concluders=concluding)


def stages(settings: Settings, endpoints: Endpoints, in_graph: Mapping[Slot, int]) -> list[StageHealth]:
    """Each stage's lag in each topic that it reads, with the dead letters of that topic.

    Args:
        settings: of this home.
        endpoints: where the servers are.
        in_graph: how far the graph has read of each partition.

    Raises:
        TransientError: Kafka is away.
    """
    return _stages(settings, outlook(settings, endpoints).look(in_graph))


def _stages(settings: Settings, view: View) -> list[StageHealth]:
    topics = Topics(settings.topic_prefix, settings.topic_replicas)
    return [
        StageHealth(
            stage=seen.standing.stage,
            reads=topics.plain(seen.standing.topic),
            records=seen.standing.end,
            read=seen.standing.read,
            lag=seen.standing.lag,
            oldest_s=seen.standing.oldest_s,
            per_second=seen.per_second,
            dead_letters=seen.dead.count,
            dead_per_minute=seen.dead.per_minute,
        )
        for seen in view.stages
    ]


def _workers(state: State | None, settings: Settings) -> dict[str, str]:
    pids = state.workers if state else {}
    restarts = state.restarts if state else {}
    told = {}
    for name in dict.fromkeys((*names(settings), *pids)):
        often = f", started again {restarts[name]} times" if restarts.get(name) else ""
        told[name] = f"{UP} (process {pids[name]}{often})" if name in pids else DOWN
    return told


def _in_graph(endpoints: Endpoints, servers: dict[str, str]) -> dict[Slot, int]:
    """How far the graph has read; where it does not say, why is noted beside the server."""
    try:
        with neo4j_driver(endpoints) as driver:
            return offsets.stored(driver, endpoints.neo4j_database)
    except BeingRebuiltError:
        servers[NEO4J] = f"{UP}, the graph is being rebuilt"
    except (DriverError, Neo4jError) as error:
        servers[NEO4J] = f"{AWAY}: {type(error).__name__}"
    return {}
