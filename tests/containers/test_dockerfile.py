"""The Dockerfile: what it copies is there, nothing else can get in, and what it builds is what we run."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Final, NamedTuple
from zipfile import ZipFile

import pytest
from docker.utils.build import exclude_paths

from runtime.servers import jars, java
from runtime.settings import Settings
from tests.containers.composed import ROOT, base_of, composed

SECRET: Final = (
    ".env",
    "settings.env",
    "secrets/neo4j-password",
    "api/secrets/issuer.pem",
    "api/.env",
    ".git/config",
    ".venv/pyvenv.cfg",
    "tests/conftest.py",
    "examples/data/week.csv",
    "runtime/__pycache__/kafka.cpython-311.pyc",
)
"""What must never be sent to an engine; two of them lie within what is."""


class Instruction(NamedTuple):
    """One instruction of a Dockerfile, its lines joined."""

    name: str
    text: str


def instructions() -> list[Instruction]:
    lines = [line for line in (ROOT / "Dockerfile").read_text().splitlines() if not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [Instruction(*line.split(maxsplit=1)) for line in joined.splitlines() if line]


def stages() -> list[list[Instruction]]:
    found: list[list[Instruction]] = [[]]
    for each in instructions():
        if each.name == "FROM":
            found.append([])
        found[-1].append(each)
    return found[1:]


def froms() -> list[Instruction]:
    return [each for each in instructions() if each.name == "FROM"]


def copied() -> list[str]:
    """What is copied from the folder of the build."""
    copies = [each.text.split() for each in instructions() if each.name == "COPY"]
    return [source for parts in copies if not parts[0].startswith("--") for source in parts[:-1]]


def patterns() -> list[str]:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def test_everything_that_is_copied_exists_and_is_sent_to_the_engine(tmp_path: Path) -> None:
    assert copied()
    for source in copied():
        assert (ROOT / source).exists(), source
        into = tmp_path / source
        into.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / source).is_dir():
            (into / "deep").mkdir(parents=True)
            (into / "deep" / "file.py").touch()
        else:
            into.touch()
    sent = exclude_paths(str(tmp_path), patterns())
    for source in copied():
        assert source in sent
        if (ROOT / source).is_dir():
            assert f"{source}/deep/file.py" in sent


def test_secrets_data_and_environments_are_not_sent(tmp_path: Path) -> None:
    for name in SECRET:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "api" / "app.py").touch()
    assert {name for name in exclude_paths(str(tmp_path), patterns()) if (tmp_path / name).is_file()} == {
        "api/app.py"
    }


def test_every_package_of_the_project_is_copied() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = {name.rstrip("*") for name in project["tool"]["setuptools"]["packages"]["find"]["include"]}
    assert wanted <= set(copied())


def test_the_image_is_of_the_projects_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    services, version = composed()["services"], project["project"]["version"]
    images = {s["image"] for s in services.values() if s.get("build") == "."}
    assert images == {f"diurnal:{version}"}
    assert services["neo4j"]["image"] == f"diurnal-neo4j:{version}"
    assert services["neo4j"]["build"]["target"] in {each.text.split(" AS ")[-1] for each in froms()}


def test_the_image_runs_as_nobody_on_a_pinned_python() -> None:
    last = stages()[-1]
    users = [each.text for each in last if each.name == "USER"]
    assert users[-1].split(":")[0] not in {"0", "root"}
    assert [each.text for each in last if each.name == "ENTRYPOINT"] == ['["diurnal"]']
    base = base_of("PYTHON")
    assert re.fullmatch(r"python:3\.\d+-slim-\w+", base)
    version = base.split(":")[1].split("-")[0]
    assert version == f"{sys.version_info.major}.{sys.version_info.minor}", "tests run on another Python"


@pytest.mark.timeout(600)
def test_the_build_stage_builds_a_program_that_runs(tmp_path: Path) -> None:
    """Its steps, as they stand, in a folder of this test's own in place of the image's root."""
    build, opt = tmp_path / "build", tmp_path / "opt"
    build.mkdir()
    for each in stages()[0]:
        if each.name == "COPY":
            *sources, target = each.text.split()
            for source in sources:
                _copy(ROOT / source, build / (source if target == "./" else target))
        elif each.name == "RUN":
            line = each.text.replace("/opt/diurnal", str(opt / "diurnal")).replace(" --no-cache ", " ")
            line = line.replace("python -m venv", f"{sys.executable} -m venv")
            done = subprocess.run(  # noqa: S602 - our own Dockerfile
                line.replace(" --compile-bytecode", ""),
                shell=True,
                cwd=build,
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
    said = subprocess.run(
        [opt / "diurnal" / "bin" / "diurnal", "--version"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert f"diurnal:{said.split()[1]}" == composed()["services"]["api"]["image"]
    packages = opt / "diurnal" / "lib" / f"python3.{sys.version_info.minor}" / "site-packages"
    for needed in ("runtime/servers/kafka.lock", "api/report/page.html", "ontology/vocabulary.ttl"):
        assert (packages / needed).is_file()
    _makes_the_guard(opt / "diurnal", tmp_path)
    for tool in ("pytest", "mypy", "hypothesis", "testcontainers"):
        assert not (packages / tool).exists(), f"the developers' {tool} is in the image"
    _as_pinned(opt / "diurnal", build / "tools" / "bin" / "uv")


def _makes_the_guard(environment: Path, folder: Path) -> None:
    """The step of the stage `guard`, against jars in a folder as Neo4j's image has them."""
    lib = folder / "lib"
    lib.mkdir()
    for jar in java.paths(jars.locked(jars.NEO4J), Settings()):
        (lib / jar.name).symlink_to(jar)
    [step] = [each.text for stage in stages() for each in stage if "diurnal guard" in each.text]
    line = step.replace("/opt/diurnal", str(environment)).replace("/neo4j/lib", str(lib))
    line = line.replace("/neo4j/diurnal-guard.jar", str(folder / "guard.jar"))
    subprocess.run(line, shell=True, cwd=folder, check=True)  # noqa: S602 - our own Dockerfile
    with ZipFile(folder / "guard.jar") as packed:
        assert "diurnal/guard/Guard.class" in packed.namelist()


def _as_pinned(environment: Path, uv: Path) -> None:
    """Every package in the image stands in the lock, in that version."""
    command = [uv, "pip", "freeze", "--python", environment / "bin" / "python"]
    found = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\n")
    lock = (ROOT / "requirements.lock").read_text()
    third = [line for line in found if line and not line.startswith("diurnal")]
    assert len(third) > 50
    assert [line for line in third if f"\n{line} " not in f"\n{lock}"] == []


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, target)
