"""Everything kept about one subject: its track, what the track says, and what is concluded from it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from analytics import tell
from analytics.conclusions import Change, Conclusion
from analytics.episodes import Episodes, brought_up
from analytics.history import History, Visit
from analytics.judgement import Judgement
from analytics.known import gone_at, known_of
from analytics.parameters import Parameters
from analytics.placement import Ended
from analytics.places import Places
from analytics.stays import NOT_YET
from analytics.track import Track
from ontology.concluded import Finding, Place, Retraction, Routine


@dataclass(slots=True)
class _State:
    """What holds of the stays, trips and gaps: rows, and where each stay is."""

    episodes: Episodes = field(default_factory=Episodes.none)
    placed: list[Place] = field(default_factory=list)
    open_at: Place | None = None

    def place_of(self, at: int) -> Place | None:
        """Where a stay is."""
        return self.placed[at] if at < len(self.placed) else self.open_at


class Watch:
    """One subject, brought up to date in steps: `absorb`, `place`, `judge`, and then `changes`."""

    def __init__(self, subject: str, view: str, parameters: Parameters) -> None:
        """Begin with nothing known of the subject, by its IRI."""
        self.subject, self.view, self.parameters = subject, view, parameters
        self.track = Track.empty()
        self.sources: set[str] = set()
        self._waiting: list[Track] = []
        self._until = -1
        self._now, self._told = _State(), _State()
        self._verdicts: dict[str, Finding | Routine] = {}
        self._told_verdicts: dict[str, Finding | Routine] = {}
        self._judgement = Judgement(History(subject, 0), view, parameters)
        self._candidate_at: Place | None = None
        self._places_version = -1
        self._places_seen = -1
        self._kept = (0, 0)
        self._starts: list[int] = []
        self._touched = False
        self._afresh = False

    @property
    def first(self) -> int:
        """Epoch milliseconds of its first fix that counts; NOT_YET before there is one."""
        return int(self.track.times[0]) if len(self.track) else NOT_YET

    def wait(self, fixes: Track) -> None:
        """Take in fixes, in time order, which count once `until` is beyond them."""
        self._waiting.append(fixes)

    def waiting_since(self) -> int:
        """Epoch milliseconds of the earliest fix that waits; NOT_YET where none does."""
        return min((int(fixes.times[0]) for fixes in self._waiting if len(fixes)), default=NOT_YET)

    def absorb(self, until: int) -> tuple[list[Ended], list[Ended]]:
        """Let the fixes before `until` count.

        Args:
            until: epoch milliseconds, not before the last one.

        Returns:
            The stays that were over and no longer are, and those that newly are.
        """
        fresh = self._fresh(until)
        silent = self._now.episodes.candidate
        timeout = int(self.parameters.longest_inferred_s * 1000) + 1
        before, self._until = self._until, until
        if not len(fresh) and not (len(silent) and silent["end"][0] + timeout <= until):
            return [], []
        touched = int(fresh.times[0]) if len(fresh) else NOT_YET
        self._afresh |= touched < before
        self.track = self.track.joined(fresh)
        was = self._now.episodes
        episodes, *kept = brought_up(was, self.track, touched, until, self.parameters)
        self._now = _State(episodes, self._now.placed, self._now.open_at)
        self._kept = (min(self._kept[0], kept[0]), min(self._kept[1], kept[1]))
        self._touched = True
        self._judgement.sighted(fresh.times)
        old, new = self._ended(was, kept[0]), self._ended(episodes, kept[0])
        gone = [one for one in old if one not in new]
        self._afresh |= bool(gone)
        return gone, [one for one in new if one not in old]

    def renew(self) -> None:
        """Judge the whole history again: its sources have told of earlier times than before."""
        self._afresh = True

    def place(self, moved: Mapping[int, Place]) -> None:
        """Take note of where its stays are.

        Args:
            moved: start of each stay that is newly over, or at another place than before → its place.
        """
        if not self._touched and not moved:
            return
        starts = self._now.episodes.stays["start"][: self._now.episodes.over].tolist()
        at = min((bisect_left(starts, start) for start in moved), default=len(starts))
        at = min(at, self._kept[0])
        known = dict(zip(self._starts[at:], self._now.placed[at:], strict=True))
        fresh = [moved[start] if start in moved else known[start] for start in starts[at:]]
        self._now.placed = self._now.placed[:at] + fresh
        self._starts, self._kept, self._touched = starts, (at, self._kept[1]), True
        self._afresh |= any(start in known for start in moved)

    def judge(self, until: int, watched_from: int, places: Places) -> None:
        """Renew routines and findings, where there is anything to renew.

        Args:
            until: as in `absorb`.
            watched_from: epoch milliseconds since which its sources tell of anybody.
            places: all places.
        """
        episodes = self._now.episodes
        candidate = episodes.candidate
        at = self._candidate_at
        if self._touched or self._places_version != places.version:
            self._places_version = places.version
            where = candidate[["lon", "lat"]].tolist()
            at = places.near(*where[0]) if where else None
            self._now.open_at = at if len(episodes.stays) > episodes.over else None
        moved = at is not self._candidate_at
        if not (self._touched or self._afresh or moved or until >= self._judgement.due):
            return
        self._candidate_at = at
        if self._afresh:
            self._judgement = Judgement(History(self.subject, watched_from), self.view, self.parameters)
            self._judgement.sighted(self.track.times)
        self._judgement.history.watched_from = watched_from
        self._judgement.visited(self._visits(len(self._judgement.history.visits)))
        going_on = None
        if at is not None:
            going_on = Visit(int(candidate["start"][0]), int(candidate["end"][0]), at)
        since = int(candidate["start"][0]) if len(candidate) else NOT_YET
        long = len(episodes.stays) > episodes.over
        self._judgement.passed(until, going_on, since, self.track, long)
        self._verdicts = {thing.key: thing for thing in self._judgement.all()}
        self._afresh = False

    def changes(self, places: Mapping[str, int]) -> Iterator[Change]:
        """What holds now and did not at the last call, and what no longer does.

        Args:
            places: key of a place → epoch milliseconds at which it was known.
        """
        if self._touched or self._now.open_at is not self._told.open_at:
            old = dict(self._episodes(self._told, *self._kept))
            new = dict(self._episodes(self._now, *self._kept))
            yield from self._differences(old, new, places)
        if self._verdicts is not self._told_verdicts:
            yield from self._differences(self._told_verdicts, self._verdicts, places)
        self._told, self._told_verdicts = self._now, self._verdicts
        self._now = _State(self._told.episodes, self._told.placed, self._told.open_at)
        self._kept = (len(self._told.placed), len(self._told.episodes.gaps))
        self._touched = False

    def all(self) -> Iterator[Conclusion]:
        """Everything that holds about the subject."""
        for _, thing in self._episodes(self._now, 0, 0):
            yield thing
        yield from self._verdicts.values()

    def known_since(self, start: int) -> int:
        """Epoch milliseconds at which a stay that is over was known to be, by its start."""
        at = int(self._now.episodes.stays["start"].searchsorted(start))
        row = self._now.episodes.stays[at]
        return int(self.track.known[row["first"] : row["next"] + 2].max())

    def _fresh(self, until: int) -> Track:
        if not self._waiting:
            return Track.empty()
        waiting = self._waiting[0]
        for more in self._waiting[1:]:
            waiting = waiting.joined(more)
        cut = int(waiting.times.searchsorted(until))
        self._waiting = [waiting.part(cut, len(waiting))] if cut < len(waiting) else []
        return waiting.part(0, cut)

    def _ended(self, episodes: Episodes, start: int) -> list[Ended]:
        rows = episodes.stays[start : episodes.over]
        return [
            Ended(closed, self.subject, begun, lon, lat)
            for closed, begun, lon, lat in rows[["closed", "start", "lon", "lat"]].tolist()
        ]

    def _visits(self, start: int) -> list[Visit]:
        rows = self._now.episodes.stays[start : self._now.episodes.over][["start", "end", "silent"]].tolist()
        return [
            Visit(begun, over, place, silent)
            for (begun, over, silent), place in zip(rows, self._now.placed[start:], strict=True)
        ]

    def _episodes(self, state: _State, stays: int, gaps: int) -> Iterator[tuple[str, Conclusion]]:
        episodes = state.episodes
        for at in range(stays, len(episodes.stays)):
            stay = tell.stay(self.view, self.subject, episodes.stays[at], state.place_of(at))
            yield stay.key, stay
        for at in range(max(stays - 1, 0), len(episodes.trips)):
            way = (state.place_of(at), state.place_of(at + 1))
            left, reached = episodes.stays[at], episodes.stays[at + 1]
            trip = tell.trip(self.view, self.subject, episodes.trips[at], left, reached, way)
            yield trip.key, trip
        for gap in tell.gaps(self.view, self.subject, episodes.gaps[gaps:]):
            yield gap.key, gap

    def _differences(
        self, old: Mapping[str, Conclusion], new: Mapping[str, Conclusion], places: Mapping[str, int]
    ) -> Iterator[Change]:
        for key, thing in old.items():
            if key not in new:
                gone = Retraction(key=key, view=self.view, kind=type(thing).__name__)
                yield Change(gone, gone_at(thing, self.track, places), self.subject)
        for key, thing in new.items():
            before = old.get(key)
            if before != thing:
                known = known_of(thing, before, self.track, self._now.episodes, places)
                yield Change(thing, known, self.subject)
