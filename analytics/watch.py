"""Everything kept about one subject: its track, what the track says, and what is concluded from it."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from analytics.conclusions import Change, Conclusion
from analytics.detectors import Detections
from analytics.differences import differences
from analytics.episodes import Episodes, brought_up
from analytics.growing import Growing
from analytics.history import History, Visit
from analytics.judgement import Judgement
from analytics.parameters import Parameters
from analytics.placement import Ended
from analytics.places import Places
from analytics.spoken import Spoken, spoken
from analytics.stays import NOT_YET, stay_rows
from analytics.track import Track
from ontology.concluded import Finding, Place, Routine


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
        self.sources: set[str] = set()
        self._fixes = Growing()
        self._waiting: list[Track] = []
        self._waiting_since = NOT_YET
        self._now, self._told = _State(), _State()
        self._spoken = Spoken()
        self._verdicts: dict[str, Finding | Routine] = {}
        self._told_verdicts: dict[str, Finding | Routine] = {}
        self._judgement = Judgement(History(subject, 0), view, parameters)
        self._detections = Detections(subject, view)
        self._candidate_at: Place | None = None
        self._kept = (0, 0)
        self._starts: list[int] = []
        self._touched = False
        self._afresh = False
        self._again = False
        self._told_until = -1

    @property
    def track(self) -> Track:
        """All its fixes that count."""
        return self._fixes.track

    @property
    def first(self) -> int:
        """Epoch milliseconds of its first fix that counts; NOT_YET before there is one."""
        return int(self.track.times[0]) if len(self.track) else NOT_YET

    def wait(self, fixes: Track) -> None:
        """Take in fixes, in time order, which count once `until` is beyond them."""
        if len(fixes):
            self._waiting.append(fixes)
            self._waiting_since = min(self._waiting_since, int(fixes.times[0]))

    @property
    def heard(self) -> Track:
        """All its fixes, those too that wait."""
        return self.track.joined(*self._waiting) if self._waiting else self.track

    @property
    def waiting_since(self) -> int:
        """Epoch milliseconds of the earliest fix that waits; NOT_YET where none does."""
        return self._waiting_since

    @property
    def due(self) -> int:
        """Epoch milliseconds from which time alone may change something."""
        ends = self._now.episodes.candidate["end"].tolist()
        return min(self._judgement.due, ends[0] + self._timeout if ends else NOT_YET)

    @property
    def spot(self) -> tuple[float, float]:
        """Longitude and latitude of the stay or candidate that goes on; NaN where there is none."""
        rows = stay_rows(self._now.episodes.candidate)
        return (rows[0].lon, rows[0].lat) if rows else (math.nan, math.nan)

    @property
    def _timeout(self) -> int:
        return int(self.parameters.longest_inferred_s * 1000) + 1

    def absorb(self, before: int, until: int) -> tuple[list[Ended], list[Ended]]:
        """Let the fixes before `until` count.

        Args:
            before: what `until` was the last time, for this subject or for those with its sources.
            until: epoch milliseconds, not before `before`.

        Returns:
            The stays that were over and no longer are, and those that newly are.
        """
        fresh = self._fresh(until)
        was = self._now.episodes
        silent = was.candidate["end"].tolist()
        if not len(fresh) and not (silent and silent[0] + self._timeout <= until):
            return [], []
        touched = int(fresh.times[0]) if len(fresh) else NOT_YET
        self._afresh |= touched < before
        self._fixes.add(fresh)
        episodes, fixed, heard = brought_up(was, self.track, touched, until, self.parameters)
        self._detections.brought_up(self.track, episodes, touched)
        self._now = _State(episodes, self._now.placed, self._now.open_at)
        self._kept = (min(self._kept[0], fixed), min(self._kept[1], heard))
        self._touched = True
        self._judgement.sighted(fresh.times)
        old, new = self._ended(was, fixed), self._ended(episodes, fixed)
        gone = [one for one in old if one not in new]
        self._afresh |= bool(gone)
        self._again |= self._afresh
        return gone, [one for one in new if one not in old]

    def renew(self) -> None:
        """Judge the whole history again: its sources have told of earlier times than before."""
        self._afresh = self._again = True

    def place(self, moved: Mapping[int, Place]) -> None:
        """Take note of where its stays are.

        Args:
            moved: start of each stay that is newly over, or at another place than before → its place.
        """
        if not self._touched and not moved:
            return
        stays, over = self._now.episodes.stays["start"], self._now.episodes.over
        at = min((bisect_left(stays, start, 0, over) for start in moved), default=self._kept[0])
        at = min(at, self._kept[0])
        known = dict(zip(self._starts[at:], self._now.placed[at:], strict=True))
        starts = stays[at:over].tolist()
        fresh = [moved[start] if start in moved else known[start] for start in starts]
        if fresh or known:
            self._now.placed = self._now.placed[:at] + fresh
            self._starts[at:] = starts
        self._kept, self._touched = (at, self._kept[1]), True
        self._afresh |= any(start in known for start in moved)
        self._again |= self._afresh

    def judge(self, until: int, watched_from: int, places: Places) -> None:
        """Renew routines and findings, where there is anything to renew.

        Args:
            until: as in `absorb`.
            watched_from: epoch milliseconds since which its sources tell of anybody.
            places: all places.
        """
        episodes = self._now.episodes
        going_on = stay_rows(episodes.candidate)
        long = len(episodes.stays) > episodes.over
        at = places.near(going_on[0].lon, going_on[0].lat) if going_on else None
        self._now.open_at = at if long else None
        moved, self._candidate_at = at is not self._candidate_at, at
        if not (self._touched or self._afresh or moved or until >= self._judgement.due):
            return
        if self._afresh:
            self._judgement = Judgement(History(self.subject, watched_from), self.view, self.parameters)
            self._judgement.sighted(self.track.times)
            self._afresh = False
        self._judgement.history.watched_from = watched_from
        self._judgement.visited(self._visits(len(self._judgement.history.visits)))
        visit = Visit(going_on[0].start, going_on[0].end, at) if at is not None else None
        since = going_on[0].start if going_on else NOT_YET
        self._judgement.passed(until, visit, since, self.track, long)
        self._verdicts = {thing.key: thing for thing in (*self._judgement.all(), *self._detections.all())}

    def changes(self, places: Mapping[str, int]) -> Iterator[Change]:
        """What holds now and did not at the last call, and what no longer does.

        Args:
            places: key of a place → epoch milliseconds at which it was known.
        """
        if self._touched or self._now.open_at is not self._told.open_at:
            now = self._say(self._now, *self._kept)
            old = self._spoken.after(*self._kept) or self._say(self._told, *self._kept)
            yield from self._differences(old.by_key(), now.by_key(), places)
            self._spoken = now
        if self._verdicts is not self._told_verdicts:
            yield from self._differences(self._told_verdicts, self._verdicts, places)
        self._told, self._told_verdicts = self._now, self._verdicts
        self._now = _State(self._told.episodes, self._told.placed, self._told.open_at)
        self._kept = (len(self._told.placed), len(self._told.episodes.gaps))
        self._touched = self._again = False
        self._told_until = int(self.track.times[-1]) if len(self.track) else -1

    def all(self) -> Iterator[Conclusion]:
        """Everything that holds about the subject."""
        yield from self._say(self._now, 0, 0).by_key().values()
        yield from self._verdicts.values()

    def known_since(self, start: int) -> int:
        """Epoch milliseconds at which a stay that is over was known to be, by its start."""
        at = bisect_left(self._now.episodes.stays["start"], start)
        row = self._now.episodes.stays[at]
        return int(self.track.known[row["first"] : row["next"] + 2].max())

    def _fresh(self, until: int) -> Track:
        if self._waiting_since >= until:
            return Track.empty()
        waiting = self._waiting[0]
        if len(self._waiting) > 1:
            waiting = waiting.joined(*self._waiting[1:])
        if waiting.times[-1] < until:
            self._waiting, self._waiting_since = [], NOT_YET
            return waiting
        cut = int(waiting.times.searchsorted(until))
        self._waiting, self._waiting_since = [waiting.part(cut, len(waiting))], int(waiting.times[cut])
        return waiting.part(0, cut)

    def _ended(self, episodes: Episodes, start: int) -> list[Ended]:
        return [
            Ended(row.closed, self.subject, row.start, row.lon, row.lat)
            for row in stay_rows(episodes.stays[start : episodes.over])
        ]

    def _visits(self, start: int) -> list[Visit]:
        rows = stay_rows(self._now.episodes.stays[start : self._now.episodes.over])
        return [
            Visit(row.start, row.end, place, row.silent)
            for row, place in zip(rows, self._now.placed[start:], strict=True)
        ]

    def _say(self, state: _State, stays: int, gaps: int) -> Spoken:
        return spoken(self.view, self.subject, state.episodes, state.place_of, stays, gaps)

    def _differences(
        self, old: Mapping[str, Conclusion], new: Mapping[str, Conclusion], places: Mapping[str, int]
    ) -> Iterator[Change]:
        again = self._told_until if self._again else -1
        return differences(old, new, self.subject, self.view, self.track, self._now.episodes, places, again)
