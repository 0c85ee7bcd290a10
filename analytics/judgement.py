"""A subject's routines and findings, judged step by step as its stays end and its days pass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray

from analytics.civil_time import zone
from analytics.history import History, Visit
from analytics.missed_visit import Block, missed, missed_visit, usual_blocks
from analytics.parameters import Parameters
from analytics.routine import routines, through
from analytics.stays import NOT_YET
from analytics.track import Track
from analytics.unusual_hour import unusual_hour
from analytics.unusual_place import unusual_place
from ontology.concluded import Finding, Routine
from ontology.times import DAY_MS


@dataclass(frozen=True, slots=True)
class _Counted:
    """The last days that count: `end` is when the latest is over, `good_until` when the next one may be."""

    names: frozenset[str] = frozenset()
    last: tuple[int | None, ...] = ()
    end: int = 0
    good_until: int = 0

    @classmethod
    def at(cls, until: int, names: frozenset[str], history: History) -> Self:
        """Those at a moment."""
        zones = [zone(name) for name in sorted(names)]
        last = tuple(through(history, where, until) for where in zones)
        ends = [
            where.instant((day + 1) * DAY_MS)
            for where, day in zip(zones, last, strict=True)
            if day is not None
        ]
        good = min(where.instant((where.day(until) + 1) * DAY_MS) for where in zones)
        return cls(names, last, max(ends, default=0), good)


@dataclass(slots=True)
class Judgement:
    """What is concluded of one subject's history.

    Attributes:
        history: what it has done; visits only grow.
        view: whose conclusions these are.
        parameters: the thresholds.
        findings_of_visits: at unusual places and hours, settled once judged.
        misses: civil day → what was missed on it, if anything.
        routines: by place.
        due: epoch milliseconds from which time alone may change something.
    """

    history: History
    view: str
    parameters: Parameters
    findings_of_visits: list[Finding] = field(default_factory=list)
    misses: dict[int, Finding] = field(default_factory=dict)
    routines: list[Routine] = field(default_factory=list)
    due: int = 0
    _settled: int | None = None
    _basis: object = None
    _usual: dict[int, list[Block]] = field(default_factory=dict)
    _names: frozenset[str] = frozenset()
    _zones_of: int = 0
    _counted: _Counted = field(default_factory=_Counted)

    def visited(self, visits: Iterable[Visit]) -> None:
        """Judge visits, each by what was before it, and make them part of the history."""
        for visit in visits:
            for judge in (unusual_place, unusual_hour):
                finding = judge(self.history, visit, self.view, self.parameters)
                if finding is not None:
                    self.findings_of_visits.append(finding)
            self.history.visited(visit)
            self._forget_after(visit.start)

    def sighted(self, times: NDArray[np.int64]) -> None:
        """Take note of the times of fixes, epoch milliseconds, in time order."""
        self.history.sighted(times)
        if len(times):
            self._forget_after(int(times[0]))

    def passed(self, until: int, going_on: Visit | None, open_since: int, track: Track, long: bool) -> None:
        """Judge the blocks of hours and the days that are over.

        Args:
            until: epoch milliseconds before which everything is known.
            going_on: the stay or candidate that is not over, if it is at a known place.
            open_since: epoch milliseconds since which it goes on, NOT_YET if nothing does.
            track: all fixes before `until`.
            long: whether what goes on is long enough to be a stay.
        """
        self.due = NOT_YET
        zones = self._zones()
        today = max(zone(name).day(until) for name in zones)
        first = self._settled
        if first is None:
            days = [self.history.watched(zone(name))[:1] for name in zones]
            first = min((int(day[0]) for day in days if len(day)), default=today) - 1
        for day in range(first + 1, today + 1):
            self._judge_day(day, until, going_on, track)
            over = max(zone(name).instant((day + 1) * DAY_MS) for name in zones)
            if over > until:
                self.due = min(self.due, *(self._next_days(day, zones, until)))
            elif over <= open_since and self._settled in (None, day - 1):
                self._settled = day
                self._usual.pop(day, None)
        self._renew_routines(until, going_on if long else None)

    def all(self) -> Iterator[Finding | Routine]:
        """Everything concluded."""
        yield from self.findings_of_visits
        yield from self.misses.values()
        yield from self.routines

    def _judge_day(self, day: int, until: int, going_on: Visit | None, track: Track) -> None:
        found: list[Block] = []
        blocks = self._usual.get(day)
        if blocks is None:
            blocks = self._usual[day] = usual_blocks(self.history, day, self.parameters)
        for block in blocks:
            if block.end > until:
                self.due = min(self.due, block.end)
            elif missed(self.history, block, day, going_on):
                found.append(block)
        self.misses.pop(day, None)
        if found:
            self.misses[day] = missed_visit(
                self.history, day, found, track, going_on, self.view, self.parameters
            )

    def _forget_after(self, moment: int) -> None:
        """What is usual on a day depends on the days before it."""
        # A day may begin up to 14 hours before UTC's: whatever the zone, these days come after.
        first = moment // DAY_MS
        for day in [day for day in self._usual if day >= first]:
            if day > first + 1 or any(day > zone(name).day(moment) for name in self._zones()):
                del self._usual[day]

    def _zones(self) -> frozenset[str]:
        if self._zones_of != len(self.history.places):
            self._zones_of = len(self.history.places)
            self._names = frozenset(place.timezone for place in self.history.places.values())
        return self._names or frozenset({"UTC"})

    @staticmethod
    def _next_days(day: int, zones: frozenset[str], until: int) -> list[int]:
        ends = (zone(name).instant((day + 1) * DAY_MS) for name in zones)
        return [end for end in ends if end > until]

    def _renew_routines(self, until: int, going_on: Visit | None) -> None:
        """Count again only if a day that counts has changed."""
        names = self._zones() if going_on is None else self._zones() | {going_on.place.timezone}
        if names != self._counted.names or until >= self._counted.good_until:
            self._counted = _Counted.at(until, names, self.history)
        end = self._counted.end
        visits = self.history.began_before(end)
        open_part = None
        if going_on is not None and going_on.start < end:
            open_part = (going_on.place.key, going_on.start, min(going_on.end, end))
        basis = (self._counted.last, visits, open_part)
        if basis != self._basis:
            self._basis = basis
            self.routines = routines(self.history, going_on, until, self.view, self.parameters)
