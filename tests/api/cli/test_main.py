"""The command line as a whole: help that teaches, and exit codes that mean something."""

import subprocess
import sys

import pytest
from confluent_kafka import KafkaException
from neo4j.exceptions import ServiceUnavailable
from typer.testing import CliRunner

from api.cli import main
from api.cli.commands import COMMANDS, load
from api.cli.errors import CommandError, InputError, NotRunningError, UnknownSubjectError
from api.cli.exits import exit_code
from graph.reader.errors import GraphAwayError, NotKnownError, RefusedError, TooSlowError
from runtime.errors import FencedError, SettingsError, TransientError
from runtime.servers import PortTakenError

WANTED = {
    "alive",
    "analyse",
    "deadletters",
    "demo",
    "down",
    "feeds",
    "ingest",
    "query",
    "queries",
    "rebuild",
    "report",
    "run",
    "secrets",
    "settings",
    "show",
    "status",
    "subjects",
    "token",
    "up",
}


def test_every_command_is_there() -> None:
    assert set(COMMANDS) >= WANTED


@pytest.mark.parametrize("command", COMMANDS)
def test_help_says_what_each_command_and_option_is_for(command: str) -> None:
    found = load(command)
    assert found.help, command
    for parameter in found.params:
        assert getattr(parameter, "help", None), f"{command} {parameter.name}"
    assert CliRunner().invoke(main.app, [command, "--help"]).exit_code == 0


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (CommandError("x"), 69),
        (NotRunningError("x"), 69),
        (InputError("x"), 2),
        (UnknownSubjectError("x"), 66),
        (NotKnownError("x"), 66),
        (GraphAwayError("x"), 75),
        (TransientError("x"), 75),
        (TooSlowError("x"), 69),
        (PortTakenError("x"), 69),
        (FencedError("x"), 75),
        (SettingsError("x"), 78),
        (RefusedError("x"), 2),
        (ServiceUnavailable("x"), 75),
        (KafkaException("x"), 75),
        (ZeroDivisionError("x"), 70),
    ],
)
def test_exit_codes(error: Exception, code: int) -> None:
    assert exit_code(error) == code


def test_an_error_is_one_line_on_stderr_and_nothing_on_stdout(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    home = tmp_path_factory.mktemp("home")
    done = subprocess.run(
        [sys.executable, "-m", "api.cli.main", "--home", str(home), "subjects"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 69
    assert done.stdout == ""
    assert "diurnal up" in done.stderr
    assert "Traceback" not in done.stderr
