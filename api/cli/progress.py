"""Live progress on stderr: a bar a stage on a terminal, a line every few seconds elsewhere."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from api.cli.output import errors

LINE_S: Final = 3.0


class _Rate(ProgressColumn):
    """So many a second."""

    def render(self, task: Task) -> Text:
        """The speed over the last seconds, or over all once the stage is done."""
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f}/s" if speed else "-", justify="right")


@dataclass(slots=True)
class _Stage:
    done: int = 0
    total: int = 0
    began: float = 0.0
    ended: float = 0.0

    def note(self, done: int, total: int, now: float) -> None:
        """Keeps when the stage had first something to do, and when it was last at the end of it."""
        if not self.began and total:
            self.began = now
        if done != self.done or total != self.total:
            self.ended = now
        self.done, self.total = done, total


class StageBoard:
    """How far each stage has come."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._tasks: dict[str, int] = {}
        self._stages: dict[str, _Stage] = {}
        self._said = 0.0

    def update(self, stage: str, done: int, total: int) -> None:
        """Says that a stage has done so many of so many."""
        now = time.monotonic()
        self._stages.setdefault(stage, _Stage()).note(done, total, now)
        if self._progress is not None:
            if stage not in self._tasks:
                self._tasks[stage] = self._progress.add_task(stage, total=None)
            task = self._progress.tasks[self._tasks[stage]]
            self._progress.update(task.id, completed=done, total=total or None)
        elif now - self._said >= LINE_S:
            self._said = now
            self.say()

    def say(self) -> None:
        """One line with every stage."""
        parts = [
            f"{name} {stage.done:,}/{stage.total:,}{self._eta(stage)}" for name, stage in self._stages.items()
        ]
        errors.print("  " + " · ".join(parts), soft_wrap=True)

    def seconds(self) -> dict[str, float]:
        """Stage → seconds from its first record to its last."""
        return {name: round(max(0.0, stage.ended - stage.began), 2) for name, stage in self._stages.items()}

    @staticmethod
    def _eta(stage: _Stage) -> str:
        passed = stage.ended - stage.began
        if stage.done >= stage.total or passed <= 0 or not stage.done:
            return ""
        rate = stage.done / passed
        return f" ({rate:,.0f}/s, {(stage.total - stage.done) / rate:.0f} s left)"


@contextmanager
def board() -> Iterator[StageBoard]:
    """Progress for as long as the block lasts."""
    if not errors.is_terminal:
        yield StageBoard(None)
        return
    columns = (
        TextColumn("{task.description:<20}"),
        BarColumn(24),
        MofNCompleteColumn(),
        _Rate(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=errors, refresh_per_second=5, speed_estimate_period=5) as progress:
        yield StageBoard(progress)
