"""Which verdict stands on which finding, from when to when: a pure function of all that is told of both.

A verdict stands on what has its key, and on whatever of the same view, subject and kind overlaps it in time
at the same place: so it holds for what a re-run finds. It lowers the rank of what it stands on until a later
word, if it dismisses; one that says "a known pattern" lowers whatever is like it, too, at the same place and
civil hours, as long as nobody said anything of that itself.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ontology import iri
from ontology.times import OPEN
from ontology.verdict import LOWERING, Word

SAME_PLACE_M: Final = 500.0
"""Places of two runs are founded at different fixes, and so lie apart a little."""
ON: Final = "ON"
LOWERS: Final = "LOWERS"
_METRES_A_DEGREE: Final = 111_195.0
_DAY: Final = frozenset(range(24))


class About(NamedTuple):
    """What is to be the same for a verdict to stand on a finding."""

    view: str
    subject: str
    kind: str


@dataclass(frozen=True, slots=True)
class Given:
    """A verdict as the graph has it; `known_at` in epoch milliseconds.

    Attributes:
        place: IRI of the place, if any.
        pair: in which way it is known.
    """

    key: str
    about: About
    finding: str
    place: str | None
    timezone: str | None
    start: datetime
    end: datetime
    word: str
    pair: int
    known_at: int


@dataclass(frozen=True, slots=True)
class Found:
    """A version of a finding as the graph has it; `known_at` and `until` in epoch milliseconds."""

    key: str
    version: str
    about: About
    place: str | None
    start: datetime
    end: datetime
    known_at: int
    until: int


class Tie(NamedTuple):
    """A relationship from a verdict to a version of a finding; times in epoch milliseconds."""

    kind: str
    verdict: str
    version: str
    finding: str
    pair: int
    since: int
    until: int


def ties(given: Sequence[Given], found: Sequence[Found]) -> set[Tie]:
    """All ties between the verdicts on some subjects and the findings about them."""
    ordered = sorted(given, key=lambda one: (one.known_at, one.key))
    ended = {one.key: _superseded(one, ordered[at + 1 :]) for at, one in enumerate(ordered)}
    return {tie for finding in found for tie in _ties(finding, ordered, ended)}


def _ties(finding: Found, ordered: Sequence[Given], ended: dict[str, int]) -> Iterator[Tie]:
    here = [one for one in ordered if one.about == finding.about]
    on = [one for one in here if _stands_on(one, finding)]
    for at, one in enumerate(on):
        yield from _tie(ON, one, finding, OPEN)
        if one.word in LOWERING:
            following = on[at + 1].known_at if at + 1 < len(on) else OPEN
            yield from _tie(LOWERS, one, finding, following)
    for one in here:
        if one.word == Word.KNOWN and one not in on and _like(one, finding):
            for since, until in _unsaid(on):
                yield from _tie(LOWERS, one, finding, min(until, ended[one.key]), since)


def _unsaid(on: Sequence[Given]) -> Iterator[tuple[int, int]]:
    """When no word stands on a finding itself: before the first, and after one was withdrawn."""
    ends = [*(one.known_at for one in on), OPEN]
    yield 0, ends[0]
    yield from (
        (one.known_at, until) for one, until in zip(on, ends[1:], strict=True) if one.word == Word.WITHDRAWN
    )


def _tie(kind: str, one: Given, finding: Found, until: int, since: int = 0) -> Iterator[Tie]:
    since, end = max(one.known_at, finding.known_at, since), min(until, finding.until)
    if since < end:
        yield Tie(kind, one.key, finding.version, finding.key, one.pair, since, end)


def _superseded(one: Given, later: Sequence[Given]) -> int:
    """When a later word on the same was known, epoch milliseconds."""
    return next((other.known_at for other in later if other.about == one.about and _same(one, other)), OPEN)


def _stands_on(one: Given, finding: Found) -> bool:
    return one.finding == finding.key or _same(one, finding)


def _same(one: Given, other: Given | Found) -> bool:
    overlaps = one.start <= other.end and other.start <= one.end
    return overlaps and same_place(one.place, other.place)


def same_place(one: str | None, other: str | None) -> bool:
    """Whether two places, by IRI, are one: the same, or close; nowhere is like nowhere."""
    if one == other or one is None or other is None:
        return one == other
    here, there = iri.place_at(one), iri.place_at(other)
    if here is None or there is None:
        return False
    east = (there[0] - here[0] + 180) % 360 - 180
    east *= math.cos(math.radians((here[1] + there[1]) / 2))
    return math.hypot(east, there[1] - here[1]) * _METRES_A_DEGREE <= SAME_PLACE_M


def _like(one: Given, finding: Found) -> bool:
    """At the same place, in a civil hour that the verdict's finding had, too."""
    if not same_place(one.place, finding.place):
        return False
    return not hours(one.start, one.end, one.timezone).isdisjoint(
        hours(finding.start, finding.end, one.timezone)
    )


@lru_cache(maxsize=4096)
def hours(start: datetime, end: datetime, timezone: str | None) -> frozenset[int]:
    """The hours of the civil day, 0 to 23, that an interval touches; in UTC where no time zone is known."""
    if end - start >= timedelta(days=1):
        return _DAY
    try:
        zone = ZoneInfo(timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo("UTC")
    count = math.ceil((end - start) / timedelta(hours=1)) + 1
    steps = (min(start + timedelta(hours=step), end) for step in range(count))
    return frozenset(step.astimezone(zone).hour for step in steps)
