"""The commands in docs/deployment.md cannot run without an engine; they must at least mean something."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.containers.composed import ROOT, WORKERS, composed
from tests.containers.test_compose import parse

PAGE = ROOT / "docs" / "deployment.md"
SERVICES = composed()["services"]


def commands() -> list[list[str]]:
    blocks = re.findall(r"^```console\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    return [shlex.split(line[2:]) for block in blocks for line in block.splitlines() if line.startswith("$ ")]


def ours(words: list[str]) -> list[str] | None:
    """What is given to our program in a container, if anything is."""
    at = next((index for index, word in enumerate(words) if word in WORKERS), None)
    if at is not None and "exec" in words:
        assert words[at + 1] == "diurnal"
        return words[at + 2 :]
    if at is not None and "run" in words:
        return words[at + 1 :]
    image = SERVICES["api"]["image"]
    return words[words.index(image) + 1 :] if image in words and "run" in words else None


def test_the_page_has_commands() -> None:
    assert len(commands()) > 8


@pytest.mark.parametrize("words", commands(), ids=lambda words: " ".join(words)[:60])
def test_a_command_names_what_there_is(words: list[str], tmp_path: Path) -> None:
    for name in re.findall(r"\S+\.yml", " ".join(words)):
        assert (ROOT / name).is_file()
    for service in re.findall(r"--scale (\w+)=", " ".join(words)):
        assert service in {"ingest", "graph"}
    if words[:3] == ["docker", "compose", "build"]:
        assert all("build" in SERVICES[name] for name in words[3:])
    elif "build" in words:
        assert words[words.index("-t") + 1] == SERVICES["api"]["image"]
    given = ours(words)
    if given is not None:
        given = given[: given.index("<")] if "<" in given else given
        parse([str(tmp_path) if word == "/here" else word for word in given])


def test_every_volume_is_explained() -> None:
    table = PAGE.read_text().split("## What lasts")[1]
    assert set(re.findall(r"^\| `([\w-]+)` \|", table, re.MULTILINE)) == set(composed()["volumes"])
