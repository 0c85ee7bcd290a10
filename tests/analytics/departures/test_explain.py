from dataclasses import replace

import numpy as np

from analytics.departures.explain import explain
from analytics.departures.judge import Judged, Kind, judge
from analytics.departures.model import Model, learn
from tests.analytics.departures.town import DAYS, FIRST, SKIPPERS, START, WANDERERS, Town

THRESHOLD = 0.05


def test_an_absence_is_told_in_counts(model: Model, judged: Judged) -> None:
    found = explain(model, judged, SKIPPERS[0], THRESHOLD)
    assert found.kind == Kind.ATTENDS_LESS
    assert "to 1000 on " in found.happened
    assert "from Mon 26 Feb 2024 to Sun 10 Mar 2024" in found.happened
    assert "to 1000 on 20 of 20" in found.normal
    assert "no probability" in found.why
    assert found.verified
    assert all("expected at 1000, did not come" in each for each in found.observations)


def test_other_places_are_told_in_counts(model: Model, judged: Judged) -> None:
    strangest = max(WANDERERS, key=lambda each: judged.scores[each])
    found = explain(model, judged, strangest, THRESHOLD)
    assert found.kind == Kind.OTHER_PLACES
    assert "among places of one sort" in found.happened
    assert "visits to such places in 28 days" in found.normal
    assert found.verified
    assert all("chose 20" in each for each in found.observations)


def test_what_else_could_explain_it_is_said(model: Model, judged: Judged) -> None:
    absent = " ".join(explain(model, judged, SKIPPERS[0], THRESHOLD).alternatives)
    other = " ".join(explain(model, judged, WANDERERS[0], THRESHOLD).alternatives)
    assert "outage of the sensor" in absent
    assert "was open" in other
    for told in (absent, other):
        assert "No holiday" in told
        assert "No identity clash" in told
        assert "mall sample" in told


def test_a_day_that_all_miss_is_set_aside(town: Town) -> None:
    given = town.given
    at_work = (given.venue_names[given.venues] >= 1000) & (given.venue_names[given.venues] < 2000)
    kept = ~(at_work & (given.days == START + 2))
    less = replace(given, agents=given.agents[kept], times=given.times[kept], venues=given.venues[kept])
    model = learn(less, START, FIRST + DAYS)
    again = judge(model)
    assert (again.p_values[16:] > 0.02).mean() > 0.9
    told = explain(model, again, SKIPPERS[0], THRESHOLD).alternatives
    assert "Set aside, for most people stayed away: Wed 28 Feb 2024." in told


def test_an_agent_in_two_places_at_once_may_be_two(town: Town) -> None:
    given = town.given
    agent = SKIPPERS[0]
    lons = given.lons.copy()
    lons[given.venue_names == 1000] += 20.0
    apart = replace(given, lons=lons)
    model = learn(apart, START, FIRST + DAYS)
    told = explain(model, judge(model), agent, THRESHOLD).alternatives
    assert any(each.startswith("An identity clash") for each in told)


def test_a_quiet_agent_has_no_set(model: Model, judged: Judged) -> None:
    quiet = 16 + int(np.argmax(judged.p_values[16:]))
    found = explain(model, judged, quiet, 0.001)
    assert found.observations == ()
    assert not found.verified
    assert found.p_value > 0.5
