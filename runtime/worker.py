"""Who works on the log, where, and on what."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from runtime import tracing
from runtime.consumer import Limits
from runtime.instance import Instance, static_id
from runtime.settings import Settings
from runtime.topics import Topics

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer


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
