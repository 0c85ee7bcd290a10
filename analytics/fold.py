"""The fold: what is concluded is a function of the fixes before a moment, that moment, and the parameters.

`conclude` computes it in one pass. `Engine` takes fixes as they come, in any batches and any order, and after
each `close` holds exactly what `conclude` would give, having done only the work that the new fixes ask for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from analytics.agenda import Agenda
from analytics.beginnings import Beginnings
from analytics.conclusions import Change, Conclusions, ranked
from analytics.gazetteer import Gazetteer, shipped
from analytics.parameters import HARBOUR, Parameters
from analytics.placement import Placement
from analytics.places import Places
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
        self._numbers: dict[str, int] = {}
        self._watches: list[Watch] = []
        self._agenda = Agenda()
        self._beginnings = Beginnings()
        self._stirred: set[int] = set()
        self._places = Places(view, parameters.place_radius_m, gazetteer or shipped())
        self._placement = Placement(self._places)
        self._told_places: dict[str, Place] = {}
        self._places_known: dict[str, int] = {}
        self._moved = False
        self._until = -1

    def add(self, subject: str, fixes: Track, source: str = "") -> None:
        """Take in fixes of one subject, by its IRI, from a source; they count at the next `close`."""
        at = self._numbers.get(subject)
        if at is None:
            at = self._numbers[subject] = self._agenda.enter()
            self._watches.append(Watch(subject, self.view, self.parameters))
        watch = self._watches[at]
        if source not in watch.sources:
            watch.sources.add(source)
            self._agenda.hears(at, watch.sources)
            self._beginnings.tells(source, watch)
        watch.wait(fixes)
        self._agenda.waits(at, watch.waiting_since)

    def heard(self, subject: str) -> tuple[Track, set[str]] | None:
        """All fixes of a subject, by its IRI, those too that wait, and who told of it; None if nobody did."""
        at = self._numbers.get(subject)
        return None if at is None else (self._watches[at].heard, self._watches[at].sources)

    def waiting_since(self) -> int:
        """Epoch milliseconds of the earliest fix that has not counted yet; NOT_YET where there is none."""
        return self._agenda.waiting_since()

    def overdue(self, until: int | Mapping[str, int]) -> bool:
        """Whether a fix waits that should have counted at a `close` that was: it came too late for it."""
        return self._agenda.overdue(self._agenda.clocks(until))

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
        for at in self._in_order(self._stirred):
            changes += self._watches[at].changes(self._places_known)
        self._stirred.clear()
        return changes

    def settle(self, until: int | Mapping[str, int]) -> None:
        """Conclude as `close` does, but leave it to the next `close` to tell what has changed."""
        clocks = self._agenda.clocks(until)
        self._until = max(self._until, int(clocks.max(initial=-1)))
        moments = self._agenda.moved(clocks)
        gone, come = [], []
        for at, (before, moment) in moments.items():
            less, more = self._watches[at].absorb(before, moment)
            gone += less
            come += more
        moved: dict[int, dict[int, Place]] = {}
        for (subject, start), place in self._placement.replace(gone, come).items():
            moved.setdefault(self._numbers[subject], {})[start] = place
        self._moved |= bool(gone or come)
        looked = {*moments, *moved, *self._renewed(moments), *self._near_changed_places()}
        for at in looked:
            self._look(at, int(clocks[at]), moved.get(at, {}))
        self._stirred |= looked

    def current(self) -> Conclusions:
        """All that holds since the last `close`."""
        found: dict[type, list[object]] = {Stay: [], Trip: [], Gap: [], Routine: [], Finding: []}
        for at in self._in_order(self._numbers.values()):
            for thing in self._watches[at].all():
                found[type(thing)].append(thing)
        return Conclusions(
            closed_until=self._until,
            fixes=sum(len(watch.track) for watch in self._watches),
            subjects=sum(len(watch.track) > 0 for watch in self._watches),
            places=self._places.all,
            stays=cast("tuple[Stay, ...]", tuple(found[Stay])),
            trips=cast("tuple[Trip, ...]", tuple(found[Trip])),
            gaps=cast("tuple[Gap, ...]", tuple(found[Gap])),
            routines=cast("tuple[Routine, ...]", tuple(found[Routine])),
            findings=ranked(cast("list[Finding]", found[Finding])),
        )

    def _in_order(self, numbers: Iterable[int]) -> list[int]:
        """By their subjects' IRIs."""
        return sorted(numbers, key=lambda at: self._watches[at].subject)

    def _renewed(self, absorbed: Iterable[int]) -> list[int]:
        """Whose history is judged again, because a source of theirs began earlier than was known."""
        renewed = self._beginnings.renewed(self._watches[at] for at in absorbed)
        for watch in renewed:
            watch.renew()
        return [self._numbers[watch.subject] for watch in renewed]

    def _near_changed_places(self) -> set[int]:
        """Who stays where a place has come or gone."""
        radius = self.parameters.place_radius_m
        changed = {(place.lon, place.lat) for place in self._places.changed()}
        return {at for lon, lat in changed for at in self._agenda.near(lon, lat, radius)}

    def _look(self, at: int, moment: int, moved: Mapping[int, Place]) -> None:
        watch = self._watches[at]
        watch.place(moved)
        watch.judge(moment, self._beginnings.of(watch), self._places)
        self._agenda.waits(at, watch.waiting_since)
        self._agenda.looked(at, watch.due, watch.spot)

    def _place_changes(self) -> list[Change]:
        """Places that are new, or named otherwise than before."""
        if not self._moved:
            return []
        self._moved = False
        now = {place.key: place for place in self._places.all}
        changes = []
        for place, founder in zip(self._places.all, self._placement.founders, strict=True):
            if self._told_places.get(place.key) != place:
                known = self._watches[self._numbers[founder.subject]].known_since(founder.start)
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
