"""Episodes alone (stays, trips and gaps), and everything that is concluded, from arrays of fixes."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from typing import Final

import numpy as np

from analytics.episodes import Episodes, brought_up
from analytics.fold import conclude
from analytics.parameters import HARBOUR
from analytics.track import Track
from bench import week
from bench.ground import Ground
from bench.measure import Measure

RUNS: Final = 5
COPIES: Final = 5


def run(_: Ground) -> list[Measure]:
    """On the week, and for the whole fold on five times the ships as well."""
    tracks = _tracks(1)
    more = _tracks(COPIES)
    until = 1 + max(int(track.times[-1]) for track in tracks.values())

    def find_episodes() -> None:
        for track in tracks.values():
            brought_up(Episodes.none(), track, 0, until, HARBOUR)

    return [
        _measure("episodes", find_episodes, _size(tracks)),
        _measure("fold", lambda: conclude(tracks, until), _size(tracks)),
        _measure("fold_of_five_times_the_ships", lambda: conclude(more, until), _size(more)),
    ]


def _tracks(copies: int) -> dict[str, Track]:
    frame = week.more_ships(copies)
    return {
        f"urn:diurnal:subject:mmsi:{ship}": Track.of(
            part["timestamp"].dt.epoch("ms").to_numpy(),
            part["lon"].cast(float).to_numpy(),
            part["lat"].cast(float).to_numpy(),
        )
        for (ship,), part in frame.partition_by("object_id", as_dict=True).items()
    }


def _size(tracks: dict[str, Track]) -> int:
    return int(np.sum([len(track) for track in tracks.values()]))


def _measure(name: str, work: Callable[[], object], points: int) -> Measure:
    """The median of some runs, after one that compiles; in time of the processor."""
    work()
    rates = []
    for _ in range(RUNS):
        began = time.process_time()
        work()
        rates.append(points / (time.process_time() - began))
    return Measure(name, median(rates), "points/s", notes={"runs": rates, "points": points})
