"""Who works on the log, where, and on what."""

import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from runtime import tracing
from runtime.consumer import Instance, Limits, static_id
from runtime.errors import SettingsError
from runtime.settings import Settings
from runtime.topics import Topics

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer

HOST: Final = "host"
"""Stands for the name of the machine, which in a container is the container's own."""
_NAME: Final = re.compile(r"[A-Za-z0-9._-]{1,100}")


@dataclass(frozen=True, slots=True)
class Worked:
    """What one batch came to."""

    read: int
    written: int
    dead: int
    bytes_: int


@dataclass(frozen=True, slots=True)
class Worker:
    """Who works, where, and on what.

    Attributes:
        name: the worker's name; its group and its transactions are named after it.
        bootstrap: Kafka's `host:port`.
        sources: full names of the topics that it reads.
        topics: the installation's topics.
        instance: its number or name among the workers of this name; two with the same fence each other off.
        limits: when a batch is full.
        patience_s: seconds to wait for a server that is away, before ending.
        idle_s: end once all is read and nothing came for so many seconds; None goes on for ever.
        on_batch: told of each batch once it is committed.
        tracer: makes the spans of its batches; None makes none.
    """

    name: str
    bootstrap: str
    sources: Sequence[str]
    topics: Topics = field(default_factory=Topics)
    instance: Instance = 0
    limits: Limits = field(default_factory=Limits)
    patience_s: float = 900.0
    idle_s: float | None = None
    on_batch: Callable[[Worked], None] | None = None
    tracer: "Tracer | None" = None

    @property
    def group(self) -> str:
        """The full name of the consumer group."""
        return self.topics.name(self.name)

    @property
    def transactional_id(self) -> str:
        """Stable, so that whoever starts as this worker ends what its forerunner left open."""
        return static_id(self.group, self.instance)


def instance_of(text: str) -> Instance:
    """The number or name that a text gives a worker; `host` gives it the machine's.

    Containers of one service have a name each, and keep it when they are started again.

    Raises:
        SettingsError: it can be no name of a member of a group.
    """
    if text.isdecimal():
        return int(text)
    name = socket.gethostname() if text == HOST else text
    if not _NAME.fullmatch(name):
        raise SettingsError(
            f"{name!r} is no name for a worker: use up to 100 letters, digits, dots, dashes and underscores"
        )
    return name


def worker_of(
    settings: Settings,
    bootstrap: str,
    name: str,
    sources: Sequence[str],
    *,
    instance: Instance = 0,
    idle_s: float | None = None,
    on_batch: Callable[[Worked], None] | None = None,
) -> Worker:
    """A worker as the settings have it; the rest as in `Worker`."""
    return Worker(
        name=name,
        bootstrap=bootstrap,
        sources=sources,
        topics=Topics(settings.topic_prefix, settings.topic_replicas),
        instance=instance,
        limits=Limits(settings.batch_records, settings.batch_bytes, settings.batch_seconds),
        patience_s=settings.patience_seconds,
        idle_s=idle_s,
        on_batch=on_batch,
        tracer=tracing.tracer(settings, name, instance),
    )
