"""`diurnal rebuild` and `diurnal digest`: the graph as a projection of the log."""

from typing import Annotated, Final

import typer

from api.cli import context
from api.cli.beside import build_and_swap, build_elsewhere
from api.cli.beside import drop_old as drop_before
from api.cli.beside import undo as swap_back
from api.cli.errors import InputError
from api.cli.output import AsJson, emit_json, emit_text, note
from api.cli.progress import board
from graph.digest import Digests
from graph.digest import digest as take_digest
from graph.rebuild import Report
from graph.rebuild import rebuild as project_again
from runtime.servers import Endpoints
from runtime.settings import Settings


def rebuild(
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    beside: Annotated[
        bool,
        typer.Option("--beside", help="Build a second graph while the first answers, then serve it."),
    ] = False,
    undo: Annotated[
        bool, typer.Option("--undo", help="Serve the graph again that was served before --beside.")
    ] = False,
    drop_old: Annotated[
        bool, typer.Option("--drop-old", help="Delete the graph that was served before --beside.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Empty the graph and project it again from the log, which is the truth; nothing is lost.

    Running loaders wait meanwhile. The digest before and after is printed: they are the same if the loaders
    had come to the end of the log.

    With `--beside` nothing is emptied: a second Neo4j is filled while the first answers, then everybody is
    sent there, and the first graph is kept until `--drop-old`, or served again with `--undo`. It needs room
    for a second graph, on the disk and in memory.
    """
    if beside + undo + drop_old > 1:
        raise typer.BadParameter("--beside, --undo and --drop-old go one at a time")
    if undo or drop_old:
        _go_back(drop=drop_old, as_json=as_json)
        return
    if not (yes or beside):
        typer.confirm("Empty the graph and project it again from the log?", abort=True, err=True)
    settings, endpoints = context.settings(), context.endpoints()
    with context.driver() as (opened, database):
        before = take_digest(opened, database)
        with board() as stages:
            after = _project(
                settings,
                endpoints,
                lambda seen: stages.update(seen.phase, seen.done, seen.total),
                beside=beside,
            )
        if after is None:
            after = take_digest(opened, database)
    _compare(before, after, as_json=as_json)
    if beside:
        note(_served_now(settings))


def _project(settings: Settings, endpoints: Endpoints, report: Report, *, beside: bool) -> Digests | None:
    """Builds the graph; its digest, where that is not the one that `endpoints` name."""
    if not beside:
        project_again(settings, endpoints, report)
        return None
    if Endpoints.elsewhere(settings) is not None or settings.neo4j_uri:
        return build_elsewhere(settings, endpoints, report)
    return build_and_swap(settings, endpoints, report)


def _served_now(settings: Settings) -> str:
    if settings.neo4j_uri:
        return (
            f"now set DIURNAL_NEO4J_URI to {settings.neo4j_beside_uri} and start the workers `graph` and"
            " `api` again; the first Neo4j is as it was"
        )
    return "served now; the graph before is kept: `diurnal rebuild --undo` or `--drop-old`"


def _go_back(*, drop: bool, as_json: bool) -> None:
    settings = context.settings()
    if settings.neo4j_uri:
        raise InputError("Neo4j is elsewhere: set DIURNAL_NEO4J_URI to the graph that is to be served")
    if drop:
        drop_before(settings)
        note("deleted")
    else:
        context.endpoints()
        swap_back(settings)
        note("the graph before is served again; it loads what it missed")
    if as_json:
        emit_json({"dropped" if drop else "undone": True})


def _compare(before: Digests, after: Digests, *, as_json: bool) -> None:
    same = before.full == after.full
    if as_json:
        emit_json({"before": before.full, "after": after.full, "same": same, "nodes": after.nodes})
    else:
        emit_text(f"before  {before.full}\nafter   {after.full}\n{after.nodes:,} nodes")
        note(
            "the same graph"
            if same
            else "the graph differs: the loaders had not read all before, or went on since, or this release"
            " keeps it otherwise"
        )


def digest(as_json: AsJson = False) -> None:
    """Print the digest of the graph: of all, and of what is current whatever the batches were."""
    with context.driver() as (opened, database):
        found = take_digest(opened, database)
    if as_json:
        emit_json(
            {
                "full": found.full,
                "current": found.current,
                "nodes": found.nodes,
                "relationships": found.relationships,
            }
        )
    else:
        emit_text(f"full     {found.full}\ncurrent  {found.current}")
        note(f"{found.nodes:,} nodes, {found.relationships:,} relationships")


COMMANDS: Final = (
    rebuild,
    digest,
)
