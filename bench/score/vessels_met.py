"""Made-up vessels that meet on purpose: their tracks, and what is true of them; the same for a seed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from analytics.movement.plane import Plane
from analytics.track import Track

KNOT: Final = 1852.0 / 3600.0


@dataclass(frozen=True, slots=True)
class Meeting:
    """How two vessels meet.

    Attributes:
        lon: where, degrees.
        lat: degrees.
        start: epoch milliseconds at which they are there.
        minutes: for how long.
        apart_m: from one another.
        drift: knots at which both go on together.
        told: whether the definition makes it one.
    """

    lon: float
    lat: float
    start: int
    minutes: float
    apart_m: float
    drift: float
    told: bool


def met(
    meeting: Meeting, pace_s: float, random: np.random.Generator, approach_m: float = 5000.0
) -> list[Track]:
    """The tracks of both: they come from different sides at 8 knots, stay together, and part."""
    course, bearing = random.uniform(0.0, 2.0 * np.pi, 2)
    return [_one(meeting, side, course, bearing, pace_s, approach_m, random) for side in (-0.5, 0.5)]


def _one(
    meeting: Meeting,
    side: float,
    course: float,
    bearing: float,
    pace_s: float,
    approach_m: float,
    random: np.random.Generator,
) -> Track:
    """One of them, on its side of the middle."""
    length = meeting.minutes * 60.0
    come = approach_m / (8.0 * KNOT)
    times = np.arange(0.0, 2.0 * come + length, pace_s)
    times = np.sort(times + random.uniform(0.0, 0.5 * pace_s, len(times)))
    away = 8.0 * KNOT * np.maximum(np.maximum(come - times, times - come - length), 0.0)
    drifted = meeting.drift * KNOT * np.clip(times - come, 0.0, length)
    out = bearing + (np.pi if side < 0 else 0.0)
    east = abs(side) * meeting.apart_m * np.sin(out) + away * np.sin(out)
    north = abs(side) * meeting.apart_m * np.cos(out) + away * np.cos(out)
    noise = random.normal(0.0, 3.0, (2, len(times)))
    lons, lats = Plane(meeting.lon, meeting.lat).degrees(
        east + drifted * np.sin(course) + noise[0], north + drifted * np.cos(course) + noise[1]
    )
    start = meeting.start - round(come * 1000.0)
    return Track.of(start + np.round(times * 1000.0).astype(np.int64), lons, lats)


def lying(
    lon: float, lat: float, start: int, hours: float, count: int, random: np.random.Generator
) -> list[Track]:
    """So many vessels that lie about a position, each for so long: what makes an anchorage."""
    found = []
    for _ in range(count):
        times = start + np.arange(0, int(hours * 12), dtype=np.int64) * 300_000
        spot = random.normal(0.0, 100.0, 2)
        lons, lats = Plane(lon, lat).degrees(
            spot[0] + random.normal(0.0, 5.0, len(times)), spot[1] + random.normal(0.0, 5.0, len(times))
        )
        found.append(Track.of(times, lons, lats))
    return found
