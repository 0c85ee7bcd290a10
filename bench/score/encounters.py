"""Vessels that meet on purpose: among the week of New York Harbor, and far out at sea."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from scipy.spatial import KDTree

from analytics.relations.anchorages import anchorages
from analytics.relations.cells import points
from analytics.relations.encounters import encounters
from analytics.relations.near import Runs
from analytics.relations.rendezvous import HARBOUR, rendezvous
from analytics.relations.stops import stops
from analytics.track import Track
from bench import week
from bench.score.row import Row
from bench.score.stays import SEED
from bench.score.vessels_met import Meeting, lying, met
from ontology.times import DAY_MS, HOUR_MS

EACH: Final = 20
IN_HARBOUR: Final = (
    # minutes, metres apart, drift in knots, whether the profile makes it one
    (13, 30.0, 0.3, True),
    (30, 40.0, 0.0, True),
    (40, 120.0, 0.5, True),
    (90, 170.0, 0.8, True),
    (6, 30.0, 0.3, False),
    (22, 120.0, 0.3, False),
    (90, 300.0, 0.3, False),
    (40, 40.0, 6.0, False),
)
OFFSHORE: Final = (
    (150, 300.0, 0.5, True),
    (240, 100.0, 1.0, True),
    (480, 400.0, 0.3, True),
    (90, 300.0, 0.5, False),
    (360, 700.0, 0.3, False),
    (360, 300.0, 5.0, False),
)
RECALL: Final = 0.95
PRECISION: Final = 0.9


def run() -> list[Row]:
    """Recall, precision and what should not have been told, in both waters."""
    return _harbour() + _offshore()


def _harbour() -> list[Row]:
    """Made-up vessels among the real ones, away from where any of those stops."""
    tracks = _week()
    random = np.random.default_rng(SEED)
    lain = stops(tracks)
    spots = np.concatenate([np.column_stack((each.lons, each.lats))[::20] for each in tracks])
    away = KDTree(points(lain.lons, lain.lats)).query(points(spots[:, 0], spots[:, 1]))[0]
    water = random.permutation(spots[away >= 2.0 * HARBOUR.berth_m])
    begin = min(int(each.times[0]) for each in tracks)
    planted: list[Meeting] = []
    for minutes, apart, drift, told in IN_HARBOUR:
        for _ in range(EACH):
            lon, lat = water[0]
            # A place where several met would be a berth: the next one is where none has been drawn yet.
            water = water[
                np.linalg.norm(points(*water.T) - points(lon, lat), axis=1) >= 3.0 * HARBOUR.berth_m
            ]
            start = begin + int(random.uniform(0.0, 6.5 * DAY_MS))
            planted.append(Meeting(lon, lat, start, minutes, apart, drift, told))
    before = len(tracks)
    tracks += [track for each in planted for track in met(each, 60.0, random)]
    return _rows("in the harbour", rendezvous(tracks, stops(tracks)), planted, before)


def _offshore() -> list[Row]:
    """Made-up vessels only: an anchorage of 25, meetings 60 km off and, not to be told, 5 km off it."""
    random = np.random.default_rng(SEED + 1)
    begin = 1_606_780_800_000
    tracks = lying(-40.0, 30.0, begin, 24.0, 25, random)
    before = len(tracks)
    planted: list[Meeting] = []
    for kind in (*OFFSHORE, (360, 300.0, 0.3, None)):
        minutes, apart, drift, told = kind
        for _ in range(EACH):
            near_anchorage = told is None
            lon, lat = (-40.03, 30.03) if near_anchorage else random.uniform((-45.0, 31.0), (-35.0, 39.0))
            start = begin + int(random.uniform(0.0, 5 * DAY_MS)) // HOUR_MS * HOUR_MS
            planted.append(Meeting(lon, lat, start, minutes, apart, drift, bool(told)))
    tracks += [track for each in planted for track in met(each, 480.0, random, 20_000.0)]
    return _rows("offshore", encounters(tracks, anchorages(stops(tracks))), planted, before)


def _rows(where: str, found: Runs, planted: Sequence[Meeting], before: int) -> list[Row]:
    """Planted meeting number k is that of the vessels before + 2k and the one after."""
    pairs = set(zip(found.first.tolist(), found.second.tolist(), strict=True))
    mine = [(before + 2 * k, before + 2 * k + 1) for k in range(len(planted))]
    should = [each.told for each in planted]
    hits = sum(pair in pairs for pair, told in zip(mine, should, strict=True) if told)
    below = sum(pair in pairs for pair, told in zip(mine, should, strict=True) if not told)
    strange = len(pairs) - hits - below
    of_real = sum(b < before for _, b in pairs)
    details = {"planted": sum(should), "others_told": strange, "of_them_among_real_vessels": of_real}
    return [
        Row("encounters", where, "recall", hits / sum(should), RECALL, details=details),
        Row(
            "encounters",
            where,
            "precision",
            hits / max(len(pairs), 1),
            PRECISION,
            note=f"{strange} told that were not planted",
        ),
        Row("encounters", f"{where}, below the threshold", "told", float(below), at_most=0.0),
    ]


def _week() -> list[Track]:
    return [
        Track.of(
            part["timestamp"].dt.epoch("ms").to_numpy(),
            part["lon"].cast(float).to_numpy(),
            part["lat"].cast(float).to_numpy(),
        )
        for part in week.rows().partition_by("object_id", maintain_order=True)
    ]
