"""`diurnal up`, `down` and `status`: the servers and workers of one home."""

import subprocess
import sys
import time
from typing import Annotated, Any

import psutil
import typer

from api.cli import context
from api.cli.errors import NotRunningError, StageFailedError
from api.cli.health import gather
from api.cli.output import AsJson, emit_json, emit_rows, emit_text, errors, note
from api.cli.prepare import choose_api_port, prepare
from api.cli.supervisor import State, Supervisor, read_state, serve
from api.cli.workers import last_lines
from runtime.settings import Settings

UP_LIMIT_S = 600.0
DOWN_LIMIT_S = 90.0


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command(rich_help_panel="Servers and workers")(up)
    app.command(rich_help_panel="Servers and workers")(down)
    app.command(rich_help_panel="Servers and workers")(status)


def up(
    foreground: Annotated[
        bool,
        typer.Option("--foreground", help="Stay in this terminal until Ctrl-C, as a service manager wants."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Start Kafka, Neo4j and every worker, and leave them running.

    The first call fetches the servers (some 210 MB, once). Whoever dies is started again. Stop it with
    `diurnal down`.
    """
    settings = context.settings()
    running = read_state(settings.home)
    if running is not None and running.alive():
        note(f"already up (process {running.pid})")
    elif foreground:
        serve(Supervisor(settings, settings.home, prepare(settings), choose_api_port(settings)))
        return
    else:
        _detach(settings)
        running = _await_ready(settings)
    _show(settings, as_json=as_json)


def down(as_json: AsJson = False) -> None:
    """Stop the workers and the servers of this home. The data stays."""
    settings = context.settings()
    state = read_state(settings.home)
    if state is None or not state.alive():
        raise NotRunningError(f"nothing runs in {settings.home}")
    process = psutil.Process(state.pid)
    process.terminate()
    with errors.status("stopping workers, then servers ..."):
        try:
            process.wait(DOWN_LIMIT_S)
        except psutil.TimeoutExpired as error:
            raise StageFailedError(f"process {state.pid} did not stop within {DOWN_LIMIT_S:.0f} s") from error
    if as_json:
        emit_json({"stopped": True})
    else:
        note("down")


def status(as_json: AsJson = False) -> None:
    """Show servers, workers, feeds, lag and dead letters.

    Exit code 0 when all runs, 69 when something is down.
    """
    settings = context.settings()
    healthy = _show(settings, as_json=as_json)
    if not healthy:
        raise typer.Exit(69)


def _detach(settings: Settings) -> None:
    logs = settings.home / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    with (logs / "supervisor.log").open("ab") as out:
        subprocess.Popen(
            [sys.executable, "-m", "api.cli.main", "--home", str(settings.home), "up", "--foreground"],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )


def _await_ready(settings: Settings) -> State:
    began = time.monotonic()
    with errors.status("starting ...") as line:
        while time.monotonic() - began < UP_LIMIT_S:
            state = read_state(settings.home)
            if state is not None and state.phase == "ready" and state.alive():
                return state
            if state is not None and state.phase == "failed":
                raise StageFailedError(state.message)
            line.update(f"starting {state.phase if state else 'the supervisor'} ...")
            time.sleep(0.3)
            if time.monotonic() - began > 10 and state is None:
                break
    tail = last_lines(settings.home / "logs" / "supervisor.log", 8)
    raise StageFailedError(
        f"it did not come up; the log {settings.home}/logs/supervisor.log ends with:\n{tail}"
    )


def _show(settings: Settings, *, as_json: bool) -> bool:
    health = gather(settings)
    if as_json:
        emit_json(health.model_dump())
        return health.healthy
    emit_text(f"home       {settings.home}\napi        {health.api or '-'}")
    for name, part in {**health.servers, **health.workers}.items():
        emit_text(f"{name:<10} {part}")
    rows: list[dict[str, Any]] = [stage.model_dump() for stage in health.stages]
    if rows:
        emit_rows(rows, ["stage", "reads", "records", "lag", "dead_letters"], as_json=False)
    return health.healthy
