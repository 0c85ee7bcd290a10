"""Silences of AIS on columns of many vessels' messages, and which of them were likely wanted.

The definitions are Global Fishing Watch's (pipe-gaps; Welch et al., 2022, "Hot spots of unseen fishing
vessels", Science Advances 8): a gap is twelve hours and more without a position, after positions in the
twelve hours before; it was likely made by switching off if it began 50 nautical miles and more from shore,
where reception was good, and the vessel had been heard well. A gap that has not ended yet is open, and is
told as soon as it is long enough.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analytics.geometry import compiled, distance
from analytics.maritime.shore import NAUTICAL_MILE_M
from ontology.times import HOUR_MS

SILENCE: Final = np.dtype(
    [
        ("vessel", np.int64),  # its code
        ("first", np.int64),  # row of the last message before
        ("last", np.int64),  # row of the first message after; -1 while it is open
        ("before", np.int64),  # messages in the hours before, the last one included
        ("duration", np.int64),  # milliseconds, of an open one up to now
        ("distance", np.float64),  # metres between the two; 0 while it is open
    ]
)
"""One row a silence; all columns have eight bytes."""
WIDTH: Final = len(SILENCE.names or ())
OPEN: Final = -1


@dataclass(frozen=True, slots=True)
class Silences:
    """What a silence is, and what makes one look wanted."""

    least_ms: int = 12 * HOUR_MS
    """From so long on it is one."""
    before_ms: int = 12 * HOUR_MS
    """Reception is judged by so much before it."""
    before: int = 1
    """Fewer messages in that time, and it is none."""
    disabling_before: int = 14
    """To look wanted it needs so many."""
    disabling_shore_m: float = 50 * NAUTICAL_MILE_M
    """And to have begun so far from shore."""
    disabling_reception: float = 10.0
    """And where so many positions a day are received of a vessel."""


def silences(
    vessels: NDArray[np.int64],
    times: NDArray[np.int64],
    lons: NDArray[np.float64],
    lats: NDArray[np.float64],
    until: int,
    what: Silences = Silences(),
) -> NDArray[np.void]:
    """The silences in the messages of many vessels.

    Args:
        vessels: a code for each message's vessel, those of one vessel together; shape (n,).
        times: epoch milliseconds, rising for each vessel, shape (n,).
        lons: degrees east, shape (n,).
        lats: degrees north, shape (n,).
        until: epoch milliseconds before which everything is known: for silences that are still open.
        what: a silence is.

    Returns:
        Rows of SILENCE in the order of the messages.
    """
    found = _silences(
        vessels, times, lons, lats, until, int(what.least_ms), int(what.before_ms), int(what.before)
    )
    return found.view(SILENCE)[:, 0]


def disabling(
    rows: NDArray[np.void],
    shore_m: NDArray[np.float64],
    reception: NDArray[np.float64],
    what: Silences = Silences(),
) -> NDArray[np.bool_]:
    """Which silences look wanted; shape (m,).

    Args:
        rows: rows of SILENCE, shape (m,).
        shore_m: metres from shore where each began, shape (m,).
        reception: positions a vessel and day that are received there, shape (m,).
        what: makes it look so.
    """
    heard = np.asarray(rows["before"]) >= what.disabling_before
    return heard & (shore_m >= what.disabling_shore_m) & (reception >= what.disabling_reception)


def in_order(vessels: NDArray[np.int64], times: NDArray[np.int64]) -> NDArray[np.int64]:
    """The order of rows that puts messages by vessel and time, as `silences` takes them; shape (n,).

    Codes and times are packed into one number where they fit: one radix sort instead of two.
    """
    if not len(times):
        return np.empty(0, np.int64)
    start, low = int(times.min()), int(vessels.min())
    bits = (int(times.max()) - start).bit_length()
    if bits + (int(vessels.max()) - low).bit_length() > 62:
        return np.lexsort((times, vessels))
    return np.argsort(((vessels - low) << bits) | (times - start), kind="stable")


@compiled
def _silences(
    vessels: NDArray[np.int64],
    times: NDArray[np.int64],
    lons: NDArray[np.float64],
    lats: NDArray[np.float64],
    until: int,
    least: int,
    window: int,
    needed: int,
) -> NDArray[np.int64]:
    count = 0
    for k in range(times.size):
        ends = k + 1 == times.size or vessels[k + 1] != vessels[k]
        count += (until if ends else times[k + 1]) - times[k] >= least
    found = np.empty((count, WIDTH), np.int64)
    spots = found.view(np.float64)
    size = 0
    for k in range(times.size):
        ends = k + 1 == times.size or vessels[k + 1] != vessels[k]
        pause = (until if ends else times[k + 1]) - times[k]
        if pause < least:
            continue
        first = k
        while first > 0 and vessels[first - 1] == vessels[k] and times[k] - times[first - 1] <= window:
            first -= 1
        if k - first + 1 < needed:
            continue
        found[size, 0], found[size, 1], found[size, 2] = vessels[k], k, OPEN if ends else k + 1
        found[size, 3], found[size, 4] = k - first + 1, pause
        spots[size, 5] = 0.0 if ends else distance(lons[k], lats[k], lons[k + 1], lats[k + 1])
        size += 1
    return found[:size]
