"""What is done once the servers answer and before any worker starts: topics, schema, a port for the API."""

import socket
from collections.abc import Callable

from confluent_kafka.admin import AdminClient

from api.cli.errors import CommandError
from graph import schema
from ingest import registry
from runtime.servers import Endpoints, Stack
from runtime.servers.identity import neo4j_driver
from runtime.settings import Settings
from runtime.topics import Topics


def prepare(settings: Settings) -> Callable[[Stack], None]:
    """A function that makes topics and schema; both are safe to make again."""

    def run(stack: Stack) -> None:
        make_topics(settings, stack.endpoints)
        make_schema(stack.endpoints)

    return run


def make_topics(settings: Settings, endpoints: Endpoints) -> None:
    """Every topic of the feeds that are registered."""
    topics = Topics(settings.topic_prefix, settings.topic_replicas, settings.raw_partitions)
    admin = AdminClient({"bootstrap.servers": endpoints.kafka_bootstrap})
    topics.ensure(admin, topics.all(feed.name for feed in registry.FEEDS))


def make_schema(endpoints: Endpoints) -> None:
    """Constraints and indexes of the graph, online when this returns."""
    with neo4j_driver(endpoints) as driver:
        schema.ensure(driver, endpoints.neo4j_database)


def choose_api_port(settings: Settings) -> int:
    """The port set for the API, or a free one where none is set.

    Raises:
        CommandError: the port that is set is taken.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.api_host, settings.api_port))
        except OSError as error:
            raise CommandError(
                f"port {settings.api_port} for the API is taken: end what uses it, or set DIURNAL_API_PORT to"
                f" another (0 takes a free one)"
            ) from error
        return int(probe.getsockname()[1])
