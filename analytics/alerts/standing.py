"""The rules of a view on the stream: after each batch, what they find holds, as one pass would find it.

What was told follows from the rules and the knowledge read so far, in whatever order they came: so after a
start it is found out again from the log, and nothing is told twice or forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from analytics.alerts.events import ALWAYS, Event, events
from analytics.alerts.heard import Heard, Told
from analytics.alerts.told import Asked, finding
from analytics.conclusions import Change
from analytics.track import Track
from ontology.concluded import Finding, Retraction
from ontology.rules import Standing, Version
from ontology.times import OPEN, to_ms

Before = Callable[[str], tuple[Track, Iterable[str]] | None]
"""A subject's IRI → all its fixes so far and who told of them; None where nothing was heard of it."""


_Name = tuple[str, int, str]
"""Of a rule, since when a version of it stands (epoch ms), and one of its subjects' IRI."""


class Alert(NamedTuple):
    """A change, and under which label it is told; None is that of the view."""

    change: Change
    label: str | None


@dataclass(slots=True)
class _Watched:
    """One version of a rule for one of its subjects.

    Attributes:
        events: all of them, those too that do not count for this version.
        alerts: those that count, by key, with when each was known.
    """

    version: Version
    asked: Asked
    events: list[Event] = field(default_factory=list)
    alerts: dict[str, tuple[Finding, int]] = field(default_factory=dict)

    @property
    def whom(self) -> tuple[str, ...]:
        """Whose fixes it looks at."""
        return (self.asked.subject, *map(str, self.version.rule.others))


class Alerts:
    """The standing rules of one view."""

    def __init__(self, view: str, partitions: int) -> None:
        """No rule stands.

        Args:
            view: whose rules these are.
            partitions: how many the knowledge topic has.
        """
        self._view = view
        self._told = Told(partitions)
        self._rules: dict[str, Standing] = {}
        self._watched: dict[_Name, _Watched] = {}
        self._heard: dict[str, Heard] = {}
        self._touched: dict[str, tuple[int, bool]] = {}
        self._ticked = False
        self._about: dict[str, set[_Name]] = {}
        self._silent: set[_Name] = set()
        self._fresh: set[_Name] = set()

    def rule(self, standing: Standing, before: Before) -> None:
        """A rule as it now stands, with all its versions.

        Args:
            standing: it; one of another view is none of ours.
            before: what was heard so far of whom it is about.
        """
        if standing.view != self._view:
            return
        self._rules[standing.name] = standing
        kept = {}
        for version in standing.versions:
            for subject in map(str, version.rule.subjects):
                name = (standing.name, to_ms(version.since), subject)
                known = self._watched.get(name)
                if known is None or known.version.rule != version.rule:
                    known = _Watched(version, Asked(self._view, version.rule, subject))
                    self._fresh.add(name)
                elif known.version != version:
                    known.version = version
                    self._fresh.add(name)
                kept[name] = known
                for each in known.whom:
                    self._listen(each, before)
        self._watched = {n: one for n, one in self._watched.items() if n[0] != standing.name} | kept
        self._fresh &= self._watched.keys()
        self._silent = {n for n, one in self._watched.items() if one.version.rule.silent is not None}
        self._about.clear()
        for name, one in self._watched.items():
            for each in one.whom:
                self._about.setdefault(each, set()).add(name)

    def _listen(self, subject: str, before: Before) -> None:
        if subject not in self._heard:
            found = before(subject)
            self._heard[subject] = Heard() if found is None else Heard.of(*found)

    def hear(self, subject: str, track: Track, source: str) -> None:
        """Take in fixes of a subject, by its IRI; of one whom no rule is about they are nothing."""
        heard = self._heard.get(subject)
        if heard is None or not len(track):
            return
        latest = int(heard.fixes.track.times[-1]) if len(heard.fixes.track) else ALWAYS
        since, late = self._touched.get(subject, (OPEN, False))
        first = int(track.times[0])
        self._touched[subject] = (min(since, first), late or first <= latest)
        heard.hear(track, source)

    def tick(self, source: str, partition: int, watermark: int) -> None:
        """A source vouches, in a partition, for everything before an epoch millisecond."""
        self._told.tick(source, partition, watermark)
        self._ticked = True

    def conclude(self) -> list[Alert]:
        """What holds now and did not at the last call, and what no longer does."""
        names = set(self._fresh) | (self._silent if self._ticked else set())
        names = names.union(*(self._about.get(each, ()) for each in self._touched))
        found = [alert for name in sorted(names) for alert in self._again(name, self._watched[name])]
        self._touched.clear()
        self._fresh.clear()
        self._ticked = False
        return found

    def _again(self, name: _Name, one: _Watched) -> Iterator[Alert]:
        touched = [self._touched[each] for each in one.whom if each in self._touched]
        since = ALWAYS if name in self._fresh else min((first for first, _ in touched), default=OPEN)
        heard = self._heard[one.asked.subject]
        until = self._told.until(heard.sources)
        if one.version.rule.silent is not None:
            since = _from_the_fix_before(heard.fixes.track, since, ticked=self._ticked)
        if since == OPEN:
            return
        tracks = {each: self._heard[each].fixes.track for each in one.whom}
        kept = [event for event in one.events if event.at < since]
        one.events = kept + events(one.version.rule, one.asked.subject, tracks, until, since)
        late = any(is_late for _, is_late in touched)
        latest = max((int(track.known.max()) for track in tracks.values() if len(track)), default=0)
        yield from _differences(one, len(kept), since, latest if late else None, tracks[one.asked.subject])


def _from_the_fix_before(track: Track, since: int, *, ticked: bool) -> int:
    """Whose silence a fix ends, or a tick makes known: it was decided before, and nobody knew."""
    before = int(track.times.searchsorted(since)) - 1
    if before < 0 or (since == OPEN and not ticked):
        return since
    return int(track.times[before]) + 1


def _differences(one: _Watched, kept: int, since: int, latest: int | None, track: Track) -> Iterator[Alert]:
    """Retractions of what no longer holds, then what is new or other than it was."""
    now: dict[str, tuple[Finding, int]] = {}
    for at in range(kept, len(one.events)):
        event = one.events[at]
        if counts(one.version, event.known):
            made = finding(one.asked, event, one.events[:at], track)
            now[made.key] = made, event.known
    label, subject = one.version.label, one.asked.subject
    then = {key: told for key, told in one.alerts.items() if to_ms(told[0].end) >= since}
    for key, (before, known) in then.items():
        if key not in now:
            gone = Retraction(key=key, view=before.view, kind=Finding.__name__)
            yield Alert(Change(gone, max(known, latest or known), subject), label)
            del one.alerts[key]
    for key, (made, known) in now.items():
        told = one.alerts.get(key)
        if told is None or told[0] != made:
            # What is found again after late fixes may have been told and retracted before.
            since_known = max(known, latest or known, told[1] if told else known)
            yield Alert(Change(made, since_known, subject), label)
            one.alerts[key] = made, since_known


def counts(version: Version, known: int) -> bool:
    """Whether what became known at an epoch millisecond counts for a version of a rule."""
    ends = [to_ms(end) for end in (version.until, version.rule.expires) if end is not None]
    return to_ms(version.since) <= known < min(ends, default=OPEN)
