"""What a subject has done so far: its visits, by civil day and hour, and the days it was watched."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from analytics.civil_time import QUARTER_MS, SATURDAY, Zone, is_weekend, weekday, weekdays, zone
from analytics.parameters import Parameters
from ontology.concluded import Place
from ontology.times import DAY_MS

_HOURS: Final = np.arange(24, dtype=np.uint32)
_DAY_NAMES: Final = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


class Visit(NamedTuple):
    """A stay that is over, at its place. Epoch milliseconds; `silent` is how many of them are inferred."""

    start: int
    end: int
    place: Place
    silent: int = 0


class Comparable(NamedTuple):
    """The civil days with which a day is compared, and what they are called together."""

    days: tuple[int, ...]
    name: str


@dataclass(slots=True)
class History:
    """The past of one subject.

    Attributes:
        subject: its IRI.
        watched_from: epoch milliseconds since which its sources tell of anybody at all.
        visits: in time order.
        hours: place's key → civil day → bit mask of the hours in which it was there.
        places: every place it has been at, by key, in the order of its first visits.
        starts: place's key → epoch milliseconds at which its visits there began, in time order.
    """

    subject: str
    watched_from: int
    visits: list[Visit] = field(default_factory=list)
    hours: dict[str, dict[int, int]] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    starts: dict[str, list[int]] = field(default_factory=dict)
    _seen: list[int] = field(default_factory=list)
    _watched: dict[str, NDArray[np.int64]] = field(default_factory=dict)

    def visited(self, visit: Visit) -> None:
        """Add a visit, later than all before."""
        self.visits.append(visit)
        self.places.setdefault(visit.place.key, visit.place)
        self.starts.setdefault(visit.place.key, []).append(visit.start)
        merge(self.hours.setdefault(visit.place.key, {}), hours_of(visit))

    def began_before(self, moment: int) -> int:
        """How many visits began before an epoch millisecond."""
        return bisect_left(self.visits, moment, key=attrgetter("start"))

    def began_on(self, place: str, where: Zone, first: int, last: int) -> int:
        """How many visits to a place began on the civil days from `first` to `last`."""
        starts = self.starts.get(place, [])
        return _since(starts, where, first) - _since(starts, where, last + 1)

    def sighted(self, times: NDArray[np.int64]) -> None:
        """Add the times of fixes, epoch milliseconds, in time order."""
        quarters = list(dict.fromkeys((times // QUARTER_MS).tolist()))
        newest = self._seen[-1] if self._seen else -1
        if quarters and quarters[0] < newest:
            self._seen = sorted({*self._seen, *quarters})
            self._watched.clear()
            return
        fresh = quarters[1:] if quarters and quarters[0] == newest else quarters
        if fresh:
            self._seen += fresh
            self._watch_on(fresh)

    def _watch_on(self, fresh: list[int]) -> None:
        """Add later quarters of hours to the days that have been asked for."""
        for name, known in list(self._watched.items()):
            where = zone(name)
            if not len(known):
                del self._watched[name]
            elif where.day(fresh[-1] * QUARTER_MS) > known[-1]:
                days = where.days(np.array(fresh, np.int64) * QUARTER_MS)
                self._watched[name] = np.concatenate((known, np.unique(days[days > known[-1]])))

    def watched(self, where: Zone) -> NDArray[np.int64]:
        """The civil days on which the subject was seen at all, of those that its sources covered whole."""
        days = self._watched.get(where.name)
        if days is None:
            days = np.unique(where.days(np.array(self._seen, np.int64) * QUARTER_MS))
            whole = [where.instant(int(day) * DAY_MS) >= self.watched_from for day in days[:2]]
            days = days[whole.index(True) if True in whole else len(whole) :]
            self._watched[where.name] = days
        return days

    def comparable(self, where: Zone, day: int, parameters: Parameters) -> Comparable:
        """The watched days before `day` that are like it.

        Weekdays are compared with weekdays and weekend days with weekend days; from four weeks on, days
        of the week with their own kind.
        """
        watched = self.watched(where)
        watched = watched[: int(watched.searchsorted(day))]
        watched = watched[int(watched.searchsorted(day - parameters.baseline_days)) :]
        if len(watched) and day - int(watched[0]) >= parameters.week_days:
            same = watched[weekdays(watched) == weekday(day)]
            if len(same) >= parameters.usual_days:
                return Comparable(tuple(same.tolist()), _DAY_NAMES[weekday(day)])
        weekend = is_weekend(day)
        alike = watched[(weekdays(watched) >= SATURDAY) == weekend]
        return Comparable(tuple(alike.tolist()), "weekend days" if weekend else "weekdays")


def _since(starts: Sequence[int], where: Zone, day: int) -> int:
    """How many of the rising instants lie on a civil day or later."""
    midnight = where.instant(day * DAY_MS)
    after = bisect_left(starts, midnight)
    # Where a midnight comes twice, the new day has begun once before.
    before = starts[bisect_left(starts, midnight - DAY_MS) : after]
    return len(starts) - after + sum(where.day(start) >= day for start in before)


def hours_of(visit: Visit) -> dict[int, int]:
    """Civil day → bit mask of the hours of a visit, in the place's own time."""
    return zone(visit.place.timezone).hours(visit.start, visit.end)


def merge(into: dict[int, int], masks: dict[int, int]) -> None:
    """Add one set of masks to another."""
    for day, mask in masks.items():
        into[day] = into.get(day, 0) | mask


def counts(masks: dict[int, int], days: Sequence[int]) -> NDArray[np.int64]:
    """On how many of the days each hour's bit is set; shape (24,)."""
    picked = np.array([masks.get(day, 0) for day in days], np.uint32)
    return np.asarray(((picked[:, None] >> _HOURS) & 1).sum(axis=0, dtype=np.int64))


def blocks(hours: Sequence[int] | NDArray[np.int64]) -> list[tuple[int, int]]:
    """Rising hours as contiguous blocks: first hour, and the hour at which the block ends."""
    found: list[tuple[int, int]] = []
    for hour in map(int, hours):
        if found and found[-1][1] == hour:
            found[-1] = (found[-1][0], hour + 1)
        else:
            found.append((hour, hour + 1))
    return found


def mask_of(first: int, stop: int) -> int:
    """The bits of the hours from `first` up to and without `stop`."""
    return (1 << stop) - (1 << first)
