"""The pinned jars: a lock file a server, one jar a line."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib import resources
from pathlib import Path, PurePosixPath

KAFKA = "kafka"
NEO4J = "neo4j"
COMPILER = "compiler"
LOCKS = (KAFKA, NEO4J, COMPILER)
_JAR_TIME = 946_684_800  # 2000-01-01T00:00:00Z


@dataclass(frozen=True, slots=True, order=True)
class Jar:
    """One pinned jar of a Maven repository.

    Attributes:
        group: Maven group id.
        artifact: Maven artifact id.
        version: Exact version.
        classifier: Maven classifier, empty for the main jar.
        sha256: Hex digest of the file.
        size: Length of the file in bytes.
    """

    group: str
    artifact: str
    version: str
    classifier: str
    sha256: str
    size: int

    @property
    def coordinates(self) -> str:
        """The jar as Maven writes it: `group:artifact:version[:classifier]`."""
        parts = [self.group, self.artifact, self.version]
        return ":".join([*parts, self.classifier] if self.classifier else parts)

    @property
    def path(self) -> PurePosixPath:
        """Where the jar lies below a repository's root, and below the cache's."""
        tail = f"-{self.classifier}" if self.classifier else ""
        name = f"{self.artifact}-{self.version}{tail}.jar"
        return PurePosixPath(*self.group.split("."), self.artifact, self.version, name)


def parse(text: str) -> tuple[Jar, ...]:
    """Read a lock file's text; lines that begin with `#` are comments.

    Raises:
        ValueError: A line is not `coordinates sha256 size`.
    """
    return tuple(_parse_line(line) for line in text.splitlines() if line.strip() and not line.startswith("#"))


def _parse_line(line: str) -> Jar:
    try:
        coordinates, digest, size = line.split()
        group, artifact, version, *classifier = coordinates.split(":")
    except ValueError:
        raise ValueError(f"Not a line of a lock file (coordinates sha256 size): {line!r}") from None
    return Jar(group, artifact, version, "".join(classifier), digest, int(size))


def dump(jars: Iterable[Jar], heading: str) -> str:
    """Write a lock file's text, sorted, so that a change shows as a small difference."""
    lines = [f"{jar.coordinates} {jar.sha256} {jar.size}" for jar in sorted(jars)]
    return "\n".join([f"# {heading}", *lines, ""])


def lock_text(name: str) -> str:
    """The text of the lock file `name` that this release ships."""
    return resources.files("runtime.servers").joinpath(f"{name}.lock").read_text()


def locked(name: str) -> tuple[Jar, ...]:
    """The jars of one server, as pinned by this release: `KAFKA`, `NEO4J` or `COMPILER`."""
    return parse(lock_text(name))


def version_of(jars: Sequence[Jar], artifact: str) -> str:
    """The pinned version of one artifact.

    Raises:
        KeyError: The artifact is not pinned.
    """
    for jar in jars:
        if jar.artifact == artifact:
            return jar.version
    raise KeyError(artifact)


def fix_time(path: Path) -> Path:
    """Give a jar a time that is always the same: a JVM's archive fits only jars of the times it saw."""
    os.utime(path, (_JAR_TIME, _JAR_TIME))
    return path


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    digest = sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
