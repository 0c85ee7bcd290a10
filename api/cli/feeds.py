"""`diurnal feeds`, `ingest` and `deadletters`: what comes in, and what was refused."""

import signal
from datetime import datetime
from itertools import chain, islice
from pathlib import Path
from threading import Event
from typing import Annotated, Any, Final

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from api.cli import context
from api.cli.errors import TEMPORARY, InputError
from api.cli.health import stages
from api.cli.output import AsJson, emit_json, emit_rows, errors, note
from graph import offsets
from ingest import deadletters as letters
from ingest import registry
from ingest.errors import FeedError, PublishError
from ingest.feed import Feed
from ingest.publisher import Options, Published, publish
from ingest.publisher import Progress as Seen
from ontology.times import from_text
from runtime.servers.identity import neo4j_driver
from runtime.topics import Topics

STDIN: Final = "-"
SHOWN_BYTES: Final = 400


def feeds(as_json: AsJson = False) -> None:
    """List the feeds that Diurnal reads, with how far each is read, and its dead letters."""
    settings = context.settings()
    found: dict[str, dict[str, Any]] = {
        one.name: {"feed": one.name, "title": one.title, "records": None, "lag": None, "dead_letters": None}
        for one in registry.FEEDS
    }
    endpoints = context.endpoints_in(settings)
    if endpoints is not None:
        with neo4j_driver(endpoints) as driver:
            in_graph = offsets.stored(driver, endpoints.neo4j_database)
        for row in stages(settings, endpoints, in_graph):
            name = row.reads.removeprefix("raw.")
            if row.stage == "ingest" and name in found:
                found[name] |= {"records": row.records, "lag": row.lag, "dead_letters": row.dead_letters}
    emit_rows(found.values(), ["feed", "title", "records", "lag", "dead_letters"], as_json=as_json)


def ingest(
    feed: Annotated[str, typer.Argument(help="Which feed: `diurnal feeds` lists them.")],
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="Files, plain or gzip; - is standard input.")
    ],
    label: Annotated[
        str | None,
        typer.Option(help="Security label, such as '*' (everybody) or 'clearance=SECRET&nation=GBR'."),
    ] = None,
    distribution: Annotated[
        str | None, typer.Option(help="Id of the distribution that the data belongs to.")
    ] = None,
    receiver: Annotated[str | None, typer.Option(help="Who received it; else the feed's name.")] = None,
    as_if_live: Annotated[
        bool, typer.Option("--as-if-live", help="Load history as if each line had come at the time in it.")
    ] = False,
    open_ended: Annotated[
        bool,
        typer.Option(
            "--open", help="More is to follow: do not take the end of the file as the end of its time."
        ),
    ] = False,
    closes_at: Annotated[
        str | None,
        typer.Option(help="The file tells all up to this instant, even if its last line is earlier."),
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Publish a file even if it was published before.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Publish files to a feed's raw topic; the workers take it from there.

    A file is published once: the same command again goes on where it was stopped, or does nothing. Lines that
    cannot be read end in the dead letters, with the reason; the rest goes on. See `diurnal status` and
    `diurnal deadletters`.

    Without a label nobody may see the data: give one, or set DIURNAL_FEED_LABELS.
    """
    options = Options(
        distribution=distribution,
        label=label,
        receiver=receiver,
        as_if_live=as_if_live,
        open_ended=open_ended,
        closes_at=_instant(closes_at),
        again=again,
    )
    chosen = _feed(feed)
    for file in files:
        if file != STDIN and not Path(file).is_file():
            raise InputError(f"{file} is no file: nothing was published")
    stop = _stop_on_signal()
    rows = []
    for file in files:
        done = _publish(chosen, file, options, stop)
        rows.append(
            {
                "file": file,
                "lines": done.receipt.lines,
                "new_lines": done.new_lines,
                "done": done.receipt.done,
            }
        )
        if stop.is_set():
            break
    if as_json:
        emit_json(rows)
    else:
        emit_rows(rows, ["file", "lines", "new_lines", "done"], as_json=False)
    if stop.is_set():
        note("stopped; the same command goes on from here")
        raise typer.Exit(TEMPORARY)


def deadletters(
    feed: Annotated[
        str | None, typer.Argument(help="Which feed; else all, and those of later stages.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Show what was refused, with the reason, the field, the line and where it came from."""
    settings = context.settings()
    topics = Topics(settings.topic_prefix, settings.topic_replicas)
    bootstrap = context.endpoints().kafka_bootstrap
    names = [topics.dead_letters(topics.raw(_feed(feed).name))] if feed else _dead_letter_topics(topics)
    found = chain.from_iterable(letters.read_topic(bootstrap, name) for name in names)
    rows = [
        {
            "reason": letter.reason,
            "field": letter.field,
            "line": letter.line,
            "source": letter.source,
            "origin": letter.origin,
            "value": letter.value[:SHOWN_BYTES].decode("utf-8", "backslashreplace"),
        }
        for letter in islice(found, limit)
    ]
    emit_rows(rows, ["reason", "field", "line", "source", "origin"], as_json=as_json)


def _dead_letter_topics(topics: Topics) -> list[str]:
    return [name for name in topics.all(one.name for one in registry.FEEDS) if name.endswith(".dlq")]


def _publish(feed: Feed, file: str, options: Options, stop: Event) -> Published:
    columns = (TextColumn("{task.description}"), BarColumn(24), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=errors, disable=not errors.is_terminal) as bar:
        task = bar.add_task(Path(file).name, total=None)

        def told(seen: Seen) -> None:
            bar.update(task, completed=seen.bytes_, total=seen.total_bytes)

        try:
            return publish(
                feed,
                file,
                context.settings(),
                context.endpoints(),
                options=options,
                on_progress=told,
                stop=stop,
            )
        except (FeedError, PublishError) as error:
            raise InputError(str(error)) from error


def _feed(name: str) -> Feed:
    try:
        return registry.feed(name)
    except FeedError as error:
        raise InputError(str(error)) from None


def _instant(text: str | None) -> datetime | None:
    try:
        return from_text(text) if text else None
    except ValueError as error:
        raise InputError(f"--closes-at {text}: {error}") from None


def _stop_on_signal() -> Event:
    """The first Ctrl-C finishes the transaction at hand; the second ends at once."""
    stop = Event()

    def ask(_signal: int, _frame: object) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    signal.signal(signal.SIGINT, ask)
    signal.signal(signal.SIGTERM, ask)
    return stop


COMMANDS: Final = (
    feeds,
    ingest,
    deadletters,
)
