"""Loitering: hours on end in which a vessel hardly moves, far from shore.

The definition is Global Fishing Watch's: consecutive hours that average under 2 knots, 20 nautical miles and
more from shore (Miller et al., 2018, "Identifying global patterns of transshipment behavior"). An hour's
average is the way over ground from fix to fix by the time that it took, both shared among the hours that a
step passes; an hour of which less than half is covered ends a run.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analytics import surprise
from analytics.civil_time import zone, zone_at
from analytics.geometry import compiled, distance
from analytics.maritime.shore import NAUTICAL_MILE_M, Waters, Zones
from analytics.words import counted, distance_text, span_text
from ontology import iri
from ontology.concluded import Finding
from ontology.times import DAY_MS, HOUR_MS, from_ms

KIND = "loitering"
KNOT: Final = 1852.0 / 3600.0
SLOW: Final = np.dtype(
    [
        ("start", np.int64),  # epoch ms at which the first slow hour begins
        ("end", np.int64),  # epoch ms at which the last one ends
        ("closed", np.int64),  # epoch ms at which the hour ends that was not slow any more
        ("hours", np.int64),
        ("distance", np.float64),  # metres over ground
        ("west", np.float64),  # of its fixes, degrees; east may be beyond 180
        ("east", np.float64),
        ("south", np.float64),
        ("north", np.float64),
    ]
)
"""One row a run of slow hours that is over; all columns have eight bytes."""
WIDTH: Final = len(SLOW.names or ())


@dataclass(frozen=True, slots=True)
class Loitering:
    """What loitering is."""

    speed: float = 2 * KNOT
    """m/s; an hour that averages less is slow."""
    hours: int = 4
    """A run of fewer slow hours is none."""
    shore_m: float = 20 * NAUTICAL_MILE_M
    """Nearer to shore than this it is no loitering."""
    longest_ms: int = 4 * HOUR_MS
    """A longer pause between two fixes tells no speed."""
    floor: float = 3.0
    """Bits; less surprise is not told of a vessel's own habits."""
    days: int = 4
    """Heard on fewer days before, its habits are not known."""
    waters: Waters = field(default_factory=Zones)
    """Knows how far the shore is."""


@compiled
def slow_hours(
    times: NDArray[np.int64],
    lons: NDArray[np.float64],
    lats: NDArray[np.float64],
    since: int,
    speed: float,
    longest: int,
) -> tuple[NDArray[np.int64], int]:
    """The runs of slow hours that are over, of those that begin in the hour `since` or later.

    Args:
        times: epoch milliseconds of a track's fixes, shape (n,).
        lons: degrees east, shape (n,).
        lats: degrees north, shape (n,).
        since: epoch milliseconds at which an hour begins; the one before it must not be slow.
        speed: m/s.
        longest: milliseconds; a longer step tells no speed.

    Returns:
        Rows of SLOW in time order, as int64 of shape (m, WIDTH), and the hour (epoch ms) from which on fixes
        to come may change something.
    """
    first = max(int(np.searchsorted(times, since)) - 1, 0)
    span = (times[-1] - since) // HOUR_MS + 2 if times.size else 0
    found = np.empty((max(min(times.size - first, span), 0) + 1, WIDTH), np.int64)
    spots = found.view(np.float64)
    size, open_run, hour = 0, False, since // HOUR_MS
    covered, metres, origin = 0, 0.0, math.nan
    west, east, south, north = math.inf, -math.inf, math.inf, -math.inf
    for k in range(first, times.size):
        before = max(k - 1, first)
        step = times[k] - times[before]
        way = distance(lons[before], lats[before], lons[k], lats[k])
        until = times[k] // HOUR_MS
        while True:
            low, high = max(times[before], hour * HOUR_MS), min(times[k], (hour + 1) * HOUR_MS)
            if high > low and step <= longest:
                covered += high - low
                metres += way * (high - low) / step
            if hour >= until:
                break
            if covered * 2 >= HOUR_MS and metres * 1000.0 < speed * covered:
                if not open_run:
                    open_run = True
                    found[size, 0], found[size, 3], spots[size, 4] = hour * HOUR_MS, 0, 0.0
                    spots[size, 5], spots[size, 6] = math.inf, -math.inf
                    spots[size, 7], spots[size, 8] = math.inf, -math.inf
                found[size, 1], found[size, 3] = (hour + 1) * HOUR_MS, found[size, 3] + 1
                spots[size, 4] += metres
                spots[size, 5], spots[size, 6] = min(spots[size, 5], west), max(spots[size, 6], east)
                spots[size, 7], spots[size, 8] = min(spots[size, 7], south), max(spots[size, 8], north)
            else:
                if open_run:
                    found[size, 2] = (hour + 1) * HOUR_MS
                    open_run = False
                    size += 1
                origin = math.nan
            hour = until if step > longest and not open_run else hour + 1
            covered, metres = 0, 0.0
            west, east, south, north = math.inf, -math.inf, math.inf, -math.inf
        if times[k] >= since:
            if math.isnan(origin):
                origin = lons[k]
            lon = lons[k] - 360.0 * round((lons[k] - origin) / 360.0)
            west, east = min(west, lon), max(east, lon)
            south, north = min(south, lats[k]), max(north, lats[k])
    return found[:size], found[size, 0] if open_run else hour * HOUR_MS


