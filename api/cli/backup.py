"""`diurnal export-log` and `import-log`: the back-up, for the log is the truth."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from api.cli import context
from api.cli.asked import asked
from api.cli.errors import AlreadyRunningError, CommandError
from api.cli.output import AsJson, emit_json, emit_text, note
from api.cli.progress import board
from graph import worker
from graph.refusals import explained
from runtime.backup.export import export_log as write_export
from runtime.backup.manifest import Manifest
from runtime.backup.restore import import_log as read_export
from runtime.backup.restore import verify
from runtime.servers import Endpoints, Stack
from runtime.servers.identity import prove_kafka
from runtime.servers.locks import in_use
from runtime.settings import Settings
from runtime.topics import Topics

Only = Annotated[
    list[str] | None,
    typer.Option("--topic", help="This topic only, such as raw.ais; may be given several times."),
]


def export_log(
    path: Annotated[
        Path, typer.Argument(metavar="FILE|DIR", help="What to write; it must not be there yet.")
    ],
    topic: Only = None,
    folder: Annotated[
        bool, typer.Option("--folder", help="Write a folder of Parquet files rather than one tar file.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write the log, which is the truth, into a file: a back-up of everything.

    Keys, values, headers and offsets of every topic of truth, how far each worker has come, and how the
    topics are kept. Workers may run meanwhile. What is exported ends where the log ends now.
    """
    settings, endpoints = context.settings(), context.endpoints()
    prove_kafka(endpoints)
    with asked("export-log", {"path": str(path), "topic": topic}):
        pass  # before, so that its chain has an end in what is exported
    with board() as stages:
        said = write_export(
            endpoints.kafka_bootstrap,
            _topics(settings),
            path.expanduser().absolute(),
            only=topic or (),
            folder=folder,
            report=stages.update,
        )
    _tell(said, as_json=as_json)
    if not said.exact:
        note("workers were at it: after a restore they do their last batches again, which changes nothing")


def import_log(
    path: Annotated[
        Path, typer.Argument(metavar="FILE|DIR", help="What `diurnal export-log` wrote.", exists=True)
    ],
    topic: Only = None,
    check: Annotated[
        bool, typer.Option("--check", help="Only read the export, and compare every checksum.")
    ] = False,
    conclude_anew: Annotated[
        bool,
        typer.Option("--conclude-anew", help="Leave out what was concluded: the analytics begin anew."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write an exported log into a home that was never used; then `diurnal up` projects the graph from it.

    Every checksum is compared before anything is written. Nothing may run in the home: the servers are
    started for the import alone. What was interrupted is begun anew by the same command.
    """
    settings, given = context.settings(), path.expanduser().absolute()
    with board() as stages:
        if check:
            said = verify(given, stages.update)
        else:
            verify(given, stages.update)  # so that a damaged file starts no server
            with _alone(settings) as endpoints:
                said = read_export(
                    endpoints.kafka_bootstrap,
                    _topics(settings),
                    given,
                    only=topic or (),
                    conclude_anew=conclude_anew,
                    report=stages.update,
                )
    _tell(said, as_json=as_json)
    note("the export is whole" if check else "imported: `diurnal up` projects the graph from it")


@contextmanager
def _alone(settings: Settings) -> Iterator[Endpoints]:
    """The servers of a home, without workers, whose graph is empty."""
    if in_use(settings.home):
        raise AlreadyRunningError(f"something runs in {settings.home}: end it first with `diurnal down`")
    with Stack(settings.home, settings) as stack:
        _see_that_the_graph_is_empty(stack.endpoints)
        yield stack.endpoints


def _see_that_the_graph_is_empty(endpoints: Endpoints) -> None:
    """A graph of another log would take the imported one for its own, and skip what it seems to know."""
    with explained(), worker.driver(endpoints) as driver:
        found = driver.execute_query("MATCH (n) RETURN n LIMIT 1", database_=endpoints.neo4j_database).records
    if found:
        raise CommandError(
            "the graph here is of another log: import into a home that was never used (--home FOLDER)."
            " Nothing was written"
        )


def _topics(settings: Settings) -> Topics:
    return Topics(settings.topic_prefix, settings.topic_replicas)


def _tell(said: Manifest, *, as_json: bool) -> None:
    counts: dict[str, int] = {}
    for part in said.partitions:
        counts[part.topic] = counts.get(part.topic, 0) + part.records
    size = sum(chunk.bytes for chunk in said.chunks)
    if as_json:
        told: dict[str, Any] = {
            "made": said.made,
            "release": said.release,
            "exact": said.exact,
            "records": counts,
            "bytes": size,
        }
        emit_json(told)
    else:
        emit_text("\n".join(f"{topic:<20} {count:>12,} records" for topic, count in counts.items()))
        note(f"{said.records:,} records, {size / 1e6:,.1f} MB, {said.made:%-d %B %Y %H:%M} UTC")


COMMANDS: Final = (
    export_log,
    import_log,
)
