"""Spoofed positions: an aircraft is suddenly elsewhere, and stays there for a while.

A single garbled message is a jump out and one back, and no more. Where satellite navigation is spoofed, the
receiver aboard follows the false signals: the position leaps beyond anything that flies and then goes on
from there, for minutes, until it leaps back (Felux et al., 2024, "Impact of GNSS-band radio interference on
operational avionics"). So a leap counts if what is on both sides of it lasts. The same holds for AIS, with
a vessel's reach.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analytics.jumps import AIRCRAFT, DISTANCE, END, START, STEPS, Reach, jumps

LEAP: Final = np.dtype(
    [
        ("start", np.int64),  # epoch ms of the last fix before
        ("end", np.int64),  # epoch ms of the first fix after
        ("before", np.int64),  # fixes on the way before, since the leap before
        ("after", np.int64),  # fixes on the way after, until the next leap
        ("distance", np.float64),  # metres
        ("speed", np.float64),  # m/s that it would take
    ]
)
"""One row a leap."""


@dataclass(frozen=True, slots=True)
class Spoofing:
    """What a leap is."""

    reach: Reach = AIRCRAFT
    """Further is a leap."""
    fixes: int = 3
    """Fewer on one side of it, and it is a garbled message."""
    lasting_ms: int = 30_000
    """And so it is if one side lasts less."""


def leaps(
    times: NDArray[np.int64],
    lons: NDArray[np.float64],
    lats: NDArray[np.float64],
    spoofing: Spoofing = Spoofing(),
) -> NDArray[np.void]:
    """The leaps of one track that look like spoofing.

    A position that a receiver repeats for want of a newer one must be left out: it would be a leap later.

    Args:
        times: epoch milliseconds at which each position held, strictly rising, shape (n,).
        lons: degrees east, shape (n,).
        lats: degrees north, shape (n,).
        spoofing: what a leap is.

    Returns:
        Rows of LEAP in time order.
    """
    found = jumps(times, lons, lats, 0, float(spoofing.reach.max_speed), float(spoofing.reach.slack_m))
    metres = found.view(np.float64)[:, DISTANCE]
    # Each way is from the fix after one jump to the fix before the next.
    first = np.concatenate(([0], found[:, STEPS] + 1))
    last = np.concatenate((found[:, STEPS], [len(times) - 1]))
    fixes = last - first + 1
    lasts = (fixes >= spoofing.fixes) & (times[last] - times[first] >= spoofing.lasting_ms)
    chosen = np.flatnonzero(lasts[:-1] & lasts[1:])
    rows = np.empty(len(chosen), LEAP)
    rows["start"], rows["end"] = found[chosen, START], found[chosen, END]
    rows["before"], rows["after"] = fixes[chosen], fixes[chosen + 1]
    rows["distance"] = metres[chosen]
    rows["speed"] = metres[chosen] / np.maximum((rows["end"] - rows["start"]) / 1000, 1.0)
    return rows


def stale(
    times: NDArray[np.int64], lons: NDArray[np.float64], lats: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Which positions only repeat the one before, as receivers do while nothing new comes; shape (n,)."""
    same = np.zeros(len(times), np.bool_)
    same[1:] = (np.diff(lons) == 0) & (np.diff(lats) == 0)
    return same
