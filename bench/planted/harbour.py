"""Silences, jumps and clashing identities planted in the harbour's week, and vessels that loiter among it."""

from __future__ import annotations

from typing import Final

import numpy as np

from analytics.track import Track
from bench import week
from bench.planted.event import Event
from ontology.times import HOUR_MS

EACH: Final = 15
"""So many events of every size."""
MINUTE: Final = 60_000
GAP_MINUTES: Final = {10: False, 15: False, 19: False, 21: True, 30: True, 60: True, 240: True}
"""About so many; by what is left of the track it is above from 20 minutes and a kilometre on, exactly."""
JUMP_M: Final = dict.fromkeys((500, 1000, 2000, 3000, 4000, 6000, 12_000, 30_000, 100_000), True)
"""Above where a step is further than 50 m/s and half a kilometre allow, exactly."""
CLASH_M: Final = {200: False, 400: False, 5000: True, 10_000: True, 25_000: True}
LOITER_HOURS: Final = {1: False, 4: True, 6: True, 10: True}
Tracks = dict[int, Track]


def tracks() -> Tracks:
    """MMSI → its fixes."""
    return {
        int(ship): Track.of(
            part["timestamp"].dt.epoch("ms").to_numpy(),
            part["lon"].cast(float).to_numpy(),
            part["lat"].cast(float).to_numpy(),
        )
        for (ship,), part in week.rows().partition_by("object_id", as_dict=True).items()
    }


def gaps(base: Tracks, rng: np.random.Generator) -> tuple[Tracks, list[Event]]:
    """Fixes taken out while a vessel is under way, or not: some silences end near where they began."""
    out, events = dict(base), []
    for minutes, _, ship in _turns(base, GAP_MINUTES, rng):
        track = out[ship]
        for start in rng.permutation(len(track) - 2)[:400].tolist():
            stop = int(track.times.searchsorted(track.times[start] + minutes * MINUTE))
            if stop >= len(track) or not _dense(track, start, stop, 4 * MINUTE):
                continue
            span, metres = (int(track.times[start]), int(track.times[stop])), _metres(track, start, stop)
            if abs(metres - 1000) < 10 or not _free(events, ship, span):
                continue  # too near the line for two formulas of distance to agree
            out[ship] = track.take(np.concatenate((np.arange(start + 1), np.arange(stop, len(track)))))
            above = span[1] - span[0] > 20 * MINUTE and metres > 1000
            events.append(Event(ship, *span, minutes, above))
            break
    return out, events


def jumps(base: Tracks, rng: np.random.Generator) -> tuple[Tracks, list[Event]]:
    """One to three fixes in a row put so many metres aside, where a fix comes about every minute."""
    out, events = dict(base), []
    for metres, _, ship in _turns(base, JUMP_M, rng):
        track = out[ship]
        for at in rng.permutation(np.arange(2, len(track) - 5))[:400].tolist():
            many = int(rng.integers(1, 4))
            steps = np.diff(track.times[at - 1 : at + many + 1])
            if steps.min() >= 40_000 and steps.max() <= 75_000:
                aside = _aside(track, np.arange(at, at + many), metres, rng)
                ways = [_metres(aside, k, k + 1) for k in (at - 1, at + many - 1)]
                beyond = np.array(ways) - 500 - 50 * steps[[0, -1]] / 1000
                span = int(track.times[at - 1]), int(track.times[at + many])
                if np.abs(beyond).min() < 20 or not _free(events, ship, span):
                    continue
                out[ship] = aside
                events.append(Event(ship, *span, metres, bool((beyond > 0).any())))
                break
    return out, events


