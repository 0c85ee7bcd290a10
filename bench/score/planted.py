"""Odd behaviour that was planted: found above the definition's threshold, and only there."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import starmap
from typing import Final

import numpy as np

from analytics.episodes import Episodes, brought_up
from analytics.gazetteer import shipped
from analytics.jumps import JUMP, SHIP, jumps
from analytics.maritime.berths import harbour_loitering
from analytics.maritime.loitering import SLOW, Loitering, offshore, slow_hours
from analytics.maritime.shore import NAUTICAL_MILE_M, Zones
from analytics.maritime.silences import disabling, silences
from analytics.maritime.threads import HARBOUR as HARBOUR_THREADS
from analytics.maritime.threads import clashes, split
from analytics.parameters import HARBOUR
from analytics.track import Track
from bench.planted import harbour
from bench.planted.event import Counts, Event, Found, count
from bench.planted.offshore import DAYS, START, Ocean, ocean
from bench.score.row import Row
from ontology.times import DAY_MS, HOUR_MS

SEED: Final = 20261124
RECALL: Final = 0.95
PRECISION: Final = 0.9
Tracks = dict[int, Track]


def run() -> list[Row]:
    """Three rows a case: recall and precision above the threshold, and what was found below it."""
    base = harbour.tracks()
    berths = _berths()
    rows = []
    for at, (name, plant, find) in enumerate(
        (
            ("harbour gaps", harbour.gaps, _gaps),
            ("harbour jumps", harbour.jumps, _jumps),
            ("harbour clashes", harbour.clashes, _clashes),
            ("harbour loiterings", harbour.loiterings, lambda tracks: _loiterings(tracks, berths)),
        )
    ):
        tracks, events = plant(base, np.random.default_rng(SEED + at))
        own = find(base)
        rows += _rows(name, events, find(tracks), own)
    return rows + _offshore(ocean(np.random.default_rng(SEED)))


def _offshore(sea: Ocean) -> list[Row]:
    loitering = Loitering()
    found = _silences(sea.tracks, wanted=False)
    wanted = _silences(sea.tracks, wanted=True)
    return [
        *_rows("offshore gaps", sea.gaps, found, ()),
        *_rows("offshore disabling", sea.disabling, wanted, ()),
        *_rows("offshore loiterings", sea.loiterings, _loiterings(sea.tracks, loitering), ()),
    ]


def _rows(case: str, events: Sequence[Event], found: Sequence[Found], own: Sequence[Found]) -> list[Row]:
    counts: Counts = count(events, found, own)
    sizes = sorted({event.size for event in events if event.above})
    note = f"{counts.planted} planted, sizes {sizes[0]:g} to {sizes[-1]:g}; {len(own)} of the tracks' own"
    return [
        Row("planted", case, "recall", counts.recall, RECALL, note=note),
        Row("planted", case, "precision", counts.precision, PRECISION, note=f"{counts.found} found"),
        Row("planted", case, "below", float(counts.below_found), at_most=0.0, note=f"of {counts.below}"),
    ]


def _gaps(tracks: Tracks) -> list[Found]:
    found = []
    for ship, track in tracks.items():
        until = int(track.times[-1]) + 1
        rows = brought_up(Episodes.none(), track, 0, until, HARBOUR)[0].gaps
        found += [Found(ship, int(row["start"]), int(row["end"])) for row in rows]
    return found


def _jumps(tracks: Tracks) -> list[Found]:
    found = []
    for ship, track in tracks.items():
        rows = jumps(track.times, track.lons, track.lats, 0, SHIP.max_speed, SHIP.slack_m).view(JUMP)[:, 0]
        found += [Found(ship, int(row["start"]), int(row["end"])) for row in rows]
    return found


def _clashes(tracks: Tracks) -> list[Found]:
    found = []
    for ship, track in tracks.items():
        columns = track.times, track.lons, track.lats
        found += [
            Found(ship, one.start, one.end) for one in clashes(*columns, split(*columns, HARBOUR_THREADS))
        ]
    return found


def _loiterings(tracks: Tracks, loitering: Loitering) -> list[Found]:
    found = []
    for ship, track in tracks.items():
        since = int(track.times[0]) // HOUR_MS * HOUR_MS
        columns = track.times, track.lons, track.lats
        rows = slow_hours(*columns, since, loitering.speed, loitering.longest_ms)[0].view(SLOW)[:, 0]
        found += [
            Found(ship, int(row["start"]), int(row["end"]))
            for row in rows
            if row["hours"] >= loitering.hours and offshore(row, loitering)
        ]
    return found


def _silences(tracks: Tracks, *, wanted: bool) -> list[Found]:
    ships = np.concatenate([np.full(len(track), ship) for ship, track in tracks.items()])
    times, lons, lats = (
        np.concatenate([getattr(track, name) for track in tracks.values()])
        for name in ("times", "lons", "lats")
    )
    rows = silences(ships, times, lons, lats, START + DAYS * DAY_MS)
    if wanted:
        out = [Zones().offshore(lons[row], lats[row], 50 * NAUTICAL_MILE_M) for row in rows["first"]]
        shore = np.where(out, 50 * NAUTICAL_MILE_M, 0.0)
        rows = rows[disabling(rows, shore, np.full(len(rows), 60.0))]
    closed = rows[rows["last"] >= 0]
    return list(starmap(Found, zip(closed["vessel"].tolist(), times[closed["first"]].tolist(),
                                   times[closed["last"]].tolist(), strict=True)))  # fmt: skip


def _berths() -> Loitering:
    gazetteer = shipped()
    return harbour_loitering(gazetteer.spots())
