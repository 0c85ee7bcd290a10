"""Who is near whom at common instants, from tracks whose fixes come at different times.

Positions are interpolated at instants on a common clock, as Global Fishing Watch's pipe-encounters does
before it compares vessels, and only those in the same or a neighbouring cell at one instant are compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.geometry import METRES_A_DEGREE, compiled, distance
from analytics.relations.cells import FORWARD, cells, overlapping, points
from analytics.track import Track


@dataclass(frozen=True, slots=True)
class Instants:
    """Positions at common instants, arrays of shape (n,).

    Attributes:
        subjects: whose, as index among the tracks.
        slots: epoch milliseconds over the step.
        lons: degrees east.
        lats: degrees north.
        speeds: m/s over ground between the fixes about it.
    """

    subjects: NDArray[np.int64]
    slots: NDArray[np.int64]
    lons: NDArray[np.float64]
    lats: NDArray[np.float64]
    speeds: NDArray[np.float64]

    def where(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> Instants:
        """Those chosen, by mask or by index."""
        return Instants(
            self.subjects[chosen],
            self.slots[chosen],
            self.lons[chosen],
            self.lats[chosen],
            self.speeds[chosen],
        )


@dataclass(frozen=True, slots=True)
class Runs:
    """Two near each other at instants in a row, arrays of shape (n,), ordered by pair, then time.

    Attributes:
        first: the one, as index among the tracks; less than `second`.
        second: the other.
        starts: epoch milliseconds of the first instant.
        ends: epoch milliseconds of the last.
        lons: degrees east, mean of both over the run.
        lats: degrees north.
        distances: median metres between them.
        speeds: median m/s of both.
        ways: metres that the slower of both made good between the ends of the run.
        instants: at how many they were near.
    """

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    lons: NDArray[np.float64]
    lats: NDArray[np.float64]
    distances: NDArray[np.float64]
    speeds: NDArray[np.float64]
    ways: NDArray[np.float64]
    instants: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.starts)

    def where(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> Runs:
        """Those chosen, by mask or by index."""
        return Runs(*(getattr(self, name)[chosen] for name in self.__slots__))


def instants(tracks: Sequence[Track], step: int, longest: int) -> Instants:
    """The positions of all at the instants of a common clock.

    Args:
        tracks: of the subjects.
        step: milliseconds of the clock.
        longest: milliseconds; across a longer pause nothing is interpolated.
    """
    parts = [_at(track.times, track.lons, track.lats, step, longest) for track in tracks]
    if not parts:
        none = np.empty(0, np.float64)
        return Instants(np.empty(0, np.int64), np.empty(0, np.int64), none, none, none)
    subjects = np.repeat(np.arange(len(parts), dtype=np.int64), [len(part[0]) for part in parts])
    slots, lons, lats, speeds = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    return Instants(subjects, slots, lons, lats, speeds)


def near(given: Instants, reach: float, step: int, bridged: int = 1) -> Runs:
    """Runs of instants at which two were near each other.

    Args:
        given: positions at common instants.
        reach: metres.
        step: milliseconds of the clock.
        bridged: so many instants in a row at which they were not seen near do not end a run.
    """
    spots = points(given.lons, given.lats)
    keys = cells(spots, reach)
    order = np.lexsort((given.slots, keys))
    ours, spots = given.where(order), spots[order]
    pairs = overlapping(keys[order], ours.slots, ours.slots, FORWARD, 0)
    apart = np.sqrt(((spots[pairs[:, 0]] - spots[pairs[:, 1]]) ** 2).sum(axis=1))
    chosen = (apart <= reach) & (ours.subjects[pairs[:, 0]] != ours.subjects[pairs[:, 1]])
    pairs, apart = pairs[chosen], apart[chosen]
    swap = ours.subjects[pairs[:, 0]] > ours.subjects[pairs[:, 1]]
    pairs[swap] = pairs[swap][:, ::-1]
    a, b = pairs[:, 0], pairs[:, 1]
    order = np.lexsort((ours.slots[a], ours.subjects[b], ours.subjects[a]))
    return _runs(ours, a[order], b[order], apart[order], step, bridged)


def _runs(
    given: Instants,
    a: NDArray[np.int64],
    b: NDArray[np.int64],
    apart: NDArray[np.float64],
    step: int,
    bridged: int,
) -> Runs:
    """Instants in a row, of pairs in order of who and when."""
    first, second, slots = given.subjects[a], given.subjects[b], given.slots[a]
    breaks = np.ones(len(a), np.bool_)
    breaks[1:] = (first[1:] != first[:-1]) | (second[1:] != second[:-1]) | (np.diff(slots) > 1 + bridged)
    begins = np.flatnonzero(breaks)
    lasts = np.append(begins[1:], len(a))[: len(begins)] - 1
    counts = lasts - begins + 1
    turns = (given.lons[b] - given.lons[a] + 180.0) % 360.0 - 180.0
    # Longitudes are told from the run's first, so that the antimeridian may lie among them.
    origin = np.repeat(given.lons[a][begins], counts)
    east = (given.lons[a] - origin + 180.0) % 360.0 - 180.0 + 0.5 * turns
    lons = (given.lons[a][begins] + _sums(east, begins) / counts + 180.0) % 360.0 - 180.0
    lats = _sums(0.5 * (given.lats[a] + given.lats[b]), begins) / counts
    speed = 0.5 * (given.speeds[a] + given.speeds[b])
    made = [
        _apart(
            given.lons[who[begins]], given.lats[who[begins]], given.lons[who[lasts]], given.lats[who[lasts]]
        )
        for who in (a, b)
    ]
    return Runs(
        first[begins],
        second[begins],
        slots[begins] * step,
        slots[lasts] * step,
        lons,
        lats,
        _medians(apart, begins),
        _medians(speed, begins),
        np.minimum(*made),
        counts,
    )


def _sums(values: NDArray[np.float64], begins: NDArray[np.int64]) -> NDArray[np.float64]:
    """The sum of each run."""
    return np.asarray(np.add.reduceat(values, begins) if len(begins) else np.empty(0), np.float64)


@compiled
def _medians(values: NDArray[np.float64], begins: NDArray[np.int64]) -> NDArray[np.float64]:
    """The median of each run."""
    found = np.empty(begins.size)
    for k in range(begins.size):
        end = begins[k + 1] if k + 1 < begins.size else values.size
        found[k] = np.median(values[begins[k] : end])
    return found


def _apart(
    lons: NDArray[np.float64],
    lats: NDArray[np.float64],
    other_lons: NDArray[np.float64],
    other_lats: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Metres between positions, pair by pair."""
    turns = (other_lons - lons + 180.0) % 360.0 - 180.0
    east = turns * np.cos(np.radians(0.5 * (lats + other_lats)))
    return np.asarray(METRES_A_DEGREE * np.hypot(east, other_lats - lats), np.float64)


