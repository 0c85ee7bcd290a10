"""The worker processes of one home: started, watched, started again when they die."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

import structlog

from api.cli.errors import CONFIGURATION, StageFailedError

WORKERS: Final = ("ingest", "graph", "analytics", "api")
BACK_OFF_LIMIT_S: Final = 30.0
STEADY_S: Final = 60.0
"""A worker that lived this long starts its back-off anew."""
STOP_S: Final = 20.0

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Worker:
    """One worker: its process now, and how often it died lately."""

    name: str
    arguments: tuple[str, ...]
    process: subprocess.Popen[bytes] | None = None
    began: float = 0.0
    deaths: int = 0
    restart_at: float = 0.0
    log: IO[bytes] | None = field(default=None, repr=False)

    def back_off(self) -> float:
        """Seconds to wait before the next start: at once after the first death, then 1, 2, 4 and so on."""
        return min(BACK_OFF_LIMIT_S, 2.0 ** (self.deaths - 2)) if self.deaths > 1 else 0.0


class Workers:
    """Starts `diurnal run NAME` for each name, with logs in `home/logs`, and keeps them alive."""

    def __init__(self, home: Path, names: Sequence[str] = WORKERS, api_port: int = 0) -> None:
        self._home = home
        extra = {"api": ("--port", str(api_port))}
        self._workers = [Worker(name, extra.get(name, ())) for name in names]

    def start(self) -> None:
        """Starts all of them; each dies with this process."""
        for worker in self._workers:
            self._spawn(worker)

    def check(self) -> None:
        """Starts again whoever died.

        Raises:
            StageFailedError: a worker says that its settings are wrong, so trying again is no use.
        """
        now = time.monotonic()
        for worker in self._workers:
            if worker.process is not None and worker.process.poll() is not None:
                self._note_death(worker, worker.process.returncode, now)
            if worker.process is None and now >= worker.restart_at:
                self._spawn(worker)

    def pids(self) -> dict[str, int]:
        """Name → process id of those alive."""
        return {w.name: w.process.pid for w in self._workers if w.process and w.process.poll() is None}

    def stop(self) -> None:
        """Asks each to finish its batch, and ends those that do not within 20 s."""
        alive = [w.process for w in self._workers if w.process is not None and w.process.poll() is None]
        for process in alive:
            process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + STOP_S
        for process in alive:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for worker in self._workers:
            if worker.log is not None:
                worker.log.close()

    def _spawn(self, worker: Worker) -> None:
        logs = self._home / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        if worker.log is None:
            worker.log = (logs / f"{worker.name}.log").open("ab")
        command = [sys.executable, "-m", "api.cli.main", "--home", str(self._home), "run", worker.name]
        environment = os.environ | {"DIURNAL_PARENT": str(os.getpid())}
        worker.process = subprocess.Popen(
            [*command, *worker.arguments],
            stdin=subprocess.DEVNULL,
            stdout=worker.log,
            stderr=worker.log,
            env=environment,
        )
        worker.began = time.monotonic()

    def _note_death(self, worker: Worker, code: int, now: float) -> None:
        worker.process = None
        if code == CONFIGURATION:
            tail = last_lines(self._home / "logs" / f"{worker.name}.log", 5)
            raise StageFailedError(f"the worker {worker.name!r} cannot run:\n{tail}")
        worker.deaths = 1 if now - worker.began > STEADY_S else worker.deaths + 1
        worker.restart_at = now + worker.back_off()
        log.warning("worker died, starting it again", worker=worker.name, code=code, deaths=worker.deaths)


def last_lines(path: Path, count: int) -> str:
    """The last lines of a log, or a word that there is none."""
    if not path.exists():
        return f"(no log at {path})"
    return "\n".join(path.read_text(errors="replace").splitlines()[-count:])


def die_with_parent() -> None:
    """Ends this process, by SIGTERM to itself, once the supervisor that started it is gone.

    A poll works on every system and needs no system call of one; half a second late is soon enough.
    """
    parent = int(os.environ.get("DIURNAL_PARENT", "0"))
    if not parent:
        return

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()
