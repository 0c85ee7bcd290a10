"""`diurnal alive`: the question that a health check asks of one worker."""

import http.client
from typing import Annotated, Final

import typer

from api.cli import context
from api.cli.errors import NotRunningError
from api.cli.output import note
from api.cli.stages import Stage
from runtime import kafka
from runtime.concluders import concluders
from runtime.instance import instance_of, static_id
from runtime.members import members
from runtime.settings import Settings
from runtime.topics import Topics

PATIENCE_S: Final = 5.0
OK: Final = 200


def alive(
    stage: Annotated[Stage, typer.Argument(help="Which worker.")],
    instance: Annotated[str, typer.Option(help="Its number or name, as `diurnal run` was told.")] = "0",
    port: Annotated[int | None, typer.Option(help="Port of the API; else DIURNAL_API_PORT.")] = None,
    view: Annotated[
        str | None, typer.Option(help="View of the analytics; without it the workers of all views.")
    ] = None,
) -> None:
    """Say by the exit code whether a worker works: 0 if so, else 69.

    Kafka is asked whether it has the worker in its group and has heard from it within ten seconds; the API is
    asked itself.
    """
    settings = context.settings()
    if stage is Stage.API:
        _ask_api(settings.api_host, port or settings.api_port)
    else:
        for name in concluders(settings, view) if stage is Stage.ANALYTICS else (stage,):
            _ask_group(settings, name, instance)
    note("alive")


def _ask_group(settings: Settings, stage: str, instance: str) -> None:
    group = Topics(settings.topic_prefix).name(stage)
    wanted = static_id(group, instance_of(instance))
    found = members(kafka.admin(context.endpoints().kafka_bootstrap), group)
    if wanted not in found:
        raise NotRunningError(
            f"{wanted} is not in the group {group}, which has {', '.join(sorted(found)) or 'nobody'}"
        )


def _ask_api(host: str, port: int) -> None:
    """Asks over the address on which it listens; of a wildcard, over loopback."""
    asked = http.client.HTTPConnection("127.0.0.1" if host == "0.0.0.0" else host, port, timeout=PATIENCE_S)  # noqa: S104 - compared, not bound
    try:
        asked.request("GET", "/health")
        status = asked.getresponse().status
    except OSError as error:
        raise NotRunningError(f"no API answers on port {port}: {error}") from error
    finally:
        asked.close()
    if status != OK:
        raise NotRunningError(f"the API on port {port} answers {status}")


COMMANDS: Final = (alive,)