@compiled
def _at(
    times: NDArray[np.int64], lons: NDArray[np.float64], lats: NDArray[np.float64], step: int, longest: int
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Slots, positions and speeds of one track at the instants between fixes not too far apart in time."""
    count = times.size
    room = (times[count - 1] // step - times[0] // step + 2) if count else 0
    slots = np.empty(room, np.int64)
    x, y, speeds = np.empty(room), np.empty(room), np.empty(room)
    size = 0
    for k in range(count - 1):
        pause = times[k + 1] - times[k]
        if pause > longest:
            continue
        speed = distance(lons[k], lats[k], lons[k + 1], lats[k + 1]) * 1000.0 / pause
        turn = lons[k + 1] - lons[k]
        turn -= 360.0 * round(turn / 360.0)
        slot = -((-times[k]) // step)
        while slot * step < times[k + 1]:
            share = (slot * step - times[k]) / pause
            slots[size] = slot
            lon = lons[k] + share * turn
            x[size] = lon - 360.0 * round(lon / 360.0)
            y[size] = lats[k] + share * (lats[k + 1] - lats[k])
            speeds[size] = speed
            size += 1
            slot += 1
    if count and times[count - 1] % step == 0:
        slots[size], x[size], y[size] = times[count - 1] // step, lons[count - 1], lats[count - 1]
        speeds[size] = speeds[size - 1] if size else 0.0
        size += 1
    return slots[:size], x[:size], y[:size], speeds[:size]
