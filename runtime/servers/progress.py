"""How far a fetch is: a bar on a terminal, plain lines elsewhere, always on stderr."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Iterator
from typing import Protocol

from rich import progress as bars
from rich.console import Console

_STEP_PERCENT = 20


class Progress(Protocol):
    """What a download tells of itself."""

    def set(self, name: str, done: int) -> None:
        """Say that `done` bytes of `name` are there."""


class _Total:
    """Adds up what the parts report; a part that begins anew counts down again."""

    def __init__(self) -> None:
        self._done: dict[str, int] = {}
        self._lock = threading.Lock()
        self._sum = 0

    def set(self, name: str, done: int) -> None:
        with self._lock:
            self._sum += done - self._done.get(name, 0)
            self._done[name] = done
            self.show(self._sum)

    def show(self, total: int) -> None:
        raise NotImplementedError


class _Bar(_Total):
    def __init__(self, bar: bars.Progress, task: bars.TaskID) -> None:
        super().__init__()
        self._bar = bar
        self._task = task

    def show(self, total: int) -> None:
        self._bar.update(self._task, completed=total)


class _Lines(_Total):
    def __init__(self, title: str, size: int) -> None:
        super().__init__()
        self._title = title
        self._size = max(size, 1)
        self._next = 0

    def show(self, total: int) -> None:
        percent = 100 * total // self._size
        if percent >= self._next:
            self._next = percent - percent % _STEP_PERCENT + _STEP_PERCENT
            say(f"{self._title}: {total / 1e6:.0f} of {self._size / 1e6:.0f} MB ({percent} %)")


def say(line: str) -> None:
    """Write one line for the user, on stderr."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


@contextlib.contextmanager
def progress(title: str, size: int) -> Iterator[Progress]:
    """Show how far `size` bytes are, while the block runs."""
    if not sys.stderr.isatty():
        yield _Lines(title, size)
        return
    with bars.Progress(
        bars.TextColumn("{task.description}"),
        bars.BarColumn(),
        bars.DownloadColumn(),
        bars.TransferSpeedColumn(),
        bars.TimeRemainingColumn(),
        console=Console(stderr=True),
    ) as bar:
        yield _Bar(bar, bar.add_task(title, total=size))
