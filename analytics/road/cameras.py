"""A vehicle's first visit, or odd hour, at a camera.

Reads of number plates are sparse: what is usual is counted per vehicle, camera and hour of the day, and a
read is judged by those before it only. A first visit says something of a vehicle that keeps to its cameras:
of the later half of its reads few led to a camera new to it. An hour is odd at a camera where it is often
read, if it never was within one hour of it; by the estimate of Krichevsky and Trofimov (1981), as
everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analytics import surprise

FIRST_VISIT: Final = "first visit to a camera"
ODD_HOUR: Final = "odd hour at a camera"


@dataclass(frozen=True, slots=True)
class Cameras:
    """When a read is odd."""

    days: int = 10
    """Read on fewer days before, a vehicle has no habits."""
    reads: int = 20
    """Nor has it with fewer reads before."""
    settled: float = 0.1
    """A vehicle that comes to new cameras at a higher rate keeps to none."""
    hour_reads: int = 10
    """After fewer reads at a camera no hour is odd there."""
    margin: int = 1
    """Within so many hours of a read before, an hour is not odd."""
    floor: float = 3.0
    """Bits; less surprise is not told."""


@dataclass(frozen=True, slots=True)
class Odd:
    """A read that is odd.

    Attributes:
        kind: FIRST_VISIT or ODD_HOUR.
        row: which of the vehicle's reads.
        matches: reads before that were so: to a camera new at the time, or within the hours.
        chances: reads before that are counted.
        days: days on which it was read before.
        surprise: bits.
    """

    kind: str
    row: int
    matches: int
    chances: int
    days: int
    surprise: float


def odd_reads(
    days: NDArray[np.int64], hours: NDArray[np.int64], cameras: NDArray[np.int64], what: Cameras = Cameras()
) -> list[Odd]:
    """The odd reads of one vehicle, each by those before it.

    Args:
        days: civil day of each read, in time order, shape (n,).
        hours: civil hour of each read, 0 to 23, shape (n,).
        cameras: code of the camera of each read, shape (n,).
        what: is odd.
    """
    found = []
    seen: dict[int, list[int]] = {}
    new: list[bool] = []
    watched: set[int] = set()
    for row, (day, hour, camera) in enumerate(
        zip(days.tolist(), hours.tolist(), cameras.tolist(), strict=True)
    ):
        if len(watched - {day}) >= what.days and row >= what.reads:
            at = seen.get(camera)
            one = (
                _first(row, new, len(watched), what)
                if at is None
                else _hour(row, hour, at, len(watched), what)
            )
            if one is not None:
                found.append(one)
        new.append(camera not in seen)
        seen.setdefault(camera, []).append(hour)
        watched.add(day)
    return found


def _first(row: int, new: list[bool], days: int, what: Cameras) -> Odd | None:
    recent = new[len(new) // 2 :]
    matches = sum(recent)
    bits = surprise.of_event(matches, len(recent))
    settled = (matches + 0.5) / (len(recent) + 1.0) <= what.settled
    if not settled or bits < what.floor:
        return None
    return Odd(FIRST_VISIT, row, matches, len(recent), days, bits)


def _hour(row: int, hour: int, at: list[int], days: int, what: Cameras) -> Odd | None:
    if len(at) < what.hour_reads:
        return None
    if any(min((hour - one) % 24, (one - hour) % 24) <= what.margin for one in at):
        return None
    bits = surprise.of_hour(len(at), 1)
    return Odd(ODD_HOUR, row, 0, len(at), days, bits) if bits >= what.floor else None
