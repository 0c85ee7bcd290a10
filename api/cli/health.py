"""How a home does: which servers and workers run, and how far each stage is behind the log."""

from neo4j.exceptions import DriverError, Neo4jError
from pydantic import BaseModel

from api.cli.context import endpoints_in
from api.cli.groups import in_groups
from api.cli.workers import WORKERS
from api.supervised import read_state
from graph import offsets
from graph.errors import BeingRebuiltError
from ingest import registry
from runtime import kafka, lag
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
    dead_letters: int


class Health(BaseModel):
    """All that `diurnal status` tells."""

    home: str
    api: str
    servers: dict[str, str]
    workers: dict[str, str]
    stages: list[StageHealth]
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


def gather(settings: Settings) -> Health:
    """Asks everybody; whoever does not answer is said to be away."""
    state = read_state(settings.home)
    running = state is not None and state.alive()
    pids = state.workers if state is not None and running else {}
    workers = {name: f"{UP} (process {pids[name]})" if name in pids else DOWN for name in WORKERS}
    servers: dict[str, str] = dict.fromkeys(SERVERS, DOWN)
    found: list[StageHealth] = []
    where = endpoints_in(settings)
    troubles = state.troubles if state is not None and running else {}
    if where is not None:
        servers, found = _ask(settings, where, skip=frozenset(troubles))
    servers |= {name: said for name, said in troubles.items() if name in servers}
    workers |= {name: said for name, said in troubles.items() if name in workers}
    if where is not None and not running and Endpoints.elsewhere(settings) is not None:
        workers = in_groups(settings, where)
    api = state.api if state is not None and running else ""
    message = state.message if state is not None and not running else ""
    return Health(
        home=str(settings.home),
        api=api,
        servers=servers,
        workers=workers,
        stages=found,
        metrics=state.metrics if state is not None and running else {},
        restarts=state.restarts if state is not None and running else {},
        message=message,
    )


def stages(settings: Settings, endpoints: Endpoints, in_graph: dict[Slot, int]) -> list[StageHealth]:
    """Each stage's lag in each topic that it reads, with the dead letters of that topic.

    Args:
        settings: of this home.
        endpoints: where the servers are.
        in_graph: how far the graph has read of each partition.

    Raises:
        TransientError: Kafka is away.
    """
    topics = Topics(settings.topic_prefix, settings.topic_replicas)
    raw = [topics.raw(feed.name) for feed in registry.FEEDS]
    admin = kafka.admin(endpoints.kafka_bootstrap)
    written = lag.ends(admin, topics.all(feed.name for feed in registry.FEEDS))
    reading = [
        ("ingest", lag.committed(admin, topics.name("ingest")), raw),
        ("analytics", lag.committed(admin, topics.name("analytics")), [topics.knowledge]),
        ("graph", in_graph, [topics.knowledge, topics.derived]),
    ]
    return [
        StageHealth(
            stage=stage,
            reads=topics.plain(found.topic),
            records=found.end,
            read=found.read,
            lag=found.behind,
            dead_letters=lag.count(endpoints.kafka_bootstrap, topics.dead_letters(found.topic), written),
        )
        for stage, read, names in reading
        for found in lag.lags(written, read, names)
    ]


def _ask(
    settings: Settings, endpoints: Endpoints, skip: frozenset[str]
) -> tuple[dict[str, str], list[StageHealth]]:
    """What the servers say; those known to be away are not waited for, and without both no stage is told."""
    servers = {KAFKA: f"{UP} ({endpoints.kafka_bootstrap})", NEO4J: f"{UP} ({endpoints.neo4j_uri})"}
    if not skip.isdisjoint(SERVERS):
        return servers, []
    in_graph: dict[Slot, int] = {}
    found: list[StageHealth] = []
    try:
        with neo4j_driver(endpoints) as driver:
            in_graph = offsets.stored(driver, endpoints.neo4j_database)
    except BeingRebuiltError:
        servers[NEO4J] = f"{UP}, the graph is being rebuilt"
    except (DriverError, Neo4jError) as error:
        servers[NEO4J] = f"{AWAY}: {type(error).__name__}"
    try:
        found = stages(settings, endpoints, in_graph)
    except TransientError as error:
        servers[KAFKA] = f"{AWAY}: {error}"
    return servers, found
