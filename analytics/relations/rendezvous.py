"""Meetings of vessels in close waters: the harbour's profile of an encounter.

Starboard Maritime Intelligence's thresholds: within 50 m for 10 minutes, or within 200 m for 30. In a
harbour these are met every hour by vessels that lie at neighbouring berths and by ferries in their slips,
so what happens where vessels lie anyway is not told: berths are learned from all stops but those of the
meeting itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from analytics.relations.cells import points
from analytics.relations.dwells import Dwells
from analytics.relations.encounters import KNOT
from analytics.relations.near import Runs, instants, near
from analytics.track import Track
from ontology.times import DAY_MS


@dataclass(frozen=True, slots=True)
class RendezvousParameters:
    """Metres, seconds, metres a second."""

    close_m: float = 50.0
    close_s: float = 600.0
    """Within `close_m` for so long is a meeting."""
    near_m: float = 200.0
    near_s: float = 1800.0
    """Within `near_m` for so long is one, too."""
    speed: float = 2 * KNOT
    """Above this median speed of both it is a way together, no meeting."""
    berth_m: float = 150.0
    """As near as this to a berth it is mooring."""
    berth_visits: int = 2
    """A berth is where vessels have stopped on so many days, each vessel's days counted apart."""
    slot_s: float = 60.0
    """Positions are compared at times so far apart."""
    longest_pause_s: float = 600.0
    """A position is not interpolated across a longer pause."""


HARBOUR = RendezvousParameters()
"""The defaults."""


def rendezvous(tracks: Sequence[Track], stops: Dwells, parameters: RendezvousParameters = HARBOUR) -> Runs:
    """The meetings of vessels away from berths, in order of who, then when.

    Args:
        tracks: of the vessels.
        stops: where vessels stopped, as `stops.stops` gives them.
        parameters: the thresholds.
    """
    step = round(parameters.slot_s * 1000.0)
    given = instants(tracks, step, round(parameters.longest_pause_s * 1000.0))
    wide = near(given, parameters.near_m, step)
    close = near(given, parameters.close_m, step)
    long = wide.where(_lasts(wide, parameters.near_s))
    tight = close.where(_lasts(close, parameters.close_s))
    found = _joined(long, tight.where(~_inside(tight, long)))
    slow = found.where(found.speeds < parameters.speed)
    return slow.where(_drift(slow, parameters.berth_m) | ~_moored(slow, stops, parameters))


def _lasts(runs: Runs, seconds: float) -> NDArray[np.bool_]:
    return np.asarray(runs.ends - runs.starts >= seconds * 1000.0, np.bool_)


def _inside(runs: Runs, others: Runs) -> NDArray[np.bool_]:
    """Which runs overlap one of the others of the same pair."""
    spans: dict[tuple[int, int], list[tuple[int, int]]] = {}
    columns = (others.first.tolist(), others.second.tolist(), others.starts.tolist(), others.ends.tolist())
    for a, b, start, end in zip(*columns, strict=True):
        spans.setdefault((a, b), []).append((start, end))
    columns = (runs.first.tolist(), runs.second.tolist(), runs.starts.tolist(), runs.ends.tolist())
    return np.array(
        [
            any(start <= last and first <= end for first, last in spans.get((a, b), ()))
            for a, b, start, end in zip(*columns, strict=True)
        ],
        np.bool_,
    )


def _joined(one: Runs, other: Runs) -> Runs:
    both = Runs(*(np.concatenate((getattr(one, name), getattr(other, name))) for name in Runs.__slots__))
    return both.where(np.lexsort((both.starts, both.second, both.first)))


def _drift(runs: Runs, berth_m: float) -> NDArray[np.bool_]:
    """Which drift further than a berth reaches, all the while: not moored, wherever the way's middle is."""
    usual = runs.speeds * (runs.ends - runs.starts) / 1000.0
    return np.asarray(np.minimum(runs.ways, usual) > berth_m, np.bool_)


def _moored(runs: Runs, stops: Dwells, parameters: RendezvousParameters) -> NDArray[np.bool_]:
    """Which took place where vessels lie anyway, by the stops that are none of the meeting's own."""
    if not len(stops) or not len(runs):
        return np.zeros(len(runs), np.bool_)
    within = KDTree(points(stops.lons, stops.lats)).query_ball_point(
        points(runs.lons, runs.lats), parameters.berth_m
    )
    found = np.zeros(len(runs), np.bool_)
    for k, rows in enumerate(within):
        at = np.array(rows, np.int64)
        if not len(at):
            continue
        ours = (stops.subjects[at] == runs.first[k]) | (stops.subjects[at] == runs.second[k])
        during = (stops.starts[at] <= runs.ends[k]) & (stops.ends[at] >= runs.starts[k])
        other = at[~(ours & during)]
        days = np.unique(np.column_stack((stops.subjects[other], stops.starts[other] // DAY_MS)), axis=0)
        found[k] = len(days) >= parameters.berth_visits
    return found
