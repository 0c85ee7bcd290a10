"""What follows from stays by change points, through the same engine as ships."""

import numpy as np
import pytest

from analytics.domains import DOMAINS, PEOPLE
from analytics.fold import Engine, conclude
from analytics.movement.parameters import PEOPLE as MOVEMENT
from analytics.movement.rows import rows
from analytics.movement.stays import stays
from analytics.stays import STAY
from ontology.times import to_ms
from tests.analytics.movement.people import STEP, visiting

HOME, WORK, PUB = (0.0, 0.0), (1500.0, 300.0), (700.0, -800.0)
WHO = "urn:diurnal:subject:person:1"
NIGHT, DAY_AT_WORK, EVENING = (*HOME, 180), (*WORK, 90), (*PUB, 18)
WEEKS = [NIGHT, DAY_AT_WORK, EVENING] * 14
MONDAY = 1_704_067_200_000


def test_rows_are_the_stays() -> None:
    track = visiting(WEEKS, 10.0, seed=1, start=MONDAY)
    until = int(track.times[-1]) + 1
    table, count, ways, silences = rows(track, until, MOVEMENT, 1200.0, 1000.0)
    found, told = stays(track), table.view(STAY)[:, 0]
    assert count == len(found) == 42
    assert (told["start"][:count] == found.starts).all()
    assert (told["lon"][:count] == found.lons).all()
    assert (told["radius"] < 70.0).all()
    assert (told["closed"][:-1] == told["start"][1:]).all()
    assert len(ways) == count - 1
    assert len(silences) == 0


def test_who_came_home_a_moment_ago_is_a_candidate_and_no_stay_yet() -> None:
    track = visiting([DAY_AT_WORK, (*HOME, 1)], start=MONDAY)
    table, count, _, _ = rows(track, int(track.times[-1]) + 1, MOVEMENT, 1200.0, 1000.0)
    assert (len(table), count) == (2, 1)
    over = int(track.times[-1]) + int(MOVEMENT.longest_silence_s * 1000) + 2
    assert rows(track, over, MOVEMENT, 1200.0, 1000.0)[0].view(STAY)["closed"].max() <= over


def test_a_life_has_places_and_routines() -> None:
    found = conclude(
        {WHO: visiting(WEEKS, 10.0, seed=1, start=MONDAY)}, MONDAY + len(WEEKS) * 96 * STEP, PEOPLE
    )
    assert len(found.places) == 3
    assert {routine.place for routine in found.routines} == {place.key for place in found.places}
    assert {"harbour", "people"} == set(DOMAINS)


@pytest.mark.parametrize("hours", [5, 24])
def test_as_fixes_come_the_conclusions_are_those_of_one_pass(hours: int) -> None:
    track = visiting(WEEKS[:12], 15.0, seed=2, start=MONDAY)
    kept = track.take(np.flatnonzero(np.random.default_rng(3).random(len(track)) < 0.7))
    end = int(kept.times[-1]) + 1
    engine = Engine(parameters=PEOPLE)
    for begin in range(MONDAY, end, hours * 3_600_000):
        stop = min(begin + hours * 3_600_000, end)
        part = np.flatnonzero((kept.times >= begin) & (kept.times < stop))
        engine.add(WHO, kept.take(part))
        engine.close(stop)
    assert engine.current() == conclude({WHO: kept}, end, PEOPLE)


def test_fixes_after_a_moment_do_not_count_for_it() -> None:
    track = visiting(WEEKS[:6], 15.0, seed=4, start=MONDAY)
    moment = int(track.times[400])
    engine = Engine(parameters=PEOPLE)
    engine.add(WHO, track)
    engine.close(moment)
    early = track.take(np.flatnonzero(track.times < moment))
    assert engine.current() == conclude({WHO: early}, moment, PEOPLE)
    assert all(to_ms(stay.last_seen) < moment for stay in engine.current().stays)
