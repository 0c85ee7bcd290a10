"""A Neo4j whose kernel asks otherwise than this one is not started at all."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from types import SimpleNamespace

import pytest

from runtime.servers import Stack, StartError, jars, java
from runtime.settings import Settings

GUARD = Path(str(resources.files("graph"))) / "guard"


@pytest.fixture
def spoiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str, str], None]:
    """Gives the servers a copy of the guard in which some words of a file are others."""

    def files(package: str) -> object:
        return tmp_path / "graph" if package == "graph" else resources.files(package)

    def spoil(file: str, words: str, others: str) -> None:
        copy = tmp_path / "graph" / "guard"
        shutil.copytree(GUARD, copy)
        text = (copy / file).read_text()
        assert words in text
        (copy / file).write_text(text.replace(words, others))
        monkeypatch.setattr(java, "resources", SimpleNamespace(files=files))

    return spoil


@pytest.mark.parametrize(
    ("file", "words", "others"),
    [
        ("SightMode.java", "boolean allowsTraverseAllLabels()", "boolean allowsTraverseEachLabel()"),
        (
            "SightMode.java",
            "boolean allowsTraverseNode(LabelsSupplier labels, ",
            "boolean allowsTraverseNode(",
        ),
        ("Guard.java", "kernel.overrideWith(", "kernel.underSight("),
        ("Question.java", "Cypher25AstParserFactory", "Cypher26AstParserFactory"),
        ("Looks.java", '"propertyInitializer"', '"initializer"'),
        ("Looks.java", "AccessControlDataProvider", "AccessDataProvider"),
    ],
)
def test_a_guard_that_does_not_fit_the_kernel_does_not_compile(
    spoiled: Callable[[str, str, str], None], file: str, words: str, others: str
) -> None:
    settings = Settings()
    java.fetch_for([jars.NEO4J], settings)
    spoiled(file, words, others)
    with pytest.raises(StartError, match=r"(?s)guard does not compile.*neo4j\.lock.*" + re_escaped(file)):
        java.plugin(settings)


def re_escaped(name: str) -> str:
    return name.replace(".", r"\.")


def test_without_a_guard_no_server_starts(
    spoiled: Callable[[str, str, str], None], tmp_path: Path, server_settings: Settings
) -> None:
    spoiled("SightMode.java", "boolean allowsTraverseAllLabels()", "boolean allowsTraverseEachLabel()")
    stack = Stack(tmp_path / "home", server_settings.model_copy(update={"quick_start": False}))
    with pytest.raises(StartError, match="nothing is started"), stack:
        pytest.fail("it started")
    assert not (tmp_path / "home" / "neo4j" / "plugins" / "diurnal-guard.jar").exists()
