"""When a conclusion could first be known: the latest moment at which one of its inputs was."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from analytics.conclusions import Conclusion
from analytics.episodes import Episodes
from analytics.missed_visit import KIND as MISSED
from analytics.track import Track
from ontology.concluded import Finding, Gap, Routine, Stay, Trip
from ontology.times import to_ms


def known_of(
    thing: Conclusion, before: Conclusion | None, track: Track, episodes: Episodes, places: Mapping[str, int]
) -> int:
    """Epoch milliseconds at which the latest input of a conclusion about a subject was known.

    What is concluded from something's absence is known when its time is over, at the earliest; what
    replaces an earlier version is not known before that one was.

    Args:
        thing: concluded from what follows.
        before: what had been told under the same key, if anything.
        track: the subject's fixes.
        episodes: its episodes.
        places: key of a place → when it was known.
    """
    latest = max(_of_fixes(thing, track, episodes), _at_least(thing, places))
    return latest if before is None else max(latest, gone_at(before, track, places))


def gone_at(before: Conclusion, track: Track, places: Mapping[str, int]) -> int:
    """Epoch milliseconds, not before a conclusion was known, at which all that was known ended it."""
    return max(int(track.known.max()), _at_least(before, places))


def _of_fixes(thing: Conclusion, track: Track, episodes: Episodes) -> int:
    if isinstance(thing, Stay):
        return _of_stay(to_ms(thing.start), None, track, episodes)
    if isinstance(thing, Trip):
        return _of_stay(to_ms(thing.end), int(track.times.searchsorted(to_ms(thing.start))), track, episodes)
    if isinstance(thing, Gap):
        return _latest(track, to_ms(thing.end) + 1)
    over = _over(thing)
    return _latest(track, over) if over else int(track.known.max())


def _of_stay(start: int, first: int | None, track: Track, episodes: Episodes) -> int:
    """Known when a stay was over, or, as long as it goes on, with its last fix."""
    row = episodes.stays[bisect_left(episodes.stays["start"], start)]
    begin = int(row["first"]) if first is None else first
    return int(track.known[begin : int(row["next"]) + 2].max())


def _at_least(thing: Conclusion, places: Mapping[str, int]) -> int:
    """When its time was over and its places were known."""
    if isinstance(thing, Trip):
        there = [thing.origin, thing.destination]
    else:
        there = [thing.place] if isinstance(thing, Stay | Routine | Finding) else []
    return max(_over(thing), *(places.get(key or "", 0) for key in there), 0)


def _over(thing: Conclusion) -> int:
    """The end of what was waited for: a routine's last day, a visit's usual hours; 0 for anything else."""
    if isinstance(thing, Routine):
        midnight = datetime.combine(thing.through + timedelta(days=1), time(), ZoneInfo(thing.timezone))
        return to_ms(midnight.astimezone(UTC))
    return to_ms(thing.end) if isinstance(thing, Finding) and thing.kind == MISSED else 0


def _latest(track: Track, before: int) -> int:
    stop = int(track.times.searchsorted(before))
    return int(track.known[: max(stop, 1)].max())
