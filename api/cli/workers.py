"""The worker processes of one home: started, watched, started again when they die."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

import structlog

from api.cli.backoff import STEADY_S, wait_s
from api.cli.errors import CONFIGURATION, TEMPORARY
from runtime.concluders import ANALYTICS, concluders
from runtime.settings import Settings

STAGES: Final = ("ingest", "graph", "analytics", "api")
STOP_S: Final = 20.0
CRASH_LOOP: Final = 2
"""So many deaths in a row are told even while the next process runs."""
SHOWN_LOG: Final = 200
"""Characters of a log's last line that are told."""

log = structlog.get_logger(__name__)


def names(settings: Settings) -> tuple[str, ...]:
    """The workers of a home: its stages, further loaders as `graph-1`, and `analytics-VIEW` for each view."""
    several: dict[str, Sequence[str]] = {
        "graph": [numbered("graph", number) for number in range(settings.graph_workers)],
        ANALYTICS: tuple(concluders(settings)),
    }
    return tuple(name for stage in STAGES for name in several.get(stage, [stage]))


def numbered(stage: str, number: int) -> str:
    """The name of a worker: its stage, and its number where it is not the first of its kind."""
    return f"{stage}-{number}" if number else stage


@dataclass(slots=True)
class Worker:
    """One worker: its process now, how often it died lately, and why it is not started again if so."""

    name: str
    arguments: tuple[str, ...]
    process: subprocess.Popen[bytes] | None = None
    began: float = 0.0
    deaths: int = 0
    restarts: int = 0
    restart_at: float = 0.0
    hopeless: bool = False
    renewed: bool = False
    log: IO[bytes] | None = field(default=None, repr=False)

    @property
    def stage(self) -> str:
        """What it does, whichever of its kind it is."""
        return self.name.partition("-")[0]

    @property
    def which(self) -> tuple[str, ...]:
        """Which of its kind it is, as `diurnal run` is told."""
        last = self.name.partition("-")[2]
        if self.stage == ANALYTICS:
            return ("--view", last) if last else ()
        return () if self.stage == "api" else ("--instance", last or "0")

    def trouble(self, now: float) -> str:
        """What is the matter with it, or nothing: one death is none, several before it was steady are."""
        if self.hopeless:
            return "ended: its settings are wrong"
        if not self.deaths:
            return ""
        if self.process is not None and (self.deaths < CRASH_LOOP or now - self.began > STEADY_S):
            return ""
        return f"restarting, {self.deaths} {'death' if self.deaths == 1 else 'deaths'}"


class Workers:
    """Starts `diurnal run NAME` for each name, with logs in `home/logs`, and keeps them alive."""

    def __init__(
        self,
        home: Path,
        names: Sequence[str] = STAGES,
        api_port: int = 0,
        metrics_ports: Mapping[str, int] | None = None,
    ) -> None:
        """Keeps what `start` needs.

        Args:
            home: the folder of data, logs and secrets.
            names: which workers.
            api_port: the port of the API.
            metrics_ports: the port of each worker's metrics; those without one have none.
        """
        self._home = home
        extra = {"api": ("--port", str(api_port))}
        metrics = {name: ("--metrics-port", str(port)) for name, port in (metrics_ports or {}).items()}
        self._workers = [Worker(name, (*extra.get(name, ()), *metrics.get(name, ()))) for name in names]

    def start(self) -> None:
        """Starts all of them; each dies with this process."""
        for worker in self._workers:
            self._spawn(worker)

    def check(self) -> None:
        """Starts again whoever died, but for those that say that their settings are wrong."""
        now = time.monotonic()
        for worker in self._workers:
            if worker.process is not None and worker.process.poll() is not None:
                self._note_death(worker, worker.process.returncode, now)
            if worker.process is None and not worker.hopeless and now >= worker.restart_at:
                self._spawn(worker)
                worker.restarts += 1

    def renew(self, stage: str) -> None:
        """Asks workers to end, to be started again at once: they read anew where the servers are."""
        for worker in self._workers:
            if worker.stage == stage and worker.process is not None:
                worker.renewed = True
                worker.process.send_signal(signal.SIGTERM)

    def pids(self) -> dict[str, int]:
        """Name → process id of those alive."""
        return {w.name: w.process.pid for w in self._workers if w.process and w.process.poll() is None}

    def restarts(self) -> dict[str, int]:
        """Name → how often it was started again."""
        return {worker.name: worker.restarts for worker in self._workers}

    def troubles(self) -> dict[str, str]:
        """Name → what is the matter and where its log is, of those that do not run steadily."""
        now = time.monotonic()
        found = {worker.name: worker.trouble(now) for worker in self._workers}
        return {name: f"{said}; {self._end_of_log(name)}" for name, said in found.items() if said}

    def hopeless(self) -> tuple[str, ...]:
        """Names of those for which starting again is no use."""
        return tuple(worker.name for worker in self._workers if worker.hopeless)

    def _end_of_log(self, name: str) -> str:
        path = self._home / "logs" / f"{name}.log"
        return f"its log {path} ends: {last_lines(path, 1)[-SHOWN_LOG:]}"

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
        if worker.log is None:
            worker.log = open_log(self._home / "logs" / f"{worker.name}.log")
        command = [sys.executable, "-m", "api.cli.main", "--home", str(self._home), "run", worker.stage]
        environment = os.environ | {"DIURNAL_PARENT": str(os.getpid())}
        worker.process = subprocess.Popen(
            [*command, *worker.which, *worker.arguments],
            stdin=subprocess.DEVNULL,
            stdout=worker.log,
            stderr=worker.log,
            env=environment,
        )
        worker.began = time.monotonic()

    def _note_death(self, worker: Worker, code: int, now: float) -> None:
        worker.process = None
        if worker.renewed:
            worker.renewed, worker.deaths, worker.restart_at = False, 0, now
            log.info("worker renewed", worker=worker.name)
            return
        worker.deaths = 1 if now - worker.began > STEADY_S else worker.deaths + 1
        worker.restart_at = now + wait_s(worker.deaths)
        worker.hopeless = code == CONFIGURATION
        log.warning("worker died", worker=worker.name, code=code, deaths=worker.deaths)


def open_log(path: Path) -> IO[bytes]:
    """A log to add to; its folder is made, for its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path.open("ab")


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
        time.sleep(STOP_S)
        os._exit(TEMPORARY)  # a call inside a library may never come back to hear the signal

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()
