"""One server in a JVM of its own: started, waited for, stopped, killed, started again on the same ports."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import psutil

from runtime.servers import archive, java
from runtime.servers.errors import HomeFullError, IdentityError, PortTakenError, StartError
from runtime.servers.logs import tail
from runtime.servers.ports import LOOPBACK, free_ports, is_free
from runtime.settings import Settings

_TRIES = 5
_POLL_S = 0.1
_STOP_S = 40.0
# How long a server that comes back waits for its old port: connections to the dead one may linger.
_RETURN_S = 5.0
_FULL = ("No space left on device", "Disk quota exceeded", "File too large")
_TAKEN = ("Address already in use", "BindException")


class Server(ABC):
    """A server of ours, below one home.

    Its folder is `home/<name>`, its logs are in `home/logs/<name>`. The process dies with this one.
    """

    name: ClassVar[str]
    main_class: ClassVar[str]
    port_count: ClassVar[int]

    def __init__(self, home: Path, settings: Settings, fixed_port: int = 0) -> None:
        self.folder = home.resolve() / self.name
        self.logs = home.resolve() / "logs" / self.name
        self.settings = settings
        self._fixed_port = fixed_port
        self._ports: list[int] = []
        self._process: subprocess.Popen[bytes] | None = None
        self._given_up = threading.Event()
        self._archiving: Path | None = None

    @property
    def port(self) -> int:
        """The loopback port that clients use; known once the server was started."""
        if not self._ports:
            raise StartError(f"{self.name} was not started yet: it has no port.")
        return self._ports[0]

    @property
    def address(self) -> str:
        """`host:port` for clients."""
        return f"{LOOPBACK}:{self.port}"

    @property
    def pid(self) -> int | None:
        """Process id of the JVM while it runs."""
        return self._process.pid if self._process and self._process.poll() is None else None

    @property
    def alive(self) -> bool:
        """Whether the JVM runs."""
        return self.pid is not None

    def start(self) -> None:
        """Start the server and wait until it answers and has proven who it is.

        A server that ran before comes back on the ports that it had.

        Raises:
            FetchError: Its packages could not be fetched.
            PortTakenError: Its port is used by somebody else.
            StartError: It ended or did not answer in time.
            IdentityError: Another server answers on its port.
        """
        if self.alive:
            return
        self.kill()  # lets go of what is left of one that died
        self._given_up.clear()
        class_path = java.prepare(self.name, self.settings)
        self._end_orphan()
        may_move = not self._ports and not self._fixed_port
        for last in [False] * (_TRIES - 1) + [True]:
            self._choose_ports(may_move)
            try:
                self._launch(class_path)
                return
            except (PortTakenError, IdentityError):
                if last or not may_move:
                    raise

    def _choose_ports(self, may_move: bool) -> None:
        deadline = time.monotonic() + (_RETURN_S if self._ports else 0)
        if may_move:
            self._ports = free_ports(self.port_count)
        elif not self._ports:
            self._ports = [self._fixed_port, *free_ports(self.port_count - 1)]
        for port in self._ports:
            while not is_free(port):
                if time.monotonic() > deadline:
                    self._raise_taken(port)
                time.sleep(_POLL_S)

    def _raise_taken(self, port: int) -> None:
        setting = f"DIURNAL_{self.name.upper()}_PORT"
        raise PortTakenError(
            f"Port {port} on {LOOPBACK}, meant for {self.name}, is used by another process. End that "
            f"process, or set {setting} to a free port; without the setting, a free one is taken."
        )

    def _launch(self, class_path: Sequence[Path]) -> None:
        self._lay_folders()
        self.configure()
        try:
            self._spawn(class_path)
            self._wait_until_ready()
        except BaseException:
            self.kill()
            raise

    def _lay_folders(self) -> None:
        shutil.rmtree(self.folder / "tmp", ignore_errors=True)
        for folder in (self.folder / "tmp", self.folder / "conf", self.logs):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    @abstractmethod
    def configure(self) -> None:
        """Write the configuration, for the ports chosen."""

    @abstractmethod
    def jvm_options(self) -> list[str]:
        """Options of the JVM beyond those that every server has."""

    @abstractmethod
    def arguments(self) -> list[str]:
        """Arguments of the main class."""

    @abstractmethod
    def is_ready(self) -> bool:
        """Whether the server answers clients; raises IdentityError if somebody else does."""

    def _spawn(self, class_path: Sequence[Path]) -> None:
        file = self.folder / "conf" / "java.arguments"
        options = [
            f"-Djava.io.tmpdir={self.folder / 'tmp'}",
            f"-XX:ErrorFile={self.logs / 'crash-%p.log'}",
            "-XX:+ExitOnOutOfMemoryError",
            "-XX:-UsePerfData",
            "-Dfile.encoding=UTF-8",
            *self.jvm_options(),
            *self._archive_options(class_path),
        ]
        java.write_arguments(
            file, [*options, "-cp", java.joined(class_path), self.main_class, *self.arguments()]
        )
        with self.console.open("ab") as console:
            self._process = subprocess.Popen(
                [str(java.JAVA), f"@{file}"],
                cwd=self.folder,
                env={**_environment(), "LC_ALL": "C.UTF-8"},
                # The pipe is the leash: its end tells the server that its owner is gone.
                stdin=subprocess.PIPE,
                stdout=console,
                stderr=subprocess.STDOUT,
                # Ctrl-C is for the owner, who stops its workers first.
                start_new_session=True,
            )
        started = psutil.Process(self._process.pid).create_time()
        self._pid_file.write_text(f"{self._process.pid} {started}")

    def archive(self, class_path: Sequence[Path]) -> Path:
        """The file from which this server starts quickly, once a training run has written it."""
        return archive.path_of(self.name, class_path, self.jvm_options(), self.settings)

    def archive_to(self, file: Path) -> None:
        """Make the next run a training run: when it stops it writes the classes that it used to `file`."""
        self._archiving = file

    def _archive_options(self, class_path: Sequence[Path]) -> list[str]:
        if self._archiving:
            return archive.written_to(self._archiving)
        return archive.used_from(self.archive(class_path))

    @property
    def console(self) -> Path:
        """The file with what the JVM prints."""
        return self.logs / "console.log"

    @property
    def _pid_file(self) -> Path:
        return self.folder / "pid"

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + self.settings.start_timeout
        while True:
            if self.pid is None:
                self._raise_ended()
            if self.is_ready():
                return
            if self._given_up.wait(_POLL_S):
                raise StartError(f"{self.name} was told to give up starting.")
            if time.monotonic() > deadline:
                raise StartError(
                    f"{self.name} did not answer within {self.settings.start_timeout:.0f} s. Is the machine "
                    f"short of memory or busy? DIURNAL_START_TIMEOUT gives it longer. {self._last_lines()}"
                )

    def _raise_ended(self) -> None:
        code = self._process.returncode if self._process else None
        lines = self._last_lines()
        if any(sign in lines for sign in _TAKEN):
            self._raise_taken(next((port for port in self._ports if not is_free(port)), self.port))
        if any(sign in lines for sign in _FULL):
            raise HomeFullError(f"{full_home(self.folder)} {lines}")
        raise StartError(f"{self.name} ended while it started (exit status {code}). {lines}")

    def _last_lines(self) -> str:
        return f"Its logs are in {self.logs}; the last lines:\n{tail(self.console)}"

    def give_up(self) -> None:
        """End a start that another thread waits for."""
        self._given_up.set()

    def stop(self, patience: float = _STOP_S) -> None:
        """Stop the server in an orderly way, within `patience` seconds; then the hard way."""
        if self._process is None:
            return
        self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(patience)
        self.kill()

    def kill(self) -> None:
        """End the server at once, as a power cut would (SIGKILL); `start` brings it back."""
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        if self._process.stdin:
            self._process.stdin.close()
        self._process = None
        self._pid_file.unlink(missing_ok=True)

    def _end_orphan(self) -> None:
        """Wait out a server whose owner was killed: it must be gone before its data is used again."""
        with contextlib.suppress(OSError, ValueError, psutil.Error):
            pid, started = self._pid_file.read_text().split()
            orphan = psutil.Process(int(pid))
            if abs(orphan.create_time() - float(started)) < 1:
                with contextlib.suppress(psutil.TimeoutExpired):
                    orphan.wait(_STOP_S / 2)
                orphan.kill()
                orphan.wait(_STOP_S)


def full_home(folder: Path) -> str:
    """What is wrong, and what helps, when the servers' data has no room."""
    return (
        f"The disk under {folder} is full. Free some space, or set DIURNAL_HOME to a folder on another disk."
    )


def _environment() -> dict[str, str]:
    """Only what a JVM needs: the user's JAVA_TOOL_OPTIONS and the like are for other programs."""
    return {name: os.environ[name] for name in ("PATH", "HOME", "USER", "TZ") if name in os.environ}