def offshore(row: np.void, loitering: Loitering) -> bool:
    """Whether a run of slow hours, a row of SLOW, lies far enough out: its corners and its middle."""
    west, east, south, north = (float(row[name]) for name in ("west", "east", "south", "north"))
    if not math.isfinite(west):
        return False  # no fix in any of its hours tells where it was
    corners = [(lon, lat) for lon in (west, east) for lat in (south, north)]
    return all(
        loitering.waters.offshore((lon + 180.0) % 360.0 - 180.0, lat, loitering.shore_m)
        for lon, lat in [*corners, (0.5 * (west + east), 0.5 * (south + north))]
    )


def findings(
    view: str,
    subject: str,
    rows: NDArray[np.void],
    days_before: Callable[[int], int],
    evidence: Callable[[int], tuple[str, ...]],
    loitering: Loitering,
) -> list[Finding]:
    """The findings that the slow hours of one vessel give, each by what was before it.

    Args:
        view: whose conclusions these are.
        subject: whom they are about, by IRI.
        rows: rows of SLOW in time order.
        days_before: epoch milliseconds → on how many days it was heard before.
        evidence: epoch milliseconds → keys of what was concluded before.
        loitering: what loitering is.
    """
    found = []
    loitered: set[int] = set()
    for row in rows[rows["hours"] >= loitering.hours]:
        if not offshore(row, loitering):
            continue
        start = int(row["start"])
        days, matches = days_before(start), len(loitered)
        bits = surprise.of_event(min(matches, days), days)
        if days >= loitering.days and bits >= loitering.floor:
            found.append(_finding(view, subject, row, matches, days, bits, evidence(start)))
        loitered.add(start // DAY_MS)
    return found


def _finding(
    view: str, subject: str, row: np.void, matches: int, days: int, bits: float, evidence: tuple[str, ...]
) -> Finding:
    start, end, hours = int(row["start"]), int(row["end"]), int(row["hours"])
    lon, lat = 0.5 * float(row["west"] + row["east"]), 0.5 * float(row["south"] + row["north"])
    where = zone(zone_at((lon + 180.0) % 360.0 - 180.0, lat))
    knots = float(row["distance"]) / (hours * 3600) / KNOT
    return Finding(
        key=iri.finding(view, KIND, subject, None, start),
        view=view,
        kind=KIND,
        subject=subject,
        place=None,
        start=from_ms(start),
        end=from_ms(end),
        statement=(
            f"Hardly moved {span_text(start, end, where)}: {counted(hours, 'hour')} at {knots:.1f} knots on"
            f" average, {distance_text(float(row['distance']))} over ground, more than 20 nautical miles from"
            f" shore. It had done so on {matches} of {counted(days, 'day')} heard before."
        ),
        matches=min(matches, days),
        days=days,
        surprise=round(bits, 2),
        coverage="observed",
        alternatives=(
            f"a small sample: {counted(days, 'day')} heard",
            "fishing, or waiting for orders, a berth or the weather",
            "a breakdown, or a search and rescue",
            "a buoy or a towed thing that carries the transponder",
        ),
        evidence=evidence,
    )
