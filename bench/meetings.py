"""Meetings in a day among 1,000, 3,000 and 10,000 people as dense as each other: how the cost grows."""

from __future__ import annotations

import math
import time
from typing import Final

from analytics.relations.dwells import dwells
from analytics.relations.standing import standing
from analytics.relations.travelling import travelling
from analytics.scoring.planted_pairs import Town, planted
from analytics.track import Track
from bench.ground import Ground
from bench.measure import Measure

SIZES: Final = (1_000, 3_000, 10_000)
A_TOWN: Final = 250
SEED: Final = 20261124


def run(_: Ground) -> list[Measure]:
    """In towns of 250, for the meetings of a crowd grow with its square by nature."""
    _timed(_people(A_TOWN))
    found: list[Measure] = []
    for size in SIZES:
        tracks = _people(size)
        stays_s, meetings_s, meetings = _timed(tracks)
        smallest = found[0].value / SIZES[0] if found else None
        notes = {
            "fixes": sum(map(len, tracks)),
            "meetings": meetings,
            "stays_s": stays_s,
            "pairs": size * (size - 1) // 2,
        }
        if smallest:
            notes["exponent"] = 1.0 + math.log(meetings_s / size / smallest) / math.log(size / SIZES[0])
        found.append(Measure(f"meetings_{size}", meetings_s, "s", notes=notes))
    return found


def _people(count: int) -> list[Track]:
    """So many, in towns a degree apart."""
    tracks: list[Track] = []
    for k in range(count // A_TOWN):
        town = Town(subjects=A_TOWN, days=1, pairs=0, lon=-90.0 + k % 20, lat=30.0 + k // 20)
        tracks += planted(town, SEED + k).tracks
    return tracks


def _timed(tracks: list[Track]) -> tuple[float, float, int]:
    """Seconds of the processor for the stays, and for the meetings of them; how many meetings."""
    began = time.process_time()
    stays = dwells(tracks)
    between = time.process_time()
    found = standing(stays, len(tracks)).joined(travelling(tracks, stays))
    return between - began, time.process_time() - between, len(found)
