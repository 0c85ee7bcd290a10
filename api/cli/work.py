"""`diurnal run`: one worker alone, in this terminal."""

from collections.abc import Callable
from enum import StrEnum
from threading import Event
from typing import Annotated, Final

import typer

from api.cli import context
from api.cli.prepare import choose_api_port
from api.cli.workers import die_with_parent
from runtime import process
from runtime.servers import Endpoints
from runtime.settings import Settings


class Stage(StrEnum):
    """The workers there are."""

    INGEST = "ingest"
    GRAPH = "graph"
    ANALYTICS = "analytics"
    API = "api"


def run(
    stage: Annotated[Stage, typer.Argument(help="Which worker.")],
    instance: Annotated[
        int, typer.Option(min=0, help="Number of this worker among those of its stage; each needs its own.")
    ] = 0,
    port: Annotated[
        int | None, typer.Option(help="Port of the API; else DIURNAL_API_PORT, else a free one.")
    ] = None,
) -> None:
    """Run one worker in this terminal, against the servers of this home or those that the settings name.

    SIGTERM and Ctrl-C finish the batch and end it. Exit codes: 0 ended as asked, 75 something was away too
    long, 78 wrong settings, 70 a fault.
    """
    die_with_parent()
    settings, endpoints = context.settings(), context.endpoints()
    if stage is Stage.API:
        from api.server import serve

        serve(settings, endpoints, port or choose_api_port(settings))
        return
    if port is not None:
        raise typer.BadParameter("--port is for `diurnal run api`")
    work = _worker(stage)

    def until(stop: Event) -> None:
        work(settings, endpoints, stop, instance)

    raise typer.Exit(process.run(stage, until))


def _worker(stage: Stage) -> Callable[[Settings, Endpoints, Event, int], object]:
    """Imports only the stage that is asked for: each has heavy libraries of its own."""
    if stage is Stage.INGEST:
        from ingest import registry
        from ingest.worker import run_ingest

        return lambda settings, endpoints, stop, number: run_ingest(
            settings, endpoints, registry.FEEDS, stop, instance=number
        )
    if stage is Stage.GRAPH:
        from graph.worker import run_graph

        return run_graph
    from analytics.worker import run_analytics

    return run_analytics


COMMANDS: Final = (run,)
