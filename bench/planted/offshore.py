"""Vessels on the ocean, made up: under way from point to point, silent for a while, drifting for hours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from analytics.track import Track
from bench.planted.event import Event
from ontology.times import DAY_MS, HOUR_MS

START: Final = 1_606_780_800_000
DAYS: Final = 12
EACH: Final = 20
FAR: Final = (-60.0, -50.0, 28.0, 36.0)
"""West, east, south, north: the open Atlantic, 200 miles and more from anywhere."""
NEAR: Final = (-73.6, -73.2, 40.33, 40.38)
"""Thirteen to eighteen miles off Long Island."""
BETWEEN: Final = (-73.2, -72.4, 40.12, 40.2)
"""Twenty-five to forty miles off."""


@dataclass(frozen=True, slots=True)
class Ocean:
    """Tracks with what was planted in them.

    Attributes:
        tracks: by number.
        gaps: silences; above from 12 hours.
        disabling: the same; above from 12 hours and 50 nautical miles from shore.
        loiterings: drifts; above from 4 whole hours and 20 nautical miles from shore.
    """

    tracks: dict[int, Track]
    gaps: list[Event]
    disabling: list[Event]
    loiterings: list[Event]


def ocean(rng: np.random.Generator) -> Ocean:
    """Every case so many times, each on a vessel of its own."""
    tracks: dict[int, Track] = {}
    gaps, disabling, loiterings = [], [], []
    for hours in (6.0, 11.0, 11.7, 12.0, 13.0, 24.0, 48.0):
        for box in (FAR, BETWEEN):
            for _ in range(EACH):
                ship = len(tracks)
                track, start = _sailing(box, rng), _moment(rng)
                end = start + int(hours * HOUR_MS)
                tracks[ship], (last, first) = _silent(track, start, end)
                long = first - last >= 12 * HOUR_MS  # from fix to fix it is longer than what was taken out
                gaps.append(Event(ship, last, first, hours, long))
                disabling.append(Event(ship, last, first, hours, long and box is FAR))
    for hours, knots in ((2.0, 1.0), (3.0, 1.0), (6.0, 1.0), (9.0, 0.5), (16.0, 1.5), (9.0, 2.6)):
        for box in (FAR, NEAR):
            for _ in range(EACH):
                ship = len(tracks)
                track, start = _sailing(box, rng), _moment(rng)
                end = start + int(hours * HOUR_MS)
                tracks[ship] = _drifting(track, start, end, knots, rng)
                above = hours > 5 and knots < 2 and box is FAR
                loiterings.append(Event(ship, start, end, hours, above))
    return Ocean(tracks, gaps, disabling, loiterings)


def _moment(rng: np.random.Generator) -> int:
    return START + 5 * DAY_MS + int(rng.integers(0, 3 * DAY_MS))


def _sailing(box: tuple[float, float, float, float], rng: np.random.Generator) -> Track:
    """To and fro between west and east at 7 to 14 knots, heard every 5 to 30 minutes, to some 20 metres."""
    west, east, south, north = box
    times = START + np.cumsum(rng.integers(300_000, 1_800_000, 1200))
    times = times[times < START + DAYS * DAY_MS]
    lat = rng.uniform(south, north)
    width = (east - west) * 111_195 * np.cos(np.radians(lat))
    way = (rng.uniform(0, width) + rng.uniform(7, 14) * 0.5144 * (times - START) / 1000) / width
    lons = west + (east - west) * np.where(way % 2 < 1, way % 2, 2 - way % 2)
    noise = rng.normal(0, 2e-4, (2, len(times)))
    return Track.of(times, lons + noise[0], np.full(len(times), lat) + noise[1])


def _silent(track: Track, start: int, end: int) -> tuple[Track, tuple[int, int]]:
    """Without the fixes in between, and when it is last heard before and first after."""
    last, first = int(track.times.searchsorted(start, "right")) - 1, int(track.times.searchsorted(end))
    kept = np.concatenate((np.arange(last + 1), np.arange(first, len(track))))
    return track.take(kept), (int(track.times[last]), int(track.times[first]))


def _drifting(track: Track, start: int, end: int, knots: float, rng: np.random.Generator) -> Track:
    """South, or north, at so many knots between two moments; then on as if the time had stood still."""
    stood = np.where(track.times > end, end - start, np.maximum(np.minimum(track.times, end) - start, 0))
    lons = np.interp(track.times - stood, track.times, track.lons)
    gone = knots * 0.5144 * stood / 1000 * rng.choice((-1.0, 1.0))
    return Track.of(track.times, lons, track.lats + gone / 111_195)
