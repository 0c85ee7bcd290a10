"""The list of commands is that of the commands, and to list them loads none."""

import subprocess
import sys

import pytest

from api.cli.commands import COMMANDS, load

HEAVY = ("neo4j", "confluent_kafka", "polars", "numpy", "pydantic_settings", "jgo", "httpx")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_listed_is_there_and_says_the_same_of_itself(name: str) -> None:
    first = (load(name).help or "").split()
    assert first[0] == COMMANDS[name].line.split()[0]


def test_the_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from api.cli.main import app\n"
        "try: app(['--help'])\n"
        f"except SystemExit: print(*[name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.split() == []
    for name, listed in COMMANDS.items():
        assert name in done.stdout
        assert listed.line.split()[0] in done.stdout


def test_a_wrong_name_is_answered_with_the_nearest() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "api.cli.main", "shw"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "Did you mean 'show'" in done.stderr
