from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from runtime.servers import StartError, java
from runtime.servers.java import JAVA, compiled, fetch_for, write_arguments
from runtime.settings import Settings


def test_compiles_once_and_the_result_runs(tmp_path: Path) -> None:
    settings = Settings()
    fetch_for([], settings)
    source = tmp_path / "Hello.java"
    source.write_text(
        'class Hello { public static void main(String[] a) { System.out.print("hello " + a[0]); } }'
    )
    jar = compiled("test-hello", [source], [], settings)
    try:
        made = jar.stat().st_mtime_ns, jar.stat().st_ino
        assert compiled("test-hello", [source], [], settings) == jar
        assert (jar.stat().st_mtime_ns, jar.stat().st_ino) == made
        arguments = tmp_path / "arguments"
        write_arguments(arguments, ["-cp", str(jar), "Hello", 'a "quoted" \\ word'])
        said = subprocess.run([JAVA, f"@{arguments}"], capture_output=True, text=True, check=True).stdout
    finally:
        jar.unlink()
    assert said == 'hello a "quoted" \\ word'


def test_says_where_a_source_is_wrong(tmp_path: Path) -> None:
    source = tmp_path / "Wrong.java"
    source.write_text("class Wrong { int x = missing; }")
    fetch_for([], Settings())
    with pytest.raises(StartError, match=r"(?s)Wrong\.java.*missing cannot be resolved"):
        compiled("test-wrong", [source], [], Settings())


def test_the_classes_that_link_neo4j_name_its_licence() -> None:
    folder = Path(java.__file__).parent / "java" / "neo4j"
    assert "GPL-3.0-or-later" in (folder / "LICENSE.md").read_text()
    assert all("SPDX-License-Identifier: GPL-3.0" in file.read_text() for file in folder.glob("*.java"))