def clashes(base: Tracks, rng: np.random.Generator) -> tuple[Tracks, list[Event]]:
    """A second vessel under the same identity for two to six hours, on a way parallel to the first."""
    out, events = dict(base), []
    for metres, above, ship in _turns(base, CLASH_M, rng):
        track = out[ship]
        for start in rng.permutation(len(track) - 2)[:400].tolist():
            stop = int(track.times.searchsorted(track.times[start] + int(rng.integers(2, 7)) * HOUR_MS))
            if stop >= len(track) or not _dense(track, start, stop, 4 * MINUTE):
                continue
            part = track.part(start, stop)
            if not _free(events, ship, (int(part.times[0]), int(part.times[-1]))):
                continue
            other = _aside(part, np.arange(len(part)), metres, rng)
            late = Track.of(other.times + 20_000, other.lons, other.lats)
            out[ship] = track.joined(late)
            events.append(Event(ship, int(late.times[0]), int(late.times[-1]), metres, above))
            break
    return out, events


def loiterings(base: Tracks, rng: np.random.Generator) -> tuple[Tracks, list[Event]]:
    """More vessels, to and fro in the Lower Bay, that drift at 0.8 knots for hours; or at 3 knots."""
    out, events = dict(base), []
    ship = 999_000_000
    for hours, above in (*LOITER_HOURS.items(), (6, False)):
        for _ in range(EACH):
            ship += 1
            fast = not above and hours > 1
            out[ship], span = _drifter(hours, 3.0 if fast else 0.8, rng)
            events.append(Event(ship, *span, hours, above))
    return out, events


def _drifter(hours: int, knots: float, rng: np.random.Generator) -> tuple[Track, tuple[int, int]]:
    """A day under way at 8 knots along a meridian, two miles to and fro, with the drift in it."""
    start = 1_606_867_200_000 + int(rng.integers(0, 3 * 24)) * HOUR_MS
    times = start + np.cumsum(rng.integers(40_000, 90_000, 1300))
    begin = int(times[0]) + int(rng.integers(3, 8)) * HOUR_MS + int(rng.integers(0, HOUR_MS))
    drifting = (times >= begin) & (times < begin + hours * HOUR_MS)
    speed = np.where(drifting, knots, 8.0) * 0.5144
    turns = (np.arange(len(times)) // 25) % 2 * 2.0 - 1.0
    way = np.cumsum(np.diff(times, prepend=times[0]) / 1000 * speed * np.where(drifting, 1.0, turns))
    lon, lat = rng.uniform(-74.06, -74.02), rng.uniform(40.50, 40.53)
    lats = lat + way / 111_195 + rng.normal(0, 3e-5, len(times))
    inside = times[drifting]
    return Track.of(times, np.full(len(times), lon), lats), (int(inside[0]), int(inside[-1]))


def _turns(base: Tracks, sizes: dict[int, bool], rng: np.random.Generator) -> list[tuple[int, bool, int]]:
    """Every size so many times, each with a vessel of its own as long as there are enough."""
    ships = rng.permutation(sorted(ship for ship, track in base.items() if len(track) > 200)).tolist()
    wanted = [(size, above) for size, above in sizes.items() for _ in range(EACH)]
    return [(size, above, ships[at % len(ships)]) for at, (size, above) in enumerate(wanted)]


def _free(events: list[Event], ship: int, span: tuple[int, int]) -> bool:
    """Whether nothing else is planted within three hours of it in the same vessel's track."""
    start, end = span[0] - 3 * HOUR_MS, span[1] + 3 * HOUR_MS
    return all(event.subject != ship or event.end < start or event.start > end for event in events)


def _dense(track: Track, start: int, stop: int, longest: int) -> bool:
    return bool(np.diff(track.times[max(start - 10, 0) : stop + 10]).max() <= longest)


def _metres(track: Track, a: int, b: int) -> float:
    x = (track.lons[b] - track.lons[a]) * np.cos(np.radians(track.lats[a]))
    return float(111_195 * np.hypot(x, track.lats[b] - track.lats[a]))


def _aside(track: Track, rows: np.ndarray, metres: float, rng: np.random.Generator) -> Track:
    """Some fixes put aside by so many metres, in one direction."""
    turn = rng.uniform(0, 2 * np.pi)
    lons, lats = track.lons.copy(), track.lats.copy()
    lats[rows] += metres * np.cos(turn) / 111_195
    lons[rows] += metres * np.sin(turn) / (111_195 * np.cos(np.radians(track.lats[rows])))
    return Track.of(track.times, lons, lats)
