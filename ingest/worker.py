"""The worker that turns what the feeds bring into knowledge."""

from collections.abc import Callable, Sequence
from threading import Event

from ingest.feed import Feed
from ingest.mapper import Mapper
from ingest.origin import STAGE
from runtime import kafka
from runtime.instance import Instance
from runtime.patience import persist
from runtime.servers import Endpoints
from runtime.settings import Settings
from runtime.stream import run_stage
from runtime.topics import Topics, partitions
from runtime.worker import Worked, worker_of


def run_ingest(
    settings: Settings,
    endpoints: Endpoints,
    feeds: Sequence[Feed],
    stop: Event,
    *,
    instance: Instance = 0,
    idle_s: float | None = None,
    on_batch: Callable[[Worked], None] | None = None,
) -> Mapper:
    """Turn raw records into knowledge until stopped, or, where so set, until there is nothing to do.

    Args:
        settings: the settings.
        endpoints: where Kafka is.
        feeds: the feeds whose raw topics are read.
        stop: ends the work once the batch at hand is done.
        instance: this worker's number or name among those of its kind.
        idle_s: end once all is read and nothing came for so many seconds.
        on_batch: told of each batch once it is committed.

    Returns:
        The mapper, whose `counts` tell what became of the lines.

    Raises:
        TerminalError: it cannot go on.
    """
    topics = Topics(settings.topic_prefix, settings.topic_replicas, settings.raw_partitions)
    admin = kafka.admin(endpoints.kafka_bootstrap)
    made: list[Mapper] = []

    def session(_: Event) -> bool:
        sources = [topics.raw(feed.name) for feed in feeds]
        topics.ensure(admin, [*sources, *map(topics.dead_letters, sources), topics.knowledge])
        made.append(Mapper(feeds, topics, partitions(admin, topics.knowledge), settings))
        return True

    persist(session, stop, settings.patience_seconds, STAGE)
    mapper = made[-1] if made else Mapper(feeds, topics, 0, settings)
    worker = worker_of(
        settings,
        endpoints.kafka_bootstrap,
        STAGE,
        [topics.raw(feed.name) for feed in feeds],
        instance=instance,
        idle_s=idle_s,
        on_batch=on_batch,
    )
    run_stage(worker, mapper, stop)
    return mapper
