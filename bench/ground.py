"""What every measure stands on: servers of this run alone, and processes of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from runtime import kafka
from runtime.record import Record
from runtime.servers import Endpoints, Stack
from runtime.settings import Settings
from runtime.topics import Topics
from runtime.transaction import send

ROOT: Final = Path(__file__).parents[1]
PEER: Final = ROOT / ".venv-peer" / "bin" / "python"
_CHILD_S: Final = 300.0


@dataclass(frozen=True, slots=True)
class Ground:
    """Where to keep things, and whom to tell what goes on.

    Attributes:
        folder: a temporary folder.
        say: tells what goes on.
    """

    folder: Path
    say: Callable[[str], None]

    @contextmanager
    def servers(self, name: str) -> Iterator[Servers]:
        """Kafka and Neo4j in a new home of that name; they stop at the end."""
        self.say("starting Kafka and Neo4j")
        with Stack(self.folder / name, settings("")) as stack:
            yield Servers(stack)


@dataclass(frozen=True, slots=True)
class Servers:
    """Servers of this run alone."""

    stack: Stack

    @property
    def endpoints(self) -> Endpoints:
        """Where they are."""
        return self.stack.endpoints

    @property
    def bootstrap(self) -> str:
        """Kafka's `host:port`."""
        return self.stack.endpoints.kafka_bootstrap

    def topics(self, prefix: str) -> Topics:
        """The topics of one measure, made."""
        topics = Topics(prefix)
        topics.ensure(kafka.admin(self.bootstrap), topics.all(["ais"]))
        return topics

    def fill(self, records: Iterable[Record]) -> None:
        """Write records to the log."""
        producer = kafka.producer(self.bootstrap)
        for record in records:
            send(producer, record)
        producer.flush()


def settings(prefix: str, **more: Any) -> Settings:  # noqa: ANN401 - as Settings takes them
    """Settings for the servers of this run, whatever the environment says, and topics with a prefix."""
    return Settings(kafka_bootstrap=None, neo4j_uri=None, topic_prefix=prefix, **more)


def child(python: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Run a program that prints a JSON object at its end, and read that.

    Raises:
        RuntimeError: it failed; its last lines are in the message.
    """
    done = subprocess.run(
        [str(python), *arguments],
        cwd=ROOT,
        env=os.environ | dict(environment or {}),
        capture_output=True,
        text=True,
        timeout=_CHILD_S,
        check=False,
    )
    if done.returncode:
        tail = "\n".join(done.stderr.splitlines()[-15:])
        raise RuntimeError(f"{' '.join(arguments[:2])} ended with {done.returncode}:\n{tail}")
    written = "\n" + done.stdout
    told: dict[str, Any] = json.loads(written[written.rindex("\n{") :])
    return told


def own(module: str, *arguments: str, environment: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Run a module of ours in a process of its own, and read the line of JSON that it prints."""
    return child(Path(sys.executable), "-m", module, *arguments, environment=environment)
