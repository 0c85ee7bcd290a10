"""When a conclusion could first be known: the latest moment at which one of its inputs was."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from analytics.conclusions import Conclusion
from analytics.episodes import Episodes
from analytics.missed_visit import KIND as MISSED
from analytics.track import Track
from ontology.concluded import Finding, Gap, Routine, Stay, Trip
from ontology.times import to_ms


def known_of(thing: Conclusion, track: Track, episodes: Episodes) -> int:
    """Epoch milliseconds at which the latest input of a conclusion about a subject was known.

    What is concluded from something's absence is known when its time is over, at the earliest.

    Args:
        thing: concluded from the two that follow.
        track: the subject's fixes.
        episodes: its episodes.
    """
    if isinstance(thing, Stay):
        return _of_stay(to_ms(thing.start), 0, track, episodes)
    if isinstance(thing, Trip):
        return _of_stay(to_ms(thing.end), int(track.times.searchsorted(to_ms(thing.start))), track, episodes)
    if isinstance(thing, Gap):
        return _latest(track, 0, to_ms(thing.end) + 1)
    if isinstance(thing, Routine):
        midnight = datetime.combine(thing.through + timedelta(days=1), time(), ZoneInfo(thing.timezone))
        over = to_ms(midnight.astimezone(UTC))
        return max(over, _latest(track, 0, over))
    if isinstance(thing, Finding) and thing.kind == MISSED:
        return max(to_ms(thing.end), _latest(track, 0, to_ms(thing.end)))
    return _latest(track, 0, int(track.times[-1]) + 1)


def _of_stay(start: int, first: int, track: Track, episodes: Episodes) -> int:
    """Known when a stay was over, or, as long as it goes on, with its last fix."""
    at = int(episodes.stays["start"].searchsorted(start))
    row = episodes.stays[at]
    begin = first or int(row["first"])
    return int(track.known[begin : int(row["next"]) + 2].max())


def _latest(track: Track, start: int, before: int) -> int:
    stop = int(track.times.searchsorted(before))
    return int(track.known[start : max(stop, start + 1)].max())
