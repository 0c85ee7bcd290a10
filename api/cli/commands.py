"""The commands there are, listed without being loaded: each has heavy libraries of its own."""

from importlib import import_module
from typing import Any, Final, NamedTuple, cast

import typer
from typer.core import TyperCommand, TyperGroup

START: Final = "Start here"
RUN: Final = "Servers and workers"
FEED: Final = "Feed"
LOOK: Final = "Look"
OPERATE: Final = "Operate"


class Listed(NamedTuple):
    """A command as the help lists it: its module in this package, its panel, its first line."""

    module: str
    panel: str
    line: str


COMMANDS: Final[dict[str, Listed]] = {
    "demo": Listed("demo", START, "Stream a week of New York Harbor AIS through everything, and report."),
    "up": Listed("servers", RUN, "Start Kafka, Neo4j and every worker, and leave them running."),
    "down": Listed("servers", RUN, "Stop the workers and the servers of this home. The data stays."),
    "status": Listed("servers", RUN, "Show servers, workers, feeds, lag and dead letters."),
    "run": Listed("work", RUN, "Run one worker in this terminal."),
    "alive": Listed("alive", RUN, "Say by the exit code whether a worker works, as a health check asks."),
    "feeds": Listed("feeds", FEED, "List the feeds, how far each is read, and its dead letters."),
    "ingest": Listed("feeds", FEED, "Publish files to a feed; the workers take it from there."),
    "deadletters": Listed("feeds", FEED, "Show what was refused, why, and where it came from."),
    "subjects": Listed("look", LOOK, "List the subjects seen, or those that a search finds."),
    "show": Listed("look", LOOK, "Tell a subject's life: who, where it stays, its routine, its findings."),
    "query": Listed("query", LOOK, "Ask the graph in Cypher, or by a saved query; nothing can be written."),
    "queries": Listed("query", LOOK, "List the saved queries, or show one."),
    "verdict": Listed("verdict", LOOK, "Say what a finding is, or read what was said of it."),
    "rules": Listed("rules", LOOK, "Standing rules: be told at once who enters, leaves, meets, goes silent."),
    "analyse": Listed(
        "analyse", LOOK, "Learn the routines in a file and print what departs from them, without servers."
    ),
    "score": Listed("score", LOOK, "Score the analytics on files whose truth is known."),
    "report": Listed("report", LOOK, "Write a report: what stands out, with map and evidence."),
    "export": Listed("export", LOOK, "Write any part of the graph as RDF: Turtle, N-Quads, JSON-LD."),
    "rebuild": Listed(
        "operate", OPERATE, "Empty the graph and project it again from the log, which is the truth."
    ),
    "digest": Listed("operate", OPERATE, "Print the digest of the graph, to compare it with another."),
    "distribution": Listed(
        "distribution", OPERATE, "Distributions: who answers for each; withdraw one at once, restore it."
    ),
    "export-log": Listed("backup", OPERATE, "Write the log, which is the truth, into a file: a back-up."),
    "import-log": Listed("backup", OPERATE, "Write an exported log into a home that was never used."),
    "audit": Listed("audit", OPERATE, "Read the audit log, prove that it is whole, and forget."),
    "token": Listed("tokens", OPERATE, "Make a token for the API, and print it."),
    "secrets": Listed("deployment", OPERATE, "Make the secrets that docker-compose.yml needs, once."),
    "guard": Listed("guard", OPERATE, "Compile the guard, for a Neo4j that is not started from here."),
    "settings": Listed("preferences", OPERATE, "List every setting, its value now and its meaning."),
}


class Commands(TyperGroup):
    """The group of all commands: lists them all, and loads the one that is called."""

    def __init__(self, **attributes: Any) -> None:  # noqa: ANN401 - Typer's own
        super().__init__(**attributes)
        for name, listed in COMMANDS.items():
            self.add_command(TyperCommand(name, help=listed.line, rich_help_panel=listed.panel))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 - Typer's own, unnamed there
        """The command that is called, in full; a wrong name is answered as any group does."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, load(name) if name and command else None, rest


def load(name: str) -> TyperCommand:
    """A command with all its options, by its name."""
    module = import_module(f"api.cli.{COMMANDS[name].module}")
    app = typer.Typer(rich_markup_mode="markdown")
    app.callback()(lambda: None)
    if hasattr(module, "GROUP"):
        app.add_typer(module.GROUP, name=name)
    for function in getattr(module, "COMMANDS", ()):
        app.command()(function)
    return cast("TyperCommand", typer.main.get_group(app).commands[name])
