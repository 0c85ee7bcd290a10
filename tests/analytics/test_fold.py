"""Streamed or in one pass, in whatever cuts and order: the same conclusions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.conclusions import Change, Conclusions
from analytics.fold import Engine, conclude
from analytics.missed_visit import KIND as MISSED
from analytics.parameters import HARBOUR, Parameters
from analytics.track import Track
from ontology.concluded import Place, Retraction
from ontology.times import DAY_MS, HOUR_MS, to_ms

EASY: Parameters = replace(
    HARBOUR, usual_days=2, hour_days=2, hour_stays=2, settled_days=2, settled_stays=5, settled_rate=0.3,
    findings_floor=1.0, longest_inferred_s=40 * 3600.0,
)  # fmt: skip
"""Thresholds under which a week gives hundreds of findings, so that the comparison bites."""


def held(conclusions: Conclusions) -> dict[str, object]:
    kinds = ("places", "stays", "trips", "gaps", "routines", "findings")
    return {thing.key: thing for kind in kinds for thing in getattr(conclusions, kind)}


def streamed(
    tracks: dict[str, Track], arrivals: dict[str, np.ndarray], closes: list[int], lateness: int, end: int
) -> tuple[Engine, dict[str, object]]:
    """Feed fixes by the moment they arrive, closing `lateness` behind `closes`, finally at `end`."""
    engine, told = Engine(parameters=EASY), {}
    before = -1
    for moment in [*closes, 2**60]:
        for subject, track in tracks.items():
            chosen = np.flatnonzero((arrivals[subject] > before) & (arrivals[subject] <= moment))
            order = chosen[np.argsort(arrivals[subject][chosen], kind="stable")]
            for piece in np.array_split(order, max(len(order) // 40, 1)):
                if len(piece):
                    engine.add(subject, Track.of(*(column[piece] for column in track.columns)))
        apply(told, engine.close(min(moment - lateness, end)))
        before = moment
    return engine, told


def apply(told: dict[str, object], changes: list[Change]) -> None:
    for change in changes:
        if isinstance(change.thing, Retraction):
            del told[change.thing.key]
        else:
            assert told.get(change.thing.key) != change.thing, "only what differs is told"
            told[change.thing.key] = change.thing


def same(engine: Engine, told: dict[str, object], expected: Conclusions) -> None:
    current = engine.current()
    assert held(current) == held(expected)
    assert current == expected
    # A place that nobody founds any more is not taken back: nothing refers to it.
    left = {key: thing for key, thing in told.items() if not isinstance(thing, Place)}
    right = {key: thing for key, thing in held(expected).items() if not isinstance(thing, Place)}
    assert left == right
    assert all(told[place.key] == place for place in expected.places)


@pytest.fixture(scope="module")
def expected(fleet: dict[str, Track], end: int) -> Conclusions:
    return conclude(fleet, end, EASY)


def test_the_comparison_bites(expected: Conclusions) -> None:
    assert len(expected.findings) > 25
    assert len({finding.kind for finding in expected.findings}) == 3
    assert len(expected.routines) > 20
    assert any(stay.inferred for stay in expected.stays)
    assert any(stay.end is None for stay in expected.stays)
    assert expected.gaps


class Scene:
    """What the property is about, in one object whose representation is short."""

    def __init__(self, fleet: dict[str, Track], expected: Conclusions, end: int) -> None:
        self.fleet, self.expected, self.end = fleet, expected, end


@pytest.fixture(scope="module")
def scene(fleet: dict[str, Track], expected: Conclusions, end: int) -> Scene:
    return Scene(fleet, expected, end)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 2**32 - 1),
    cuts=st.integers(0, 60),
    lateness_h=st.sampled_from([0, 1, 6]),
    beyond=st.sampled_from([0.0, 0.002, 0.1]),
)
def test_any_cuts_any_order_any_delay(
    scene: Scene, seed: int, cuts: int, lateness_h: int, beyond: float
) -> None:
    fleet, end = scene.fleet, scene.end
    rng = np.random.default_rng(seed)
    lateness = lateness_h * HOUR_MS
    arrivals = {}
    for subject, track in fleet.items():
        delay = rng.integers(0, lateness + 1, len(track))
        late = rng.random(len(track)) < beyond
        arrivals[subject] = track.times + np.where(late, rng.integers(0, 4 * DAY_MS, len(track)), delay)
    start = min(int(track.times[0]) for track in fleet.values())
    closes = sorted(int(moment) for moment in rng.integers(start, end + DAY_MS, cuts))
    engine, told = streamed(fleet, arrivals, closes, lateness, end)
    same(engine, told, scene.expected)


def test_hour_by_hour(fleet: dict[str, Track], expected: Conclusions, end: int) -> None:
    arrivals = {subject: track.times for subject, track in fleet.items()}
    start = min(int(track.times[0]) for track in fleet.values())
    closes = list(range(start // HOUR_MS * HOUR_MS, end + 2 * HOUR_MS, HOUR_MS))
    engine, told = streamed(fleet, arrivals, closes, HOUR_MS, end)
    same(engine, told, expected)


def test_duplicates_change_nothing(fleet: dict[str, Track], expected: Conclusions, end: int) -> None:
    engine = Engine(parameters=EASY)
    for _ in range(2):
        for subject, track in fleet.items():
            engine.add(subject, track)
    engine.close(end - 3 * DAY_MS)
    for subject, track in fleet.items():
        engine.add(subject, track)
    engine.close(end)
    assert engine.current() == expected
    assert engine.close(end) == []


def test_what_is_concluded_stands(fleet: dict[str, Track], end: int) -> None:
    """Later data never changes what was over: only what went on, and what waited for its end, may change."""
    engine = Engine(parameters=EASY)
    for subject, track in fleet.items():
        engine.add(subject, track)
    start = min(int(track.times[0]) for track in fleet.values())
    before: Conclusions | None = None
    for moment in range(start, end, 5 * HOUR_MS):
        engine.close(moment)
        now = engine.current()
        if before is not None:
            assert now.places[: len(before.places)] == before.places
            assert over(before) <= over(now)
            kept = {finding.key: finding for finding in now.findings}
            for finding in before.findings:
                assert finding.key in kept
                if finding.kind != MISSED or to_ms(finding.start) < before.closed_until - 2 * DAY_MS:
                    assert kept[finding.key] == finding
        before = now


def over(conclusions: Conclusions) -> set[object]:
    known = {stay for stay in conclusions.stays if stay.end is not None}
    return known | set(conclusions.gaps)


def test_fixes_after_the_moment_do_not_count(fleet: dict[str, Track], end: int) -> None:
    middle = end - 3 * DAY_MS
    cut = {subject: track.part(0, int(track.times.searchsorted(middle))) for subject, track in fleet.items()}
    assert conclude(fleet, middle, EASY) == conclude(cut, middle, EASY)


def test_a_source_dated_in_the_future_disturbs_only_its_own(fleet: dict[str, Track], end: int) -> None:
    first, *others = fleet
    engine = Engine(parameters=EASY)
    for subject, track in fleet.items():
        engine.add(subject, track, "wrong" if subject == first else "right")
    engine.close({"wrong": end + 900 * DAY_MS, "right": end})
    alone = conclude({subject: fleet[subject] for subject in others}, end, EASY)
    mine = {stay for stay in engine.current().stays if stay.subject != first}
    assert {(stay.key, stay.end) for stay in mine} == {(stay.key, stay.end) for stay in alone.stays}
