"""What was planted, and how well what is found covers it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Event:
    """A piece of odd behaviour.

    Attributes:
        subject: whose.
        start: epoch milliseconds.
        end: epoch milliseconds.
        size: how large, in the unit of its kind; for the table.
        above: whether the definition's threshold is passed, so that it must be found; else it must not.
    """

    subject: int
    start: int
    end: int
    size: float
    above: bool


@dataclass(frozen=True, slots=True)
class Found:
    """Something found: whose, and from when to when, epoch milliseconds."""

    subject: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How planted and found agree.

    Attributes:
        planted: events above the threshold.
        hit: those of them that were found.
        found: what was found and is not of the tracks themselves.
        right: those of them that are of an event above the threshold.
        below: events below the threshold.
        below_found: those of them that were found all the same.
    """

    planted: int
    hit: int
    found: int
    right: int
    below: int
    below_found: int

    @property
    def recall(self) -> float:
        return self.hit / self.planted

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 0.0


def count(planted: Sequence[Event], found: Sequence[Found], own: Sequence[Found] = ()) -> Counts:
    """Compare.

    Args:
        planted: events.
        found: on the tracks with them.
        own: what is found on the same tracks before anything is planted; the same again is neither right nor
            wrong.
    """
    natural = {(one.subject, one.start, one.end) for one in own}
    fresh = [one for one in found if (one.subject, one.start, one.end) not in natural]
    above = [event for event in planted if event.above]
    below = [event for event in planted if not event.above]
    return Counts(
        len(above),
        sum(any(_meet(event, one) for one in fresh) for event in above),
        len(fresh),
        sum(any(_meet(event, one) for event in above) for one in fresh),
        len(below),
        sum(any(_meet(event, one) for one in fresh) for event in below),
    )


def _meet(event: Event, one: Found) -> bool:
    """Half of the shorter of the two lies in the other, and the longer is at most thrice as long."""
    if event.subject != one.subject:
        return False
    common = min(event.end, one.end) - max(event.start, one.start)
    shorter, longer = sorted((event.end - event.start, one.end - one.start))
    return common >= 0.5 * shorter and longer <= max(3 * shorter, shorter + 7_200_000)
