"""Stays by change points beside trackintel and movingpandas, on a made-up town of five-minute fixes."""

from __future__ import annotations

import time
from statistics import median
from typing import Final

from analytics.movement.stays import stays
from analytics.scoring.planted_pairs import Town, planted
from bench.ground import Ground
from bench.measure import Measure
from bench.movement_peers import Peer, ask

TOWN: Final = Town(subjects=60, days=14, workplaces=8, pairs=5)
SLOW: Final = 6
"""Subjects of which movingpandas is given the fixes: it takes long over each."""
RUNS: Final = 5
METRES: Final = 100.0
MINUTES: Final = 10.0


def run(ground: Ground) -> list[Measure]:
    """Points a second of the processor's time; each peer on the same fixes."""
    tracks = {str(k): track for k, track in enumerate(planted(TOWN, seed=6).tracks)}
    points = sum(map(len, tracks.values()))
    rates = []
    for run_ in range(RUNS + 1):
        began = time.process_time()
        for track in tracks.values():
            stays(track)
        if run_:  # the first compiles
            rates.append(points / (time.process_time() - began))
    ground.say("trackintel")
    sliding = ask("trackintel", tracks, ground.folder, METRES, MINUTES, runs=3)
    ground.say("movingpandas")
    few = dict(list(tracks.items())[:SLOW])
    circles = ask("movingpandas", few, ground.folder, METRES, MINUTES)
    return [
        _measure("stays_beside_trackintel", rates, sliding, 10.0, points),
        _measure("stays_beside_movingpandas", rates, circles, 150.0, points),
    ]


def _measure(name: str, rates: list[float], peer: Peer, times: float, points: int) -> Measure:
    theirs = median(peer.rates)
    return Measure(
        name,
        median(rates),
        "points/s",
        theirs,
        name.removeprefix("stays_beside_") + ", the same fixes on one core",
        target=times * theirs,
        notes={"runs": rates, "peer_runs": peer.rates, "points": points},
    )
