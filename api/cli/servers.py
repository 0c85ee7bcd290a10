"""`diurnal up`, `down` and `status`: the servers and workers of one home."""

import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

import orjson
import psutil
import typer

from api.cli import context
from api.cli.errors import UNAVAILABLE, AlreadyRunningError, NotRunningError, NotUpError
from api.cli.health import Health, Lookout
from api.cli.output import AsJson, emit_json, emit_rows, emit_text, errors, note
from api.cli.prepare import choose_api_port, prepare
from api.cli.supervisor import READY, Supervisor, serve
from api.cli.workers import open_log
from api.supervised import State, read_state
from runtime.settings import Settings

DOWN_LIMIT_S: Final = 90.0
POLL_S: Final = 0.2
MEASURE_S: Final = 1.0
"""`status` looks twice, so long apart, to tell how fast the stages read."""
COLUMNS: Final = (
    "stage",
    "reads",
    "records",
    "lag",
    "oldest_s",
    "per_second",
    "dead_letters",
    "dead_per_minute",
)


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
        if foreground:
            raise AlreadyRunningError(f"process {running.pid} runs the servers of {settings.home} already")
        note(f"already {'up' if running.phase == READY else 'starting'} (process {running.pid})")
        _await_ready(settings, psutil.Process(running.pid), _end(_log(settings)))
    elif foreground:
        serve(Supervisor(settings, settings.home, prepare(settings), choose_api_port(settings)))
        return
    else:
        choose_api_port(settings)  # so that a port that is taken is told at once
        log_from = _end(_log(settings))
        _await_ready(settings, psutil.Process(_detach(settings).pid), log_from)
    if not _show(settings, as_json=as_json):
        raise typer.Exit(UNAVAILABLE)


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
            raise NotUpError(f"process {state.pid} did not stop within {DOWN_LIMIT_S:.0f} s") from error
    if as_json:
        emit_json({"stopped": True})
    else:
        note("down")


def status(
    watch: Annotated[bool, typer.Option("--watch", help="Look again and again, until Ctrl-C.")] = False,
    every: Annotated[float, typer.Option(min=0.5, help="Seconds between two looks.")] = 2.0,
    as_json: AsJson = False,
) -> None:
    """Show servers, workers, feeds, lag, speed and dead letters.

    Of each stage: how much it has still to read, for how long the oldest of that has waited, and how much it
    reads a second, measured for a second. Dead letters are those of the topic, a minute over the last five.

    Exit code 0 when all runs, 69 when something is down. With --watch and --json each look is one line.
    """
    lookout = Lookout(context.settings())
    if watch:
        _watch(lookout, every, as_json=as_json)
        return
    health = lookout.gather(MEASURE_S)
    _tell(health, as_json=as_json)
    if not health.healthy:
        raise typer.Exit(UNAVAILABLE)


def _watch(lookout: Lookout, every_s: float, *, as_json: bool) -> None:
    """Until Ctrl-C; a terminal is cleared before each look."""
    with suppress(KeyboardInterrupt):
        while True:
            health = lookout.gather()
            if as_json:
                emit_text(orjson.dumps(_document(health), default=str).decode())
            else:
                if sys.stdout.isatty():
                    emit_text("\x1b[H\x1b[2J\x1b[3J")
                _tell(health, as_json=False)
            time.sleep(every_s)


def _detach(settings: Settings) -> subprocess.Popen[bytes]:
    with open_log(_log(settings)) as out:
        return subprocess.Popen(
            [sys.executable, "-m", "api.cli.main", "--home", str(settings.home), "up", "--foreground"],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )


def _end(log: Path) -> int:
    return log.stat().st_size if log.exists() else 0


def _log(settings: Settings) -> Path:
    return settings.home / "logs" / "supervisor.log"


def _await_ready(settings: Settings, supervisor: psutil.Process, log_from: int) -> None:
    """Waits until a supervisor says that all is ready.

    Raises:
        NotUpError: it ended before, with the reason that it gave or what it wrote to its log.
    """
    with errors.status("starting ...") as line:
        while _runs(supervisor):
            state = _told_by(supervisor, settings)
            if state is not None and state.phase == READY and _answers(state.api):
                return
            line.update(f"starting {_awaited(state)} ...")
            time.sleep(POLL_S)
    state = read_state(settings.home)
    if state is not None and state.pid != supervisor.pid and state.alive():
        _await_ready(settings, psutil.Process(state.pid), log_from)  # another `up` was first
        return
    if state is not None and state.pid == supervisor.pid and state.message:
        raise NotUpError(state.message)
    said = _log(settings).read_bytes()[log_from:].decode(errors="replace").strip()
    raise NotUpError(f"it did not come up; {_log(settings)} says:\n{said}")


def _runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _told_by(supervisor: psutil.Process, settings: Settings) -> State | None:
    state = read_state(settings.home)
    return state if state is not None and state.pid == supervisor.pid else None


def _awaited(state: State | None) -> str:
    if state is None:
        return "the supervisor"
    return "the API" if state.phase == READY else state.phase


def _answers(api: str) -> bool:
    """Whether somebody listens there; the rest of the API's health is told by `diurnal status`."""
    address = urlsplit(api)
    try:
        with socket.create_connection((str(address.hostname), address.port or 0), timeout=1):
            return True
    except OSError:
        return False


def _show(settings: Settings, *, as_json: bool) -> bool:
    health = Lookout(settings).gather()
    _tell(health, as_json=as_json)
    return health.healthy


def _document(health: Health) -> dict[str, Any]:
    return health.model_dump(mode="json") | {"healthy": health.healthy}


def _tell(health: Health, *, as_json: bool) -> None:
    if as_json:
        emit_json(_document(health))
        return
    emit_text(f"home       {health.home}\napi        {health.api or '-'}")
    for name, part in {**health.servers, **health.workers}.items():
        emit_text(f"{name:<10} {part}")
    if health.stages:
        emit_text("")
        emit_rows([stage.model_dump() for stage in health.stages], COLUMNS, as_json=False)
    if health.watermarks:
        emit_text("")
        rows = [{"source": name, "told_until": at} for name, at in sorted(health.watermarks.items())]
        emit_rows(rows, ["source", "told_until"], as_json=False)
    if health.metrics:
        emit_text("\nmetrics    " + "  ".join(f"{name} {url}" for name, url in health.metrics.items()))
    if health.message:
        note(f"the last start failed: {health.message}")


COMMANDS: Final = (
    up,
    down,
    status,
)
