"""The detectors on the stream: equal to one pass, in any cuts and order; quiet where nothing is odd."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.conclusions import Change
from analytics.fold import Engine, conclude
from analytics.jumps import AIRCRAFT, SHIP, jumps
from analytics.track import Track
from ontology.concluded import Finding, Retraction
from ontology.times import DAY_MS, HOUR_MS

VESSEL = "urn:diurnal:subject:mmsi:366000001"
START = 1_606_780_800_000
"""2020-12-01 00:00 UTC."""
KINDS = {"long silence", "impossible jump", "one identity in two places", "loitering"}


def sailing(days: int, lon: float, lat: float, every_s: int = 600, seed: int = 1) -> Track:
    """To and fro along a meridian at some 8 knots."""
    rng = np.random.default_rng(seed)
    times = (
        START
        + np.arange(0, days * DAY_MS, every_s * 1000)
        + rng.integers(0, 60_000, days * 86_400 // every_s)
    )
    phase = (times - START) / (8 * HOUR_MS) % 2
    lats = lat + 0.5 * np.where(phase < 1, phase, 2 - phase) + rng.normal(0, 1e-5, len(times))
    return Track.of(times, np.full(len(times), lon), lats)


def without(track: Track, start: int, end: int) -> Track:
    return track.take(np.flatnonzero((track.times < start) | (track.times > end)))


def drifting(track: Track, start: int, end: int) -> Track:
    """At half a knot between two moments, from where it was."""
    lats, lons = track.lats.copy(), track.lons.copy()
    during = (track.times >= start) & (track.times < end)
    lats[during] = lats[during][0] + (track.times[during] - start) / 1000 * 0.25 / 111_195
    after = track.times >= end
    lats[after] += lats[during][-1] - lats[after][0]
    return Track.of(track.times, lons, lats)


def elsewhere(track: Track, rows: list[int]) -> Track:
    """Some fixes half a degree east."""
    lons = track.lons.copy()
    lons[rows] += 0.5
    return Track.of(track.times, lons, track.lats)


@pytest.fixture(scope="module")
def odd() -> Track:
    """Ten days far off New Jersey: silent, drifting, once elsewhere, then in two places at once."""
    track = sailing(10, -72.0, 38.5)
    track = drifting(track, START + 5 * DAY_MS, START + 5 * DAY_MS + 9 * HOUR_MS)
    track = without(track, START + 6 * DAY_MS, START + 6 * DAY_MS + 15 * HOUR_MS)
    late = int(track.times.searchsorted(START + 8 * DAY_MS))
    return elsewhere(track, [700, *range(late, late + 40, 3)])


def findings(track: Track, until: int, subject: str = VESSEL) -> list[Finding]:
    return [found for found in conclude({subject: track}, until).findings if found.kind in KINDS]


def test_each_of_them_is_told_once(odd: Track) -> None:
    found = findings(odd, START + 11 * DAY_MS)
    assert sorted(one.kind for one in found) == [
        "impossible jump", "impossible jump", "loitering", "long silence", "one identity in two places",
    ]  # fmt: skip
    silence = next(one for one in found if one.kind == "long silence")
    assert "for 15 hours" in silence.statement
    assert silence.coverage == "unknown"
    loitering = next(one for one in found if one.kind == "loitering")
    assert "9 hours at 0.5 knots" in loitering.statement or "8 hours at 0.5 knots" in loitering.statement
    assert all(str(one.days) in one.statement and len(one.alternatives) >= 3 for one in found)


def test_an_ordinary_voyage_gives_none() -> None:
    assert findings(sailing(10, -72.0, 38.5), START + 11 * DAY_MS) == []


def test_a_vessel_that_is_silent_every_day_is_not_told_again() -> None:
    track = sailing(10, -72.0, 38.5)
    for day in range(9):
        track = without(track, START + day * DAY_MS, START + day * DAY_MS + 13 * HOUR_MS)
    assert findings(track, START + 11 * DAY_MS) == []


def test_drifting_in_coastal_waters_is_no_loitering() -> None:
    track = drifting(sailing(10, -73.6, 40.0), START + 5 * DAY_MS, START + 5 * DAY_MS + 9 * HOUR_MS)
    assert [one for one in findings(track, START + 11 * DAY_MS) if one.kind == "loitering"] == []


def test_an_aircraft_may_be_fast() -> None:
    fast = sailing(2, -72.0, 38.5, every_s=60)
    lons = -72.0 + (fast.times - START) / 1000 * 250 / 86_000
    aircraft = Track.of(fast.times, (lons + 180) % 360 - 180, fast.lats)
    assert findings(aircraft, START + 3 * DAY_MS, "urn:diurnal:subject:icao24:4baac6") == []
    columns = (aircraft.times, aircraft.lons, aircraft.lats, 0)
    assert len(jumps(*columns, SHIP.max_speed, SHIP.slack_m)) > len(aircraft) / 2
    assert len(jumps(*columns, AIRCRAFT.max_speed, AIRCRAFT.slack_m)) == 0


def test_what_is_told_stands(odd: Track) -> None:
    engine = Engine()
    engine.add(VESSEL, odd)
    before: dict[str, Finding] = {}
    for moment in range(START, START + 11 * DAY_MS, 5 * HOUR_MS):
        engine.close(moment)
        now = {one.key: one for one in engine.current().findings if one.kind in KINDS}
        assert {key: now.get(key) for key in before} == before
        before = now


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 2**32 - 1),
    cuts=st.integers(0, 80),
    late=st.sampled_from([0.0, 0.01, 0.2]),
    days=st.sampled_from([1, 6]),
)
def test_any_cuts_any_delay(odd: Track, seed: int, cuts: int, late: float, days: int) -> None:
    rng = np.random.default_rng(seed)
    end = START + 11 * DAY_MS
    arrivals = odd.times + np.where(rng.random(len(odd)) < late, rng.integers(0, days * DAY_MS, len(odd)), 0)
    engine, told = Engine(), dict[str, Finding]()
    before = -1
    for moment in [*sorted(rng.integers(START, end, cuts).tolist()), end, 2**60]:
        chosen = odd.take(np.flatnonzero((arrivals > before) & (arrivals <= moment)))
        if len(chosen):
            engine.add(VESSEL, chosen)
        apply(told, engine.close(min(moment, end)))
        before = moment
    expected = {one.key: one for one in conclude({VESSEL: odd}, end).findings}
    assert {one.key: one for one in engine.current().findings} == expected
    assert told == expected


def apply(told: dict[str, Finding], changes: list[Change]) -> None:
    for change in changes:
        if isinstance(change.thing, Retraction):
            told.pop(change.thing.key, None)
        elif isinstance(change.thing, Finding):
            told[change.thing.key] = change.thing
