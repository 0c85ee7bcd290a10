"""What every command needs: the settings of this call, and the way to the servers of its home."""

from collections.abc import Iterator
from contextlib import contextmanager

from neo4j import Driver

from api.cli.errors import NotRunningError
from graph.reader.reader import Reader
from runtime.servers import Endpoints
from runtime.servers.identity import neo4j_driver
from runtime.settings import Settings

_overrides: dict[str, object] = {}


def override(**values: object) -> None:
    """What the options before the command set for this call, above the environment."""
    _overrides.update({name: value for name, value in values.items() if value is not None})


def settings() -> Settings:
    """The settings of this call."""
    return Settings(**_overrides)  # type: ignore[arg-type]


def endpoints() -> Endpoints:
    """Where the servers of this home are.

    Raises:
        NotRunningError: nothing runs here.
    """
    chosen = settings()
    if not (chosen.home / "endpoints.json").exists():
        raise NotRunningError(
            f"nothing runs in {chosen.home}: start it with `diurnal up`, or name another home with --home"
        )
    return Endpoints.read(chosen.home)


@contextmanager
def driver() -> Iterator[tuple[Driver, str]]:
    """An open Neo4j driver and the database's name."""
    where = endpoints()
    with neo4j_driver(where) as opened:
        yield opened, where.neo4j_database


@contextmanager
def reader() -> Iterator[Reader]:
    """The graph's reader, in the configured view."""
    with driver() as (opened, database):
        yield Reader(opened, database)
