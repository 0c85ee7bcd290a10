"""For maintainers: resolve the servers' jars anew and pin them (`python -m runtime.servers.resolve`)."""

from __future__ import annotations

import sys
from pathlib import Path

from jgo.maven import MavenContext

from runtime.servers import jars
from runtime.servers.fetch import repository_of
from runtime.servers.jars import Jar
from runtime.settings import Settings

ROOTS: dict[str, tuple[str, ...]] = {
    # Kafka's jars bring an API for logs and no backend; its release adds this one.
    jars.KAFKA: (
        "org.apache.kafka:kafka_2.13:4.3.1",
        "org.apache.logging.log4j:log4j-slf4j-impl:2.25.4",
    ),
    jars.NEO4J: ("org.neo4j:neo4j:2026.09.0", "org.neo4j.app:neo4j-server:2026.09.0"),
    jars.COMPILER: ("org.eclipse.jdt:ecj:3.43.0",),
}
_RUNTIME_SCOPES = ("compile", "runtime")


def resolve(roots: tuple[str, ...], repository: str) -> list[Jar]:
    """Resolve a graph of jars and fetch each, to pin its digest and size.

    Args:
        roots: Coordinates `group:artifact:version`.
        repository: URL of the Maven repository.

    Returns:
        The roots and all that they need at run time, in no particular order.
    """
    context = MavenContext(remote_repos={"central": repository}, timeout=120)
    # "!" keeps a root from dictating the versions of the other roots' dependencies, as Maven has it.
    wanted = [context.create_dependency(f"{root}!") for root in roots]
    inputs, transitive = context.resolver.resolve(wanted)
    needed = [*inputs, *(each for each in transitive if each.scope in _RUNTIME_SCOPES)]
    found = {}
    for each in needed:
        if each.type != "jar":
            continue
        path = each.artifact.resolve()
        jar = Jar(
            each.groupId,
            each.artifactId,
            each.version,
            each.classifier or "",
            jars.digest_of(path),
            path.stat().st_size,
        )
        found[jar.coordinates] = jar
    return list(found.values())


def main() -> None:
    """Write every lock file beside this module."""
    repository = repository_of(Settings())
    for name, roots in ROOTS.items():
        pinned = resolve(roots, repository)
        heading = f"Resolved from {' '.join(roots)} by python -m runtime.servers.resolve"
        (Path(__file__).parent / f"{name}.lock").write_text(jars.dump(pinned, heading))
        total = sum(jar.size for jar in pinned)
        sys.stderr.write(f"{name}.lock: {len(pinned)} jars, {total / 1e6:.0f} MB\n")


if __name__ == "__main__":
    main()
