"""Publishes sources one after the other for `diurnal ingest`, with a bar on stderr, until stopped."""

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from api.cli import context
from api.cli.errors import InputError
from api.cli.output import errors, note
from ingest.errors import FeedError, PublishError
from ingest.feed import Feed
from ingest.intake import intake
from ingest.publisher import Options, Published, publish
from ingest.publisher import Progress as Seen
from ingest.source import STDIN


def check(sources: Sequence[str], *, follow: bool) -> None:
    """Refuse sources that cannot be published, before anything is.

    Raises:
        InputError: one is no file and no address, or is endless and not alone.
    """
    for source in sources:
        try:
            endless = intake(source, follow=follow).endless
        except PublishError as error:
            raise InputError(str(error)) from None
        if endless and len(sources) > 1:
            raise InputError(f"{source} goes on until it is stopped: give it alone; nothing was published")
        if not endless and not Path(source).is_file():
            raise InputError(f"{source} is no file: nothing was published")


def publish_all(feed: Feed, sources: Sequence[str], options: Options) -> tuple[list[dict[str, Any]], bool]:
    """Publish sources in their order.

    Returns:
        A row for each, and whether it was stopped before all was done.

    Raises:
        InputError: one is not of the feed, or cannot be read to its end.
    """
    stop = _stop_on_signal()
    rows = []
    for source in sources:
        endless = source == STDIN or options.follow or "://" in source
        with _bar(source, endless=endless) as told:
            done = _one(feed, source, options, told, stop)
        rows.append(
            {
                "file": source,
                "lines": done.receipt.lines,
                "new_lines": done.new_lines,
                "done": done.receipt.done,
            }
        )
        if stop.is_set():
            if endless:
                note("stopped; all whole lines that were read are published")
            return rows, not endless
    return rows, False


def _one(feed: Feed, source: str, options: Options, told: Callable[[Seen], None], stop: Event) -> Published:
    try:
        return publish(
            feed,
            source,
            context.settings(),
            context.endpoints(),
            options=options,
            on_progress=told,
            stop=stop,
        )
    except (FeedError, PublishError) as error:
        raise InputError(str(error)) from error


@contextmanager
def _bar(source: str, *, endless: bool) -> Iterator[Callable[[Seen], None]]:
    columns: list[ProgressColumn] = [TextColumn("{task.description}")]
    if endless:
        columns = [SpinnerColumn(), *columns, TextColumn("{task.fields[lines]:,} lines"), TimeElapsedColumn()]
    else:
        columns += [BarColumn(24), DownloadColumn(), TimeRemainingColumn()]
    name = source if "://" in source else Path(source).name
    with Progress(*columns, console=errors, disable=not errors.is_terminal) as bar:
        task = bar.add_task(name, total=None, lines=0)

        def told(seen: Seen) -> None:
            bar.update(task, completed=seen.bytes_, total=seen.total_bytes, lines=seen.lines)

        yield told


def _stop_on_signal() -> Event:
    """The first Ctrl-C finishes what is at hand; the second ends at once."""
    stop = Event()

    def ask(_signal: int, _frame: object) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    signal.signal(signal.SIGINT, ask)
    signal.signal(signal.SIGTERM, ask)
    return stop
