"""The commands in the README and in docs/ work as they are written, in a row, in a home of their own."""

import json
import os
import re
import signal
import subprocess
import threading
import time
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
PAGES: Final = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK: Final = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
ENDS_S: Final = 120.0
"""Within which an interrupted demo must have ended, workers and servers too."""
ELSEWHERE: Final = {"make test": "it runs this very test", "make demo": "it stays: a test of its own"}
"""Commands that are not run in the row, and why."""


def commands(page: Path) -> list[str]:
    """The command lines of a page's shell blocks, without comments."""
    found = []
    for block in BLOCK.findall(page.read_text()):
        joined = block.replace("\\\n", " ")
        lines = [re.sub(r"\s+#.*$", "", line).strip() for line in joined.splitlines()]
        found += [line for line in lines if line and not line.startswith("#")]
    return found


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    bin_ = str(ROOT / ".venv" / "bin")
    # What `make test` tells the makes below it is not for those that a person calls.
    mine = {
        name: value for name, value in os.environ.items() if name not in {"MAKEFLAGS", "MAKELEVEL", "MFLAGS"}
    }
    return mine | {
        "DIURNAL_HOME": str(tmp_path_factory.mktemp("docs")),
        "PATH": f"{bin_}{os.pathsep}{os.environ['PATH']}",
    }


def test_the_pages_have_commands() -> None:
    assert "make demo" in commands(PAGES[0])
    assert "make test" in commands(PAGES[0])


@pytest.mark.timeout(600)
def test_the_demo_ends_with_its_summary_and_changes_nothing_when_run_again(
    environment: dict[str, str],
) -> None:
    first, second = _demo_once(environment), _demo_once(environment)
    assert first["fixes"] == 172_679
    assert first["subjects"] == 140
    for name in ("stays", "places", "routines", "findings"):
        assert first[name] > 0, name
    first_seconds, second_seconds = first.pop("seconds"), second.pop("seconds")
    assert second == first
    assert second_seconds["total"] > 0 < first_seconds["total"]


@pytest.mark.timeout(600)
def test_the_demo_stays_until_it_is_interrupted(environment: dict[str, str]) -> None:
    with subprocess.Popen(
        ["make", "demo"],
        cwd=ROOT,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            said.append(line)
            if "--home" in line and line.rstrip().endswith(" status"):
                break
        os.killpg(process.pid, signal.SIGINT)
        late = threading.Timer(ENDS_S, os.killpg, (process.pid, signal.SIGKILL))
        late.start()
        said += process.stdout.readlines()
        late.cancel()
    assert "stopping ..." in "".join(said)
    assert process.returncode != -signal.SIGKILL, "it did not end when it was interrupted"
    text = "".join(said)
    assert "The report: " in text
    assert "API answers at http://127.0.0.1:" in text
    assert "Traceback" not in text


@pytest.mark.timeout(900)
def test_every_other_command_in_the_readme_and_the_docs_works(environment: dict[str, str]) -> None:
    lines = [(page, line) for page in PAGES for line in commands(page)]
    assert lines
    for page, line in lines:
        if any(line == skipped or line.startswith(f"{skipped} ") for skipped in ELSEWHERE):
            continue
        done = _run(line, environment)
        said = (
            f"{page.name}: {line}\nexit code {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
        )
        assert done.returncode == 0, said


def _demo_once(environment: dict[str, str]) -> dict[str, object]:
    done = _run('make demo ARGS="--once --json"', environment)
    assert done.returncode == 0, done.stderr[-4000:]
    summary: dict[str, object] = json.loads(done.stdout)
    return summary


def _run(line: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """As a person would: what was published is given a moment to arrive before the next look."""
    done = subprocess.run(  # noqa: S602 - the lines are those of our own pages
        line, shell=True, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    if " ingest " in line:
        _wait_until_read(environment)
    return done


def _wait_until_read(environment: dict[str, str]) -> None:
    deadline = time.monotonic() + 120
    quiet = 0
    while quiet < 3 and time.monotonic() < deadline:
        done = subprocess.run(
            ["diurnal", "status", "--json"],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        stages = json.loads(done.stdout)["stages"]
        quiet = quiet + 1 if all(stage["lag"] == 0 for stage in stages) else 0
        time.sleep(0.5)
    assert quiet == 3, "what was published did not arrive"
