"""The command `diurnal`."""

import sys
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from api.cli import context
from api.cli.errors import CONFIGURATION, INTERNAL, TEMPORARY, UNAVAILABLE, CommandError
from api.cli.output import errors
from graph.reader.errors import GraphAwayError, NotKnownError, ReaderError
from runtime import telemetry
from runtime.errors import TerminalError, TransientError
from runtime.servers import ServersError

app = typer.Typer(
    name="diurnal",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="""Learn the pattern of life of ships, aircraft, vehicles, people and devices from the sensors that
see them, and be told, with evidence, when life departs from its pattern.

**First steps:** `diurnal demo` shows it all on a week of New York Harbor. For data of your own: `diurnal up`,
`diurnal ingest ais FILE`, `diurnal subjects`, `diurnal show SUBJECT`, `diurnal report`, `diurnal down`.
Without any server: `diurnal analyse FILE`.

Results go to stdout, logs to stderr; `--json` makes results readable for programs. Exit codes: 0 done,
2 wrong usage, 66 not found, 69 something is not available, 70 a fault of ours, 75 try again later,
78 wrong settings.""",
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"diurnal {version('diurnal')}")
        raise typer.Exit


@app.callback()
def options(
    home: Annotated[
        Path | None,
        typer.Option(
            help="Folder of data, logs and secrets of one stack (else DIURNAL_HOME, else the user's)."
        ),
    ] = None,
    log_level: Annotated[str, typer.Option(help="DEBUG, INFO, WARNING or ERROR.")] = "INFO",
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Options that stand before the command."""
    telemetry.configure(log_level)
    context.override(home=home.expanduser().resolve() if home else None)


def _register() -> None:
    """Each command module adds its own to `app`; the order is that of the help."""
    from api.cli import analyse, demo, feeds, look, operate, preferences, report, servers, tokens, work

    modules = (demo, servers, work, feeds, look, analyse, report, operate, tokens, preferences)
    for module in modules:
        module.register(app)


def exit_code(error: Exception) -> int:
    """The exit code that says what kind of failure it was."""
    if isinstance(error, CommandError):
        return error.code
    if isinstance(error, TerminalError):
        return error.exit_code
    if isinstance(error, ValidationError):
        return CONFIGURATION
    if isinstance(error, NotKnownError):
        return 66
    if isinstance(error, TransientError | GraphAwayError):
        return TEMPORARY
    return UNAVAILABLE if isinstance(error, ServersError | ReaderError) else INTERNAL


def run() -> None:
    """The entry point: runs the command, and turns an error into one clear line and an exit code."""
    _register()
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(0)
    except Exception as error:
        code = exit_code(error)
        if code == INTERNAL:
            raise
        errors.print(f"[red]diurnal:[/red] {_words(error)}", soft_wrap=True)
        sys.exit(code)


def _words(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return "; ".join(
            f"setting DIURNAL_{'_'.join(map(str, line['loc'])).upper()}: {line['msg']}"
            for line in error.errors()
        )
    return str(error)


if __name__ == "__main__":
    run()
