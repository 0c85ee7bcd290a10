"""When conclusions are known: never before the places that they refer to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.conclusions import Change
from analytics.fold import Engine
from analytics.track import Track
from ontology.concluded import Finding, Place, Routine, Stay, Trip
from ontology.times import HOUR_MS
from tests.analytics.test_fold import EASY


def told_of(tracks: dict[str, Track], seed: int, steps: int, late: float) -> Iterable[list[Change]]:
    """What is concluded as fixes come in, some of them days late."""
    chance = np.random.default_rng(seed)
    engine = Engine(parameters=EASY)
    begin = min(int(track.times[0]) for track in tracks.values())
    end = max(int(track.times[-1]) for track in tracks.values())
    waiting: list[tuple[int, str, Track]] = []
    for subject, track in tracks.items():
        cuts = np.searchsorted(track.times, np.arange(begin, end, 6 * HOUR_MS))
        for piece in np.split(np.arange(len(track)), cuts):
            if len(piece):
                behind = int(chance.integers(1, 72)) * HOUR_MS if chance.random() < late else 0
                known = track.times[piece] + behind
                columns = (track.times[piece], track.lons[piece], track.lats[piece])
                waiting.append((int(known.max()), subject, Track.of(*columns, known)))
    waiting.sort(key=lambda one: one[:2])
    for moment in np.linspace(begin, end + 96 * HOUR_MS, steps).astype(np.int64).tolist():
        while waiting and waiting[0][0] <= moment:
            _, subject, fixes = waiting.pop(0)
            engine.add(subject, fixes)
        yield engine.close(moment - HOUR_MS)


def places_of(thing: Any) -> list[str]:
    if isinstance(thing, Trip):
        return [key for key in (thing.origin, thing.destination) if key]
    return [thing.place] if isinstance(thing, Stay | Routine | Finding) and thing.place else []


@settings(max_examples=12, deadline=None, derandomize=True, database=None)
@given(st.integers(0, 2**32), st.integers(4, 20), st.sampled_from([0.0, 0.1, 0.4]))
def test_a_place_is_known_before_what_is_there_and_never_called_otherwise(
    fleet: dict[str, Track], seed: int, steps: int, late: float
) -> None:
    places: dict[str, tuple[Place, int]] = {}
    referring = 0
    for changes in told_of(fleet, seed, steps, late):
        for thing, known, _ in changes:
            if isinstance(thing, Place):
                first, since = places.setdefault(thing.key, (thing, known))
                assert first == thing
                places[thing.key] = thing, min(since, known)
            assert all(places[key][1] <= known for key in places_of(thing))
            referring += bool(places_of(thing))
    assert referring > 50
