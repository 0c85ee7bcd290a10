"""Finding: a usual visit that was not observed. Not seen is not "not there": it says what is not known."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from analytics import surprise
from analytics.civil_time import Zone, clock_text, day_text, is_weekend, zone
from analytics.history import Comparable, History, Visit, blocks, counts, mask_of
from analytics.parameters import Parameters
from analytics.track import Track
from analytics.words import counted, hours_text, listed
from ontology import iri
from ontology.concluded import Finding, Place
from ontology.times import DAY_MS, HOUR_MS, from_ms

KIND = "usual visit not observed"
_TOLD = 4
"""So many more places are named in one statement; the rest are counted."""


class Block(NamedTuple):
    """Contiguous hours at which a subject is usually at a place, on one civil day.

    Attributes:
        place: where.
        first: the first hour.
        stop: the hour at which the block ends.
        start: epoch milliseconds of its beginning.
        end: epoch milliseconds of its end.
        matches: on how many of the comparable days it was there in it.
        alike: the comparable days.
    """

    place: Place
    first: int
    stop: int
    start: int
    end: int
    matches: int
    alike: Comparable

    @property
    def bits(self) -> float:
        """The surprise of its not being there."""
        days = len(self.alike.days)
        return surprise.of_event(days - self.matches, days)


def usual_blocks(history: History, day: int, parameters: Parameters) -> list[Block]:
    """When and where a subject is usually to be found on a civil day, by the days before it.

    Hours are usual where it was there on `usual_share` of at least `usual_days` comparable days watched;
    usual hours in a row are one block, so that a night at the berth is one visit and not eight.

    Returns:
        Blocks in the order of their ends, then of their beginnings and places.
    """
    found = []
    for key, masks in history.hours.items():
        place = history.places[key]
        where = zone(place.timezone)
        alike = history.comparable(where, day, parameters)
        needed = parameters.usual_share * len(alike.days)
        if len(alike.days) < parameters.usual_days or sum(other in masks for other in alike.days) < needed:
            continue
        usual = np.flatnonzero(counts(masks, alike.days) >= needed)
        for first, stop in blocks(usual):
            asked = mask_of(first, stop)
            matches = sum(bool(masks.get(other, 0) & asked) for other in alike.days)
            start = where.instant(day * DAY_MS + first * HOUR_MS)
            end = where.instant(day * DAY_MS + stop * HOUR_MS)
            block = Block(place, first, stop, start, end, matches, alike)
            if block.bits >= parameters.findings_floor:
                found.append(block)
    return sorted(found, key=lambda block: (block.end, block.start, block.place.key))


def missed(history: History, block: Block, day: int, pending: Visit | None) -> bool:
    """Whether a block that is over passed without the subject being observed there.

    Only the first of several misses in a row counts: what has stopped is news once. A subject that may be
    there still, silent since it was last seen there, is not missed until it is heard elsewhere.

    Args:
        history: what it has done, up to the block's end.
        block: the usual visit.
        day: its civil day.
        pending: the stay that goes on, if it is at a known place.
    """
    asked = mask_of(block.first, block.stop)
    masks = history.hours.get(block.place.key, {})
    if masks.get(day, 0) & asked:
        return False
    if pending is not None and pending.place.key == block.place.key and pending.start < block.end:
        return False
    return bool(masks.get(_day_before(day, block.alike), 0) & asked)


def missed_visit(
    history: History,
    day: int,
    misses: list[Block],
    track: Track,
    pending: Visit | None,
    view: str,
    parameters: Parameters,
) -> Finding:
    """All that one subject missed on one civil day, as one finding; it grows until the day is over.

    Args:
        history: what it has done.
        day: the civil day.
        misses: the blocks, in the order of their ends; at least one.
        track: its fixes.
        pending: the stay that goes on, if it is at a known place.
        view: whose conclusion it is.
        parameters: what a silence and a small sample are.
    """
    lead = misses[0]
    where = zone(lead.place.timezone)
    fixes = _between(track, lead)
    observed = _watched_throughout(track, lead, parameters)
    strongest = max(misses, key=lambda block: block.bits)
    return Finding(
        key=iri.finding(view, KIND, history.subject, lead.place.key, lead.start),
        view=view,
        kind=KIND,
        subject=history.subject,
        place=lead.place.key,
        start=from_ms(lead.start),
        end=from_ms(misses[-1].end),
        statement=" ".join(
            (
                f"At {lead.place.name} {_counts(lead)}; not observed there on {day_text(day)}.",
                _meanwhile(history, track, lead, fixes, observed, pending, where),
                *_others(misses[1:]),
            )
        ),
        matches=lead.matches,
        days=len(lead.alike.days),
        surprise=round(strongest.bits, 2),
        coverage="observed" if observed else "unknown",
        alternatives=_alternatives(lead, fixes, parameters),
        evidence=_evidence(history, lead, where, view),
    )


def _counts(block: Block) -> str:
    days = len(block.alike.days)
    return f"{hours_text(block.first, block.stop)} on {block.matches} of {days} {block.alike.name} before"


def _between(track: Track, block: Block) -> int:
    return int(track.times.searchsorted(block.end) - track.times.searchsorted(block.start))


def _watched_throughout(track: Track, block: Block, parameters: Parameters) -> bool:
    """Whether no silence touches the block: then it was seen, and was elsewhere."""
    first = max(int(track.times.searchsorted(block.start, "right")) - 1, 0)
    last = int(track.times.searchsorted(block.end)) + 1
    times = track.times[first:last]
    longest = parameters.silence_s * 1000
    covered = len(times) > 1 and times[0] - block.start <= longest and block.end - times[-1] <= longest
    return bool(covered and np.diff(times).max() <= longest)


def _meanwhile(
    history: History,
    track: Track,
    block: Block,
    fixes: int,
    observed: bool,
    pending: Visit | None,
    where: Zone,
) -> str:
    visits = [*history.visits, *([pending] if pending is not None else [])]
    elsewhere = [visit for visit in visits if visit.start < block.end and visit.end >= block.start]
    names = list(dict.fromkeys(visit.place.name for visit in elsewhere))
    at = f", at {listed(names)}" if names else ", under way"
    if observed:
        return f"It was seen elsewhere all the while{at}."
    if fixes:
        return f"It was seen elsewhere for part of that time{at}; coverage of the rest unknown."
    before = int(track.times.searchsorted(block.start)) - 1
    if before < 0:
        return "Not observed anywhere; coverage unknown."
    last = int(track.times[before])
    spot = next((f" at {visit.place.name}" for visit in visits if visit.start <= last <= visit.end), "")
    return f"Not observed anywhere: last heard{spot} at {clock_text(last, where)}; coverage unknown."


def _others(misses: list[Block]) -> tuple[str, ...]:
    """The other places by name, at most a few: each is told once, with its first block."""
    if not misses:
        return ()
    told = [f"{block.place.name} {_counts(block)}" for block in misses[:_TOLD]]
    rest = len(misses) - len(told)
    if rest:
        told.append(counted(rest, "other usual visit"))
    return (f"Nor were these observed that day: {'; '.join(told)}.",)


def _alternatives(block: Block, fixes: int, parameters: Parameters) -> tuple[str, ...]:
    days = len(block.alike.days)
    found = []
    if days < parameters.small_sample_days:
        found.append(f"a small sample: {days} {block.alike.name}")
    if fixes:
        found.append("a changed timetable, charter or relief by another vessel")
    else:
        found.append("the transponder off, or a sensor or feed that was out")
        found.append("out of service, for repair or relief by another vessel")
    found.append("a holiday, or a day unlike its kind")
    found.append("a visit shorter than a stay, or just outside the place")
    found.append("another vessel under the same identity before")
    return tuple(found)


def _evidence(history: History, block: Block, where: Zone, view: str) -> tuple[str, ...]:
    """The latest visit in the block on each comparable day."""
    latest: dict[int, int] = {}
    asked = mask_of(block.first, block.stop)
    for visit in history.visits:
        if visit.place.key == block.place.key:
            for day, mask in where.hours(visit.start, visit.end).items():
                if mask & asked:
                    latest[day] = visit.start
    starts = dict.fromkeys(latest[day] for day in block.alike.days if day in latest)
    return tuple(iri.stay(view, history.subject, start) for start in starts)


def _day_before(day: int, alike: Comparable) -> int:
    """The calendar's previous day of the kind, watched or not."""
    if alike.name == "weekdays" or alike.name == "weekend days":
        before = day - 1
        while is_weekend(before) != is_weekend(day):
            before -= 1
        return before
    return day - 7
