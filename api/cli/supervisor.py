"""One home's servers and workers, as one thing that starts, is watched, and stops."""

import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Final
from urllib.parse import urlsplit

import orjson
import psutil
import structlog

from api.cli.errors import StageFailedError
from api.cli.revival import Revival
from api.cli.swap import Swap
from api.cli.workers import Workers, names
from api.supervised import STATE_FILE, TARGETS_FILE, State
from runtime import telemetry
from runtime.servers import HomeInUseError, Stack
from runtime.servers.locks import in_use
from runtime.servers.ports import free_ports
from runtime.settings import Settings

CHECK_S: Final = 0.5
READY: Final = "ready"
FAILED: Final = "failed"

log = structlog.get_logger(__name__)


class Supervisor:
    """Servers first, then topics and schema, then the workers; whoever dies is started again."""

    def __init__(
        self, settings: Settings, home: Path, prepare: Callable[[Stack], None], api_port: int
    ) -> None:
        """Keeps what `start` needs.

        Args:
            settings: the settings.
            home: the folder of data, logs and secrets.
            prepare: makes topics and schema once the servers answer.
            api_port: the loopback port of the API.
        """
        self.stack = Stack(home, settings)
        ports = metrics_ports(settings)
        self.workers = Workers(home, names(settings), api_port=api_port, metrics_ports=ports)
        self._revival = Revival(self.stack)
        self._swap = Swap(self.stack, self.workers)
        self.api_port = api_port
        self._home = home
        self._prepare = prepare
        self._api = f"http://127.0.0.1:{api_port}"
        self._state = State(
            pid=os.getpid(),
            created=psutil.Process().create_time(),
            phase="servers",
            api=self._api,
            metrics={name: f"http://127.0.0.1:{port}/metrics" for name, port in ports.items()},
        )

    def start(self) -> None:
        """Brings all up; on an error whatever was started is stopped again.

        Raises:
            HomeInUseError: another supervisor has this home; what it tells of itself is left alone.
            ServersError: a server did not start.
        """
        self._home.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not in_use(self._home):
            self._tell("servers")
            self._list_targets()
        try:
            self.stack.start()
            self._prepare(self.stack)
            self._tell("workers")
            self.workers.start()
            self._tell(READY)
        except HomeInUseError:
            raise
        except BaseException as error:
            self._tell(FAILED, str(error))
            self.stop()
            raise

    def check(self) -> None:
        """Starts again whichever server or worker died; does not wait for it, and never gives up."""
        self._revival.check()
        self._swap.check()
        self.workers.check()
        if (self.workers.pids(), self._troubles()) != (self._state.workers, self._state.troubles):
            self._tell(self._state.phase)

    def require_workers(self) -> None:
        """For those who wait for the workers to do something.

        Raises:
            StageFailedError: a worker's settings are wrong, so that it will never be done.
        """
        for name in self.workers.hopeless():
            raise StageFailedError(f"the worker {name!r} cannot run: {self.workers.troubles()[name]}")

    def stop(self) -> None:
        """Workers first, so that they finish their batches, then the servers."""
        self.workers.stop()
        self._revival.stop()
        self._swap.stop()
        self.stack.stop()
        if self._state.phase != FAILED:
            (self._home / STATE_FILE).unlink(missing_ok=True)
        (self._home / TARGETS_FILE).unlink(missing_ok=True)

    def _list_targets(self) -> None:
        """Where Prometheus finds the metrics, in the form of its `file_sd_configs`."""
        targets = [
            {"targets": [urlsplit(url).netloc], "labels": {"worker": name}}
            for name, url in self._state.metrics.items()
        ]
        (self._home / TARGETS_FILE).write_bytes(orjson.dumps(targets, option=orjson.OPT_INDENT_2))

    def _troubles(self) -> dict[str, str]:
        return {**self._revival.troubles(), **self.workers.troubles()}

    def _tell(self, phase: str, message: str = "") -> None:
        self._state = self._state.model_copy(
            update={
                "phase": phase,
                "message": message,
                "workers": self.workers.pids(),
                "troubles": self._troubles(),
                "restarts": self.workers.restarts(),
            }
        )
        part = self._home / (STATE_FILE + ".part")
        part.write_bytes(orjson.dumps(self._state.model_dump()))
        part.replace(self._home / STATE_FILE)


def metrics_ports(settings: Settings) -> dict[str, int]:
    """A port for each worker's metrics: those that follow the one that is set, or free ones."""
    first, workers = settings.metrics_port, names(settings)
    ports = range(first, first + len(workers)) if first else free_ports(len(workers))
    return dict(zip(workers, ports, strict=True))


def ending() -> threading.Event:
    """What SIGTERM and SIGINT set from now on.

    Python's own answer to SIGINT is an exception at whatever line is being run; within a finaliser or a
    callback of a library it is dropped there, and nobody ends.
    """
    ended = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        ended.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    return ended


def watch(supervisor: Supervisor, ended: threading.Event) -> None:
    """Starts again whoever dies, until the end."""
    while not ended.wait(CHECK_S):
        supervisor.check()


def serve(supervisor: Supervisor) -> None:
    """Starts, watches until SIGTERM or SIGINT, stops."""
    telemetry.identify("supervisor", 0)
    ended = ending()
    supervisor.start()
    try:
        watch(supervisor, ended)
    finally:
        supervisor.stop()
