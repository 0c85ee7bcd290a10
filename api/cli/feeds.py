"""`diurnal feeds`, `ingest` and `deadletters`: what comes in, and what was refused."""

from collections.abc import Sequence
from datetime import datetime
from itertools import chain, islice
from typing import Annotated, Any, Final

import typer

from api.cli import context
from api.cli.asked import asked
from api.cli.errors import TEMPORARY, InputError
from api.cli.health import stages
from api.cli.output import AsJson, emit_json, emit_rows, emit_text, note
from api.cli.publication import check, publish_all
from graph import offsets
from ingest import deadletters as letters
from ingest import options as options_
from ingest import registry
from ingest.errors import FeedError
from ingest.feed import Feed
from ingest.publisher import Options
from ontology.times import from_text
from runtime.servers.identity import neo4j_driver
from runtime.topics import Topics

SHOWN_BYTES: Final = 400


def feeds(
    feed: Annotated[
        str | None, typer.Argument(help="Which feed: shows its options, and how it is called.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the feeds that Diurnal reads, with how far each is read, and its dead letters.

    Given a feed, show what can be chosen about how it is read, with -o NAME=VALUE of `diurnal ingest`.
    """
    if feed is not None:
        _show_feed(_feed(feed), as_json=as_json)
        return
    settings = context.settings()
    unknown = {"records": None, "lag": None, "dead_letters": None}
    found: dict[str, dict[str, Any]] = {
        one.name: {"feed": one.name, "title": one.title, **unknown, "example": one.example}
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
    columns = ["feed", "title", "records", "lag", "dead_letters", "example"]
    emit_rows(found.values(), columns, as_json=as_json)


def _show_feed(feed: Feed, *, as_json: bool) -> None:
    options = [
        {"option": one.name, "default": one.default, "help": one.help, "values": list(one.values)}
        for one in feed.options
    ]
    if as_json:
        emit_json({"feed": feed.name, "title": feed.title, "example": feed.example, "options": options})
        return
    emit_text(f"{feed.name}: {feed.title}\n\n  {feed.example}\n")
    if options:
        emit_rows(options, ["option", "default", "help"], as_json=False)
    else:
        emit_text("It has no options.")


def ingest(
    feed: Annotated[str, typer.Argument(help="Which feed: `diurnal feeds` lists them.")],
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE...",
            help="Files, plain or gzip; - is standard input; tcp://HOST:PORT connects, tcp-listen://0.0.0.0:PORT"
            " and udp://0.0.0.0:PORT listen.",
        ),
    ],
    label: Annotated[
        str | None,
        typer.Option(help="Security label, such as '*' (everybody) or 'clearance=SECRET&nation=GBR'."),
    ] = None,
    distribution: Annotated[
        str | None, typer.Option(help="Id of the distribution that the data belongs to.")
    ] = None,
    receiver: Annotated[str | None, typer.Option(help="Who received it; else the feed's name.")] = None,
    option: Annotated[
        list[str] | None,
        typer.Option(
            "--option", "-o", metavar="NAME=VALUE", help="How it is read: `diurnal feeds FEED` lists them."
        ),
    ] = None,
    follow: Annotated[
        bool, typer.Option("--follow", help="Go on with what is appended to the file, until stopped.")
    ] = False,
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
    """Publish files, or what comes live, to a feed's raw topic; the workers take it from there.

    A file is published once: the same command again goes on where it was stopped, or does nothing. Standard
    input, ports and files that are followed are published every second, until Ctrl-C. Lines that cannot be
    read end in the dead letters, with the reason; the rest goes on. See `diurnal status` and
    `diurnal deadletters`.

    Without a label nobody may see the data: give one, or set DIURNAL_FEED_LABELS.
    """
    chosen = _feed(feed, option or ())
    options = Options(
        distribution=distribution,
        label=label,
        receiver=receiver,
        as_if_live=as_if_live,
        open_ended=open_ended,
        closes_at=_instant(closes_at),
        again=again,
        follow=follow,
    )
    check(sources, follow=follow)
    rows, stopped = publish_all(chosen, sources, options)
    emit_rows(rows, ["file", "lines", "new_lines", "done"], as_json=as_json)
    if stopped:
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
    with asked("deadletters", {"feed": feed, "limit": limit}) as account:
        rows = [_shown(letter) for letter in islice(found, limit)]
        account.rows = len(rows)
    emit_rows(rows, ["reason", "field", "line", "source", "origin"], as_json=as_json)


def _shown(letter: letters.DeadLetter) -> dict[str, Any]:
    return {
        "reason": letter.reason,
        "field": letter.field,
        "line": letter.line,
        "source": letter.source,
        "origin": letter.origin,
        "value": letter.value[:SHOWN_BYTES].decode("utf-8", "backslashreplace"),
    }


def _dead_letter_topics(topics: Topics) -> list[str]:
    return [name for name in topics.all(one.name for one in registry.FEEDS) if name.endswith(".dlq")]


def _feed(name: str, chosen: Sequence[str] = ()) -> Feed:
    try:
        feed = registry.feed(name)
        return feed.configured(options_.parse(chosen)) if chosen else feed
    except FeedError as error:
        raise InputError(str(error)) from None


def _instant(text: str | None) -> datetime | None:
    try:
        return from_text(text) if text else None
    except ValueError as error:
        raise InputError(f"--closes-at {text}: {error}") from None


COMMANDS: Final = (
    feeds,
    ingest,
    deadletters,
)
