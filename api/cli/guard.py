"""`diurnal guard`: the plugin by which a Neo4j shows readers what they may see, and nothing else."""

import shutil
from pathlib import Path
from typing import Annotated, Final

import typer

from api.cli import context
from api.cli.errors import InputError
from api.cli.output import note

NAME: Final = "diurnal-guard.jar"


def guard(
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="Where to write the plugin.")
    ] = Path(NAME),
    jars: Annotated[
        Path | None,
        typer.Option(help="The `lib` folder of that Neo4j; else the jars from which ours is started."),
    ] = None,
) -> None:
    """Compile the guard for a Neo4j that is not started from here.

    It goes into that Neo4j's folder of plugins, and its configuration needs
    `dbms.security.procedures.unrestricted=diurnal.*` and `dbms.security.procedures.allowlist=diurnal.*`: the
    first lets it work, the second keeps every other procedure from whoever gets at that Neo4j. Without the
    guard nothing can be read: it alone keeps readers from what they may not see. The jars must be of the
    version for which the guard was written.
    """
    from runtime.servers import jars as pinned
    from runtime.servers import java

    settings = context.settings()
    class_path = sorted(jars.glob("*.jar")) if jars else None
    if class_path == []:
        raise InputError(f"--jars {jars}: there is no jar in it")
    java.fetch_for([] if class_path else [pinned.NEO4J], settings)
    made = java.plugin(settings, class_path)
    try:
        shutil.copy(made, output)
    except OSError as error:
        raise InputError(f"--output {output}: {error.strerror or error}") from error
    note(f"made {output}")


COMMANDS: Final = (guard,)
