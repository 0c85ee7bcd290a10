"""`diurnal rebuild` and `diurnal digest`: the graph as a projection of the log."""

from typing import Annotated, Final

import typer

from api.cli import context
from api.cli.output import AsJson, emit_json, emit_text, note
from api.cli.progress import board
from graph.digest import digest as take_digest
from graph.rebuild import rebuild as project_again


def rebuild(
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Empty the graph and project it again from the log, which is the truth; nothing is lost.

    Running loaders wait meanwhile. The digest before and after is printed: they are the same if the loaders
    had come to the end of the log.
    """
    if not yes:
        typer.confirm("Empty the graph and project it again from the log?", abort=True, err=True)
    settings, endpoints = context.settings(), context.endpoints()
    with context.driver() as (opened, database):
        before = take_digest(opened, database)
        with board() as stages:
            project_again(settings, endpoints, lambda seen: stages.update(seen.phase, seen.done, seen.total))
        after = take_digest(opened, database)
    same = before.full == after.full
    if as_json:
        emit_json({"before": before.full, "after": after.full, "same": same, "nodes": after.nodes})
    else:
        emit_text(f"before  {before.full}\nafter   {after.full}\n{after.nodes:,} nodes")
        note(
            "the same graph"
            if same
            else "the graph differs: the loaders had not read all before, or went on since"
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
