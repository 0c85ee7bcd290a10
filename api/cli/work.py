"""`diurnal run`: one worker alone, in this terminal."""

from collections.abc import Callable
from threading import Event
from typing import Annotated, Final

import typer

from api.cli import context
from api.cli.prepare import choose_api_port
from api.cli.stages import Stage
from api.cli.workers import die_with_parent
from runtime import process
from runtime.concluders import concluders
from runtime.errors import SettingsError, TransientError
from runtime.instance import Instance, instance_of
from runtime.patience import persist
from runtime.servers import Endpoints, IdentityError
from runtime.servers.identity import prove_kafka
from runtime.settings import Settings
from runtime.watch import begin

ASKING_S: Final = 5.0


def run(
    stage: Annotated[Stage, typer.Argument(help="Which worker.")],
    instance: Annotated[
        str,
        typer.Option(
            help="Number or name of this worker among those of its stage; each needs its own, and `host`"
            " gives it the machine's."
        ),
    ] = "0",
    port: Annotated[
        int | None, typer.Option(help="Port of the API; else DIURNAL_API_PORT, else a free one.")
    ] = None,
    metrics_port: Annotated[
        int | None,
        typer.Option(help="Port of this worker's metrics; else DIURNAL_METRICS_PORT, and without it none."),
    ] = None,
    view: Annotated[
        str | None, typer.Option(help="View of the analytics; without it all views, in this process.")
    ] = None,
) -> None:
    """Run one worker in this terminal, against the servers of this home or those that the settings name.

    SIGTERM and Ctrl-C finish the batch and end it. Exit codes: 0 ended as asked, 75 something was away too
    long, 78 wrong settings, 70 a fault.
    """
    die_with_parent()
    settings, endpoints = context.settings(), context.endpoints()
    if view is not None and stage is not Stage.ANALYTICS:
        raise typer.BadParameter("--view is for `diurnal run analytics`")
    name = stage if view is None else next(iter(concluders(settings, view)))
    begin(settings, name, instance_of(instance), metrics_port)
    if stage is Stage.API:
        from api.server import serve

        serve(settings, endpoints, port or choose_api_port(settings))
        return
    if port is not None:
        raise typer.BadParameter("--port is for `diurnal run api`")
    work, number = _worker(stage, view), instance_of(instance)

    def until(stop: Event) -> None:
        persist(lambda _: _met(endpoints), stop, settings.patience_seconds, name)
        work(settings, endpoints, stop, number)

    raise typer.Exit(process.run(name, until))


def _met(endpoints: Endpoints) -> bool:
    """Whether the log is the one that was meant; asked before the first write.

    Raises:
        TransientError: nobody answers there.
        SettingsError: another Kafka does.
    """
    try:
        prove_kafka(endpoints, ASKING_S)
    except ConnectionError as error:
        raise TransientError(str(error)) from error
    except IdentityError as error:
        raise SettingsError(str(error)) from error
    return True


def _worker(stage: Stage, view: str | None) -> Callable[[Settings, Endpoints, Event, Instance], object]:
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

    return lambda settings, endpoints, stop, number: run_analytics(
        settings, endpoints, stop, number, view=view
    )


COMMANDS: Final = (run,)
