"""What every command needs: the settings of this call, and the way to the servers of its home."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from api.cli.errors import NotRunningError

if TYPE_CHECKING:
    from neo4j import Driver

    from graph.reader.reader import Reader
    from graph.sight import Sight
    from runtime.servers import Endpoints
    from runtime.settings import Settings

_overrides: dict[str, object] = {}


def override(**values: object) -> None:
    """What the options before the command set for this call, above the environment."""
    _overrides.update({name: value for name, value in values.items() if value is not None})


def settings() -> Settings:
    """The settings of this call."""
    from runtime.settings import Settings

    return Settings(**_overrides)  # type: ignore[arg-type]


def endpoints() -> Endpoints:
    """Where the servers are: elsewhere, if the settings name both, else those of this home.

    Raises:
        NotRunningError: nothing runs here; what a supervisor left that was killed does not count.
    """
    chosen = settings()
    found = endpoints_in(chosen)
    if found is None:
        raise NotRunningError(
            f"nothing runs in {chosen.home}: start it with `diurnal up`, or name another home with --home, or"
            " servers elsewhere with DIURNAL_KAFKA_BOOTSTRAP and DIURNAL_NEO4J_URI"
        )
    return found


def endpoints_in(chosen: Settings) -> Endpoints | None:
    """Where the servers are that the settings name, or those of the home; None where nobody runs any."""
    from runtime.servers import Endpoints
    from runtime.servers.errors import EndpointsError
    from runtime.servers.locks import in_use

    elsewhere = Endpoints.elsewhere(chosen)
    if elsewhere is not None:
        return elsewhere
    if not in_use(chosen.home):
        return None
    try:
        return Endpoints.read(chosen.home)
    except EndpointsError:
        return None


@contextmanager
def driver() -> Iterator[tuple[Driver, str]]:
    """An open Neo4j driver and the database's name."""
    from runtime.servers.identity import neo4j_driver

    # What the driver says while it tries again is for nobody: its last word comes as an error.
    logging.getLogger("neo4j").addHandler(logging.NullHandler())
    where = endpoints()
    with neo4j_driver(where) as opened:
        yield opened, where.neo4j_database


@contextmanager
def reader() -> Iterator[Reader]:
    """The graph's reader as its operator, who sees everything, in the configured view."""
    from graph.reader.reader import Reader

    with driver() as (opened, database):
        yield Reader(opened, database, sight(settings(), endpoints()))


def sight(chosen: Settings, where: Endpoints) -> Sight:
    """The operator's sight: what was observed and the configured view concluded, less what is withdrawn.

    Raises:
        TransientError: Kafka is away, and it alone knows what there is.
    """
    from api.withdrawals import concluded_from
    from graph.allowed import everything
    from ontology.views import View, view_of
    from runtime.began import began_without
    from runtime.distributions import distributions, hidden
    from runtime.interner import interned
    from runtime.topics import Topics

    topics, bootstrap = Topics(chosen.topic_prefix, chosen.topic_replicas), where.kafka_bootstrap
    name, pairs = chosen.own_view(), interned(bootstrap, topics)
    withdrawn = hidden(distributions(bootstrap, topics))
    if not withdrawn:
        return everything(pairs, name)
    seen = {number: pair for number, pair in pairs.items() if pair.distribution not in withdrawn}
    view = chosen.all_views().get(name, View(name))
    shut = concluded_from(
        [view], chosen.hierarchies, pairs.values(), withdrawn, began_without(bootstrap, topics)
    )
    if shut:
        seen = {number: pair for number, pair in seen.items() if view_of(pair.distribution) is None}
    return everything(seen, name)
