"""The fold: what is concluded is a function of the fixes before a moment, that moment, and the parameters.

`conclude` computes it in one pass. `Engine` takes fixes as they come, in any batches and any order, and after
each `close` holds exactly what `conclude` would give, having done only the work that the new fixes ask for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from analytics.conclusions import Change, Conclusions, ranked
from analytics.gazetteer import Gazetteer, shipped
from analytics.parameters import HARBOUR, Parameters
from analytics.placement import Placement
from analytics.places import Places
from analytics.stays import NOT_YET
from analytics.track import Track
from analytics.watch import Watch
from ontology.concluded import Finding, Gap, Place, Routine, Stay, Trip


class Engine:
    """Concludes as fixes come in, for one view."""

    def __init__(
        self, view: str = "all", parameters: Parameters = HARBOUR, gazetteer: Gazetteer | None = None
    ) -> None:
        """Begin with nothing known.

        Args:
            view: whose conclusions these are.
            parameters: the thresholds.
            gazetteer: names places; the one that comes with Diurnal if None.
        """
        self.view, self.parameters = view, parameters
        self._watches: dict[str, Watch] = {}
        self._places = Places(view, parameters.place_radius_m, gazetteer or shipped())
        self._placement = Placement(self._places)
        self._told_places: dict[str, Place] = {}
        self._places_known: dict[str, int] = {}
        self._since: dict[str, int] = {}
        self._moved = False
        self._until = -1

    def add(self, subject: str, fixes: Track, source: str = "") -> None:
        """Take in fixes of one subject, by its IRI, from a source; they count at the next `close`."""
        watch = self._watches.get(subject)
        if watch is None:
            watch = self._watches[subject] = Watch(subject, self.view, self.parameters)
        watch.sources.add(source)
        watch.wait(fixes)

    def waiting_since(self) -> int:
        """Epoch milliseconds of the earliest fix that has not counted yet; NOT_YET where there is none."""
        return min((watch.waiting_since() for watch in self._watches.values()), default=NOT_YET)

    def overdue(self, until: int | Mapping[str, int]) -> bool:
        """Whether a fix waits that should have counted at a `close` that was: it came too late for it."""
        return any(watch.waiting_since() < self._clock(watch, until) for watch in self._watches.values())

    def close(self, until: int | Mapping[str, int]) -> list[Change]:
        """Conclude from all fixes before `until`.

        Args:
            until: epoch milliseconds before which everything is known, for all sources or for each. A
                subject goes by the furthest of its own sources, so that one that is idle, or dated in
                the future, does not disturb the others' subjects. It never goes back.

        Returns:
            What holds now and did not before, and Retractions of what no longer does.
        """
        self.settle(until)
        changes = self._place_changes()
        for _, watch in sorted(self._watches.items()):
            changes += watch.changes(self._places_known)
        return changes

    def settle(self, until: int | Mapping[str, int]) -> None:
        """Conclude as `close` does, but leave it to the next `close` to tell what has changed."""
        clock = {name: self._clock(watch, until) for name, watch in sorted(self._watches.items())}
        gone, come = [], []
        for name, moment in clock.items():
            less, more = self._watches[name].absorb(moment)
            gone += less
            come += more
            self._until = max(self._until, moment)
        self._look_back()
        moved: dict[str, dict[int, Place]] = {}
        for (subject, start), place in self._placement.replace(gone, come).items():
            moved.setdefault(subject, {})[start] = place
        self._moved |= bool(gone or come)
        for name, moment in clock.items():
            watch = self._watches[name]
            watch.place(moved.get(name, {}))
            watch.judge(moment, self._watched_from(watch), self._places)

    def current(self) -> Conclusions:
        """All that holds since the last `close`."""
        found: dict[type, list[object]] = {Stay: [], Trip: [], Gap: [], Routine: [], Finding: []}
        for _, watch in sorted(self._watches.items()):
            for thing in watch.all():
                found[type(thing)].append(thing)
        return Conclusions(
            closed_until=self._until,
            fixes=sum(len(watch.track) for watch in self._watches.values()),
            subjects=sum(len(watch.track) > 0 for watch in self._watches.values()),
            places=self._places.all,
            stays=cast("tuple[Stay, ...]", tuple(found[Stay])),
            trips=cast("tuple[Trip, ...]", tuple(found[Trip])),
            gaps=cast("tuple[Gap, ...]", tuple(found[Gap])),
            routines=cast("tuple[Routine, ...]", tuple(found[Routine])),
            findings=ranked(cast("list[Finding]", found[Finding])),
        )

    @staticmethod
    def _clock(watch: Watch, until: int | Mapping[str, int]) -> int:
        if isinstance(until, int):
            return until
        return max(until.get(source, -1) for source in watch.sources)

    def _look_back(self) -> None:
        """Note the first moment of every source; whoever it touches is judged again if it is earlier."""
        since: dict[str, int] = {}
        for watch in self._watches.values():
            for source in watch.sources:
                since[source] = min(since.get(source, NOT_YET), watch.first)
        for watch in self._watches.values():
            if any(since[source] < self._since.get(source, NOT_YET) for source in watch.sources):
                watch.renew()
        self._since = since

    def _watched_from(self, watch: Watch) -> int:
        return min(self._since[source] for source in watch.sources)

    def _place_changes(self) -> list[Change]:
        """Places that are new, or named otherwise than before."""
        if not self._moved:
            return []
        self._moved = False
        now = {place.key: place for place in self._places.all}
        changes = []
        for place, founder in zip(self._places.all, self._placement.founders, strict=True):
            if self._told_places.get(place.key) != place:
                known = self._watches[founder.subject].known_since(founder.start)
                changes.append(Change(place, known, place.key))
                self._places_known[place.key] = known
        self._told_places |= now
        return changes


def conclude(
    tracks: Mapping[str, Track],
    closed_until: int,
    parameters: Parameters = HARBOUR,
    view: str = "all",
    gazetteer: Gazetteer | None = None,
) -> Conclusions:
    """Everything that follows from the fixes before a moment.

    Args:
        tracks: subject's IRI → its fixes.
        closed_until: epoch milliseconds before which everything is known; later fixes do not count.
        parameters: the thresholds.
        view: whose conclusions these are.
        gazetteer: names places; the one that comes with Diurnal if None.
    """
    engine = Engine(view, parameters, gazetteer)
    for subject, track in tracks.items():
        engine.add(subject, track)
    engine.settle(closed_until)
    return engine.current()
