"""Stays of a real bus and of real ships, of which nobody knows the truth: how far we agree with peers."""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analytics.episodes import Episodes, brought_up
from analytics.movement.parameters import PEOPLE
from analytics.movement.stays import stays
from analytics.parameters import HARBOUR
from analytics.scoring.intervals import Intervals, pairs, score
from analytics.track import Track
from bench import movement_peers, week
from bench.score.data import shared
from bench.score.row import Row

PEERS: Final = ("trackintel", "skmob")
LONG_MS: Final = 20 * 60_000
"""A pause that a peer counts into a stay and that is no stay's to us unless it ends where it began."""


@dataclass(frozen=True, slots=True)
class Tracks:
    """Real tracks, and what is asked of all methods: no further than `metres`, no shorter than `minutes`."""

    name: str
    tracks: dict[str, Track]
    metres: float
    minutes: float


def run() -> list[Row]:
    """A row a method of ours and peer; nothing where the peers' environment was not made."""
    if not movement_peers.there():
        print(
            "real tracks: the peers are not there; `make .venv-movement/.ready` makes them", file=sys.stderr
        )
        return []
    return [row for each in (bus(), harbour()) for row in _rows(each)]


def bus() -> Tracks:
    """Sixteen runs of a bus, of which each is a subject: a run begins and ends with a wait."""
    frame = pl.read_csv(shared("gps_bus", "route14_outbound.csv"), schema_overrides={"trip_id": pl.String})
    frame = frame.with_columns(pl.col("timestamp").str.to_datetime(time_unit="ms").dt.epoch("ms"))
    return Tracks("bus", _tracks(frame, "trip_id", "longitude", "latitude"), metres=50.0, minutes=2.0)


def harbour() -> Tracks:
    """A week of New York Harbor, with the settings of our own stays."""
    frame = week.rows().with_columns(
        pl.col("timestamp").dt.epoch("ms"), pl.col("lon", "lat").cast(pl.Float64)
    )
    tracks = _tracks(frame, "object_id", "lon", "lat")
    return Tracks("harbour", tracks, HARBOUR.stay_radius_m, HARBOUR.stay_dwell_s / 60.0)


def _tracks(frame: pl.DataFrame, subject: str, lon: str, lat: str) -> dict[str, Track]:
    return {
        str(name): Track.of(*(part[column].to_numpy() for column in ("timestamp", lon, lat)))
        for (name,), part in sorted(frame.partition_by(subject, as_dict=True).items())
    }


def _rows(given: Tracks) -> list[Row]:
    ours = {"circle": _circles(given), "change points": _change_points(given)}
    rows = []
    with tempfile.TemporaryDirectory(prefix="diurnal-score-") as folder:
        for peer in PEERS:
            theirs = movement_peers.ask(peer, given.tracks, Path(folder), given.metres, given.minutes).stays
            for name, mine in ours.items():
                rows += _beside(given, f"{given.name}: {name} beside {peer}", mine, theirs)
    return rows


def _beside(given: Tracks, case: str, mine: Intervals, theirs: Intervals) -> list[Row]:
    found = score(mine, theirs)
    counts = {"ours": found.found, "theirs": found.true, "both": found.hits}
    return [
        Row("stays", case, "agreement (F1)", found.f1, note=_why(given, mine, theirs), details=counts),
        Row("stays", case, "of ours, theirs too", found.precision, details=counts),
    ]


def _circles(given: Tracks) -> Intervals:
    parameters = replace(HARBOUR, stay_radius_m=given.metres, stay_dwell_s=given.minutes * 60.0)
    found = []
    for track in given.tracks.values():
        rows = brought_up(Episodes.none(), track, 0, int(track.times[-1]) + 1, parameters)[0].stays
        found.append((rows["start"], rows["end"]))
    return _intervals(found)


def _change_points(given: Tracks) -> Intervals:
    parameters = replace(PEOPLE, dwell_s=given.minutes * 60.0)
    found = [stays(track, parameters) for track in given.tracks.values()]
    return _intervals([(each.starts, each.ends) for each in found])


def _intervals(found: list[tuple[NDArray[np.int64], NDArray[np.int64]]]) -> Intervals:
    groups = np.repeat(np.arange(len(found)), [len(starts) for starts, _ in found])
    return Intervals(groups, np.concatenate([a for a, _ in found]), np.concatenate([b for _, b in found]))


def _why(given: Tracks, mine: Intervals, theirs: Intervals) -> str:
    """What the stays are that only one of both has."""
    paired = pairs(mine, theirs)
    lone_mine = np.flatnonzero(paired < 0)
    lone_theirs = np.setdiff1d(np.arange(len(theirs)), paired[paired >= 0])
    parts = []
    for whose, one, lone, other in (("ours", mine, lone_mine, theirs), ("theirs", theirs, lone_theirs, mine)):
        told = Counter(_kind(given, one, k, other) for k in lone)
        words = ", ".join(f"{count} {kind}" for kind, count in told.most_common())
        parts.append(f"only {whose}: {words or 'none'}")
    return "; ".join(parts)


def _kind(given: Tracks, one: Intervals, k: int, other: Intervals) -> str:
    """Why a stay has no like on the other side, as far as its fixes and the other's stays tell."""
    group, start, end = one.groups[k], one.starts[k], one.ends[k]
    times = list(given.tracks.values())[group].times
    before = times[(times >= start) & (times < end)]
    shared = np.minimum(other.ends, end) - np.maximum(other.starts, start)
    touched = int(((other.groups == group) & (shared > 0)).sum())
    if len(before) < 2 or before[-1] - before[0] < given.minutes * 60_000:
        return "long enough only until the first fix elsewhere"
    if np.diff(before).max() > LONG_MS:
        return "with a silence in it"
    if touched:
        return "that the other has as several" if touched > 1 else "that the other has longer or shorter"
    return "on the move slowly, or brief"
