"""The command `diurnal`."""

import sys
import traceback
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from api.cli import context, output
from api.cli.commands import Commands

INTERRUPTED: Final = 130

app = typer.Typer(
    name="diurnal",
    cls=Commands,
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


class Level(StrEnum):
    """How severe a line of the log must be to be shown."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

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
    purpose: Annotated[
        str | None,
        typer.Option(help="What you ask for, such as the number of a case: it is kept in the audit log."),
    ] = None,
    log_level: Annotated[
        Level, typer.Option(case_sensitive=False, help="The least severe lines of the log that are shown.")
    ] = Level.INFO,
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Options that stand before the command."""
    from runtime import telemetry

    telemetry.configure(log_level)
    context.override(home=home.expanduser().resolve() if home else None, purpose=purpose)


def run() -> None:
    """The entry point: runs the command, and turns an error into one clear line and an exit code."""
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except Exception as error:  # noqa: BLE001 - the last stop: every error gets its exit code
        from api.cli.exits import exit_code, is_expected, words

        if is_expected(error):
            output.complain(words(error))
        else:
            traceback.print_exc()
        sys.exit(exit_code(error))


if __name__ == "__main__":
    run()
