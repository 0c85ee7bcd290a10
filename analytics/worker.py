"""The worker of the analytics: reads `knowledge`, concludes in steps of the data's time, writes `derived`.

Its state is rebuilt from the log: after a start it reads again, silently, what it had read before, and goes
on. So nothing is kept beside the log, and what it writes next is what it would have written undisturbed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from threading import Event

from analytics.clock import Clock
from analytics.emit import Emitter
from analytics.errors import AloneError, FloorError
from analytics.fold import Engine
from analytics.knowledge import Fixes, Mark, read
from analytics.parameters import HARBOUR, Parameters
from ontology.times import to_ms
from runtime import kafka, metrics
from runtime.consumer import Slot
from runtime.errors import PoisonError
from runtime.instance import Instance
from runtime.lifting import readable
from runtime.patience import persist
from runtime.record import Record
from runtime.replay import replay
from runtime.servers import Endpoints
from runtime.settings import Settings
from runtime.stream import run_stage
from runtime.topics import Topics, partitions
from runtime.worker import Worked, worker_of

NAME = "analytics"


class Analytics:
    """Knowledge to conclusions, for one view; remembers all fixes."""

    def __init__(
        self,
        emitter: Emitter,
        partitions: int,
        again: Callable[[Mapping[Slot, int]], Iterable[Sequence[Record]]],
        floor: str | None,
        parameters: Parameters = HARBOUR,
    ) -> None:
        """Set up the stage.

        Args:
            emitter: writes what is concluded.
            partitions: how many the knowledge topic has.
            again: reads the knowledge before some positions once more.
            floor: the label of all conclusions; without one, the label that all the fixes have.
            parameters: the thresholds.
        """
        self._emitter, self._partitions, self._again = emitter, partitions, again
        self._floor, self._parameters = floor, parameters
        self._closed: dict[str, int] = {}
        self._labels: set[str] = set()
        self._window: tuple[int, int] | None = None
        self._begin()

    @property
    def engine(self) -> Engine:
        """What is concluded so far."""
        return self._engine

    def restore(self, positions: Mapping[Slot, int]) -> None:
        """Forget everything, and conclude again what followed from the records before these positions."""
        self._begin()
        for chunk in self._again(positions):
            for record in chunk:
                with suppress(PoisonError):  # it lies among the dead letters already
                    self._take(record, read(record))
        self._closed, self._window = self._clock.now(), None
        if self._closed:
            self._engine.close(self._closed)

    def process(self, batch: Sequence[Record]) -> list[Record]:
        """What changes with a batch, concluded step by step; after it nothing late is left to conclude.

        So a start finds by the log alone what was concluded before, late fixes included. What was known all
        at once is concluded at once: versions that no moment of knowledge tells apart tell nobody anything.
        """
        told = [(record, read(record)) for record in batch]
        written: list[Record] = []
        for record, things in told:
            if self._take(record, things) and self._known_over_a_step():
                written += self._conclude()
        written += self._conclude()
        if self._engine.overdue(self._closed):
            written += self._close(self._closed)
        metrics.told_until(self._closed)
        return written

    def _begin(self) -> None:
        self._engine = Engine(self._emitter.view, self._parameters)
        self._step_ms = int(self._parameters.step_s * 1000)
        self._clock = Clock(self._partitions, self._step_ms)
        self._window = None
        self._closed = {}
        self._labels = set()

    def _take(self, record: Record, things: Iterable[Fixes | Mark]) -> bool:
        """Remember what a record tells; whether the clock may have moved."""
        ticked, known = False, self._know(record)
        for thing in things:
            if isinstance(thing, Mark):
                self._clock.tick(thing.source, record.partition, thing.watermark, known)
                ticked = True
            elif len(thing.track):
                self._labels.add(record.label)
                self._engine.add(thing.subject, thing.track, thing.source)
                self._clock.saw(thing.source, record.partition, int(thing.track.times[-1]))
        return ticked

    def _know(self, record: Record) -> int | None:
        """When we came to know what a record tells, epoch milliseconds: noted since we last concluded."""
        if record.known_at is None:
            return None
        known = to_ms(record.known_at)
        first, last = self._window or (known, known)
        self._window = min(first, known), max(last, known)
        return known

    def _known_over_a_step(self) -> bool:
        """Whether what was told since we last concluded became known over a step of time, and not at once."""
        return self._window is not None and self._window[1] - self._window[0] >= self._step_ms

    def _conclude(self) -> list[Record]:
        now = self._clock.now()
        if now == self._closed:
            return []
        steps: Iterable[Mapping[str, int]] = [now]
        if self._known_over_a_step():
            steps = self._clock.steps(self._closed, now, self._engine.waiting_since())
        written = [record for moment in steps for record in self._close(moment)]
        self._closed, self._window = now, None
        return written

    def _close(self, moment: Mapping[str, int]) -> list[Record]:
        changes = self._engine.close(moment)
        return self._emitter.records(changes, self._label()) if changes else []

    def _label(self) -> str:
        if self._floor is not None:
            return self._floor
        if len(self._labels) > 1:
            raise FloorError(
                f"the view {self._emitter.view!r} sees the labels {', '.join(sorted(self._labels))}: set"
                " DIURNAL_VIEW_LABEL to the label that conclusions from all of them shall carry"
            )
        return next(iter(self._labels))


def run_analytics(
    settings: Settings,
    endpoints: Endpoints,
    stop: Event,
    instance: Instance = 0,
    *,
    idle_s: float | None = None,
    on_batch: Callable[[Worked], None] | None = None,
) -> None:
    """Run the analytics until stopped, or, where so set, until there is nothing to do.

    Args:
        settings: the installation's.
        endpoints: its servers.
        stop: ends it after the batch at hand.
        instance: its number; there is no other than 0, for places and meetings are across subjects.
        idle_s: end once all is read and nothing came for so many seconds.
        on_batch: told of each batch once it is committed.

    Raises:
        TerminalError: it cannot go on.
    """
    if instance:
        raise AloneError(
            f"the analytics are one worker over all: there is no number {instance}, start 0 only"
        )
    topics = Topics(settings.topic_prefix, settings.topic_replicas)
    bootstrap = endpoints.kafka_bootstrap
    admin = kafka.admin(bootstrap)
    numbers: list[int] = []

    def prepare(_: Event) -> bool:
        topics.ensure(admin, [topics.knowledge, topics.dead_letters(topics.knowledge), topics.derived])
        numbers.append(partitions(admin, topics.knowledge))
        return True

    persist(prepare, stop, settings.patience_seconds, NAME)
    if numbers:
        stage = Analytics(
            Emitter(topics.derived, settings.view, NAME),
            numbers[-1],
            lambda positions: readable(replay(bootstrap, positions)),
            settings.view_label,
        )
        worker = worker_of(
            settings, bootstrap, NAME, [topics.knowledge], instance=instance, idle_s=idle_s, on_batch=on_batch
        )
        run_stage(worker, stage, stop)
