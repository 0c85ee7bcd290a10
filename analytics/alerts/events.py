"""What a rule asks for, found in tracks: pure functions of all that is known of whom it is about.

Each gives the events that are decided at some moment or later, and gives them as one pass over everything
would: what is decided at a moment rests on fixes up to it only, so a late fix changes nothing before itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from analytics.alerts.area import inside, metres
from analytics.track import Track
from ontology.rules import Area, Circle, Near, Rule

ALWAYS: Final = -(2**62)
"""Before everything."""
FRESH_MS: Final = 15 * 60_000
"""Where somebody was so long ago says nothing any more of where they are."""


class Event(NamedTuple):
    """What a rule asks for, once; times in epoch milliseconds.

    Attributes:
        at: when it was decided: the time of the fix that decides it, or the end of what was waited for.
        start: when what was found began.
        row: index of the fix of the subject at or before `at`.
        lon: degrees east of the subject then.
        lat: degrees north.
        known: when the latest of what decides it was known.
        other: IRI of whom it met or came close to; "" for none.
        apart_m: metres between them, or from a position; NaN where it is about none.
    """

    at: int
    start: int
    row: int
    lon: float
    lat: float
    known: int
    other: str = ""
    apart_m: float = float("nan")


def events(
    rule: Rule, subject: str, tracks: Mapping[str, Track], until: int, since: int = ALWAYS
) -> list[Event]:
    """The events of a rule for one of its subjects, in order of time.

    Args:
        rule: the rule, resolved: its subjects by IRI, its places found.
        subject: one of them.
        tracks: by IRI, the fixes of whom the rule is about.
        until: epoch milliseconds before which all is known of the subject.
        since: only what is decided then or later.
    """
    track = tracks.get(subject, Track.empty())
    if not len(track):
        return []
    quiet = ms(rule.again_after)
    if rule.silent is not None:
        found = _silences(track, ms(rule.silent), until, since)
    elif rule.near is not None and not rule.near.subjects:
        found = _crossings(_around(rule.near), track, quiet, since, into=True)
    elif rule.enters is not None:
        found = _crossings(rule.enters, track, quiet, since, into=True)
    elif rule.leaves is not None:
        found = _crossings(rule.leaves, track, quiet, since, into=False)
    else:
        found = (
            event
            for other in map(str, rule.others)
            if other != subject and len(theirs := tracks.get(other, Track.empty()))
            for event in _together(rule, track, theirs, other, quiet, since)
        )
    return sorted(found)


def ms(lasting: timedelta) -> int:
    """Whole milliseconds."""
    return lasting // timedelta(milliseconds=1)


def _around(near: Near) -> Area:
    if near.place is not None:
        return Area(place=near.place, at=near.at, radius_m=near.within_m)
    assert near.position is not None  # noqa: S101 - one of the three was said
    return Area(circle=Circle(lon=near.position[0], lat=near.position[1], radius_m=near.within_m))


def _crossings(area: Area, track: Track, quiet: int, since: int, *, into: bool) -> Iterator[Event]:
    """Fixes on the one side of a border after so long on the other; the first fix of all may be inside."""
    first = max(0, int(track.times.searchsorted(since - quiet)) - 1)
    times = track.times[first:]
    here = inside(area, track.lons[first:], track.lats[first:])
    for at in _beginnings(here if into else ~here, times, quiet):
        row = first + at
        if times[at] >= since and (into or row > 0):
            apart = float("nan")
            if area.polygon is None and area.circle is not None:
                lon, lat = area.circle.lon, area.circle.lat
                apart = float(metres(lon, lat, track.lons[row : row + 1], track.lats[row : row + 1])[0])
            known = int(track.known[max(row - 1, 0) : row + 1].max())
            moment = int(times[at])
            yield Event(moment, moment, row, float(track.lons[row]), float(track.lats[row]), known, "", apart)


def _beginnings(holds: NDArray[np.bool_], times: NDArray[np.int64], quiet: int) -> list[int]:
    """Indices at which something holds, did not just before, and had not for so many milliseconds."""
    before = np.concatenate(([False], holds[:-1]))
    last = np.maximum.accumulate(np.where(holds, times, ALWAYS))
    last = np.concatenate(([ALWAYS], last[:-1]))
    found: list[int] = np.flatnonzero(holds & ~before & (times - last >= quiet)).tolist()
    return found


def _silences(track: Track, lasting: int, until: int, since: int) -> Iterator[Event]:
    first = int(track.times.searchsorted(since - lasting))
    times = track.times[first:]
    if not len(times):
        return
    following = np.concatenate((times[1:], [until]))
    for at in np.flatnonzero(following - times >= lasting).tolist():
        row, start = first + at, int(times[at])
        end = start + lasting
        known = max(int(track.known[row]), end)
        yield Event(end, start, row, float(track.lons[row]), float(track.lats[row]), known)


def _together(rule: Rule, track: Track, theirs: Track, other: str, quiet: int, since: int) -> Iterator[Event]:
    """When the last known positions of two, both fresh, are close: at once, or for as long as is asked."""
    asked = rule.meets or rule.near
    assert asked is not None  # noqa: S101 - the rule is about two
    lasting = 0 if rule.meets is None else ms(rule.meets.lasting)
    first = since - quiet - lasting - 2 * FRESH_MS
    times = np.union1d(
        track.times[int(track.times.searchsorted(first)) :],
        theirs.times[int(theirs.times.searchsorted(first)) :],
    )
    mine, its = (of.times.searchsorted(times, "right") - 1 for of in (track, theirs))
    fresh = (mine >= 0) & (its >= 0)
    fresh &= (times - track.times[mine] <= FRESH_MS) & (times - theirs.times[its] <= FRESH_MS)
    apart = metres(track.lons[mine], track.lats[mine], theirs.lons[its], theirs.lats[its])
    close = fresh & (apart <= asked.within_m)
    for begin, at in _decided(close, times, quiet, lasting):
        if times[at] < since:
            continue
        row, their_row = int(mine[at]), int(its[at])
        known = max(
            int(track.known[int(mine[begin]) : row + 1].max()),
            int(theirs.known[int(its[begin]) : their_row + 1].max()),
        )
        where = float(track.lons[row]), float(track.lats[row])
        yield Event(int(times[at]), int(times[begin]), row, *where, known, other, float(apart[at]))


def _decided(
    close: NDArray[np.bool_], times: NDArray[np.int64], quiet: int, lasting: int
) -> Iterator[tuple[int, int]]:
    """Where each time together begins, and where it has lasted long enough."""
    if not lasting:
        yield from ((at, at) for at in _beginnings(close, times, quiet))
        return
    begins = np.flatnonzero(close & ~np.concatenate(([False], close[:-1])))
    ends = np.flatnonzero(close & ~np.concatenate((close[1:], [False]))) + 1
    for begin, end in zip(begins.tolist(), ends.tolist(), strict=True):
        at = begin + int(times[begin:end].searchsorted(times[begin] + lasting))
        if at < end:
            yield begin, at
