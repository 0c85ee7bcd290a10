"""The stage of the analytics: takes `knowledge`, concludes in steps of the data's time, gives `derived`.

Its state is rebuilt from the log: after a start it reads again, silently, what it had read before, and goes
on. So nothing is kept beside the log, and what it writes next is what it would have written undisturbed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress

from analytics.alerts.standing import Alerts
from analytics.clock import Clock
from analytics.conclusions import Change
from analytics.emit import Emitter
from analytics.errors import FloorError
from analytics.fold import Engine
from analytics.knowledge import Fixes, Mark, read
from analytics.parameters import HARBOUR, Parameters
from analytics.visible import Visible
from ontology.labels import Hierarchies
from ontology.times import to_ms
from ontology.views import View
from runtime import metrics
from runtime.consumer import Slot
from runtime.errors import PoisonError
from runtime.record import Record
from runtime.rules import standing


class Analytics:
    """Knowledge to conclusions, for one view; remembers all fixes that it sees."""

    def __init__(
        self,
        emitter: Emitter,
        partitions: int,
        again: Callable[[Mapping[Slot, int]], Iterable[Sequence[Record]]],
        view: View,
        hierarchies: Hierarchies,
        parameters: Parameters = HARBOUR,
        rules: str = "",
        without: Collection[str] = (),
    ) -> None:
        """Set up the stage.

        Args:
            emitter: writes what is concluded.
            partitions: how many the knowledge topic has.
            again: reads the knowledge before some positions once more.
            view: what it sees, and the label of all conclusions; without one, the label of all the fixes.
            hierarchies: attribute → its values from low to high.
            parameters: the thresholds.
            rules: full name of the topic of standing rules, if it reads one.
            without: distributions that the view never sees; see `Profile`.
        """
        self._emitter, self._partitions, self._again = emitter, partitions, again
        self._rules = rules
        self._view, self._visible, self._parameters = view, Visible(view, hierarchies, without), parameters
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
            for record in self._ruling(chunk):
                with suppress(PoisonError):  # it lies among the dead letters already
                    self._alerts.rule(standing(record), self._engine.heard)
            for record in self._visible.among(chunk):
                with suppress(PoisonError):  # so does this
                    self._take(record, read(record))
        self._closed, self._window = self._clock.now(), None
        if self._closed:
            self._engine.close(self._closed)
        self._alerts.conclude()

    def process(self, batch: Sequence[Record]) -> list[Record]:
        """What changes with a batch, concluded step by step; after it nothing late is left to conclude.

        So a start finds by the log alone what was concluded before, late fixes included. What was known all
        at once is concluded at once: versions that no moment of knowledge tells apart tell nobody anything.
        """
        ordered = self._order(batch)
        told = [(record, read(record)) for record in self._visible.among(batch)]
        if not (told or ordered):
            return []
        written: list[Record] = []
        for record, things in told:
            if self._take(record, things) and self._known_over_a_step():
                written += self._conclude()
        written += self._conclude()
        if self._engine.overdue(self._closed):
            written += self._close(self._closed)
        written += self._alert()
        metrics.told_until(self._closed)
        return written

    def _begin(self) -> None:
        self._engine = Engine(self._view.name, self._parameters)
        self._alerts = Alerts(self._view.name, self._partitions)
        self._step_ms = int(self._parameters.step_s * 1000)
        self._clock = Clock(self._partitions, self._step_ms)
        self._window = None
        self._closed = {}
        self._labels = set()

    def _take(self, record: Record, things: Sequence[Fixes | Mark]) -> bool:
        """Remember what a record tells; whether the clock may have moved."""
        if not things:
            return False
        ticked, told, known = False, False, _known(record)
        for thing in things:
            if isinstance(thing, Mark):
                self._clock.tick(thing.source, record.partition, thing.watermark, known)
                self._alerts.tick(thing.source, record.partition, thing.watermark)
                ticked = True
                told |= self._clock.tells(thing.source)
            elif len(thing.track):
                self._labels.add(record.label)
                self._engine.add(thing.subject, thing.track, thing.source)
                self._alerts.hear(thing.subject, thing.track, thing.source)
                self._clock.saw(thing.source, record.partition, int(thing.track.times[-1]))
                told = True
        if told and known is not None:
            first, last = self._window or (known, known)
            self._window = min(first, known), max(last, known)
        return ticked

    def _order(self, batch: Sequence[Record]) -> bool:
        """Take note of the standing rules in a batch; whether there was one."""
        found = self._ruling(batch)
        for record in found:
            self._alerts.rule(standing(record), self._engine.heard)
        return bool(found)

    def _ruling(self, batch: Sequence[Record]) -> list[Record]:
        return [record for record in batch if record.topic == self._rules] if self._rules else []

    def _alert(self) -> list[Record]:
        """What rules find, at once: they wait for no step."""
        labelled: dict[str, list[Change]] = {}
        for alert in self._alerts.conclude():
            labelled.setdefault(alert.label or self._label(), []).append(alert.change)
        return [record for label, some in labelled.items() for record in self._emitter.records(some, label)]

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
        if self._view.floor is not None:
            return self._view.floor
        if len(self._labels) > 1:
            setting = "DIURNAL_VIEW_LABEL" if self._view.attributes is None else "its floor in DIURNAL_VIEWS"
            raise FloorError(
                f"the view {self._view.name!r} sees the labels {', '.join(sorted(self._labels))}: set"
                f" {setting} to the label that conclusions from all of them shall carry"
            )
        return next(iter(self._labels))


def _known(record: Record) -> int | None:
    """When we came to know what a record tells, epoch milliseconds; None where that is left to the data."""
    return None if record.known_at is None else to_ms(record.known_at)
