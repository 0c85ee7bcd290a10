"""Ships made for rules: tracks of a fix a minute, in a plane of 0.001 degrees about 111 m."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np

from analytics.track import Track
from ontology.rules import Rule, Standing, Version
from ontology.times import from_ms, to_ms

START = to_ms(datetime(2020, 12, 1, 12, tzinfo=UTC))
MINUTE = 60_000
A, B, C = (f"urn:diurnal:subject:mmsi:{n}" for n in (1, 2, 3))
WORLD = {
    "circle": {"lon": 0.01, "lat": 0.0, "radius_m": 500.0},
}


def track(*minutes_and_spots: tuple[float, float, float]) -> Track:
    """Fixes as minutes after the start, and degrees east and north."""
    minutes, lons, lats = (np.array(column, np.float64) for column in zip(*minutes_and_spots, strict=True))
    return Track.of((START + minutes * MINUTE).astype(np.int64), lons, lats)


def along(lons: Any, first: float = 0.0, every: float = 1.0, lat: float = 0.0) -> Track:
    return track(*((first + every * n, float(lon), lat) for n, lon in enumerate(lons)))


def rule(name: str = "watch", subjects: tuple[str, ...] = (A,), **asked: Any) -> Rule:
    return Rule.model_validate({"name": name, "subjects": subjects, **asked})


def version(of: Rule, since: int = START, until: int | None = None, label: str | None = None) -> Version:
    return Version(
        rule=of,
        owner="ana",
        issuer="here",
        label=label,
        since=from_ms(since),
        until=None if until is None else from_ms(until),
    )


def standing(*versions: Version, view: str = "all") -> Standing:
    return Standing(view=view, name=versions[-1].rule.name, versions=versions)


def fleet(seed: int) -> dict[str, Track]:
    """Three ships that wander to and fro for some hours, with pauses."""
    rng = np.random.default_rng(seed)
    made = {}
    for subject in (A, B, C):
        steps = rng.choice([0.5, 1.0, 2.0, 7.0, 40.0], 150, p=[0.3, 0.4, 0.2, 0.08, 0.02]).cumsum()
        lons, lats = rng.normal(0, 0.0035, (2, 150)).cumsum(axis=1)
        made[subject] = Track.of((START + steps * MINUTE).astype(np.int64), lons * 0.5 + 0.008, lats * 0.3)
    return made


def every_kind() -> list[Rule]:
    square = {
        "type": "Polygon",
        "coordinates": [[[0, -0.01], [0.02, -0.01], [0.02, 0.01], [0, 0.01], [0, -0.01]]],
    }
    return [
        rule("in", (A, B), enters={"polygon": square}, again_after="PT5M"),
        rule("out", (A, C), leaves=WORLD, again_after="PT2M"),
        rule("quiet", (A, B, C), silent="PT30M"),
        rule("buoy", (B,), near={"position": [0.01, 0.0], "within_m": 800}),
        rule("close", (A,), near={"subjects": [B, C], "within_m": 700}),
        rule("pair", (A, B), meets={"subjects": [C, A], "within_m": 1500, "for": "PT4M"}),
    ]
