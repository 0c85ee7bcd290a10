import numpy as np
import pytest

from analytics.departures.checkins import DAY, checkins
from analytics.departures.errors import HistoryError
from analytics.departures.judge import Judged, Kind, judge
from analytics.departures.model import Model, clean_windows, learn
from analytics.scoring.ranking import auc
from tests.analytics.departures.town import DAYS, FIRST, SKIPPERS, START, WANDERERS, Town


def test_who_changed_is_ranked_above_who_did_not(judged: Judged) -> None:
    true = np.zeros(len(judged.scores), dtype=bool)
    true[[*SKIPPERS, *WANDERERS]] = True
    assert auc(judged.scores, true) > 0.97
    assert (judged.p_values[list(SKIPPERS)] < 0.02).all()


def test_the_right_kind_is_named(judged: Judged) -> None:
    assert {judged.kind(each) for each in SKIPPERS} == {Kind.ATTENDS_LESS}
    strange = [each for each in WANDERERS if judged.p_values[each] < 0.05]
    assert len(strange) >= 6
    assert {judged.kind(each) for each in strange} == {Kind.OTHER_PLACES}


def test_who_did_not_change_has_even_p_values(judged: Judged) -> None:
    quiet = judged.p_values[16:]
    assert (quiet <= 0.1).mean() == pytest.approx(0.1, abs=0.08)
    assert quiet.mean() == pytest.approx(0.5, abs=0.1)


def test_neither_the_order_of_the_rows_nor_the_names_of_the_places_matter(town: Town, judged: Judged) -> None:
    order = np.random.default_rng(4).permutation(len(town.columns[0]))
    who, when, where, lon, lat = (each[order] for each in town.columns)
    other = checkins(who, when, 9000 - where, lon, lat)
    again = judge(learn(other, START, FIRST + DAYS))
    assert again.scores == pytest.approx(judged.scores, abs=1e-6)


def test_clean_windows_lie_between_the_burn_in_and_the_window(model: Model) -> None:
    assert clean_windows(model, 14, 14) == [(START - 14, START), (START - 28, START - 14)]


def test_without_a_clean_window_nothing_is_judged(town: Town) -> None:
    with pytest.raises(HistoryError, match="give 28 days before"):
        learn(town.given, FIRST + 27, FIRST + 41)


def test_four_weeks_of_history_do(town: Town) -> None:
    model = learn(town.given.between(START * DAY - 28 * DAY, (FIRST + DAYS) * DAY), START, FIRST + DAYS)
    assert clean_windows(model, 14, 14) == [(START - 14, START)]
    assert (judge(model).p_values[list(SKIPPERS)] < 0.05).all()


def test_a_second_seed_changes_no_score(model: Model, judged: Judged) -> None:
    assert (judge(model, seed=9).scores == judged.scores).all()


def test_who_comes_late_and_who_shares_no_place_are_judged_too(town: Town) -> None:
    alone = [(9_000, (START + day) * DAY, 77_777, -84.0, 33.0) for day in range(3)]
    long_alone = [(9_001, (FIRST + day) * DAY, 88_888, -84.0, 33.0) for day in range(DAYS)]
    columns = zip(*alone, *long_alone, strict=True)
    joined = [np.concatenate((old, new)) for old, new in zip(town.columns, columns, strict=True)]
    again = judge(learn(checkins(*joined), START, FIRST + DAYS))
    assert np.isfinite(again.scores).all()
    assert (again.p_values[-2:] > 0.01).all()


def test_where_no_place_is_shared_attendance_alone_counts() -> None:
    rows = [
        (agent, (FIRST + day) * DAY + 8 * 3_600_000, 100 + agent) for agent in range(12) for day in range(70)
    ]
    rows += [(who, when + 9 * 3_600_000, where + 100) for who, when, where in rows]
    rows = [row for row in rows if not (row[0] == 3 and row[1] > (START + 5) * DAY and row[2] < 200)]
    who, when, where = zip(*rows, strict=True)
    again = judge(
        learn(checkins(who, when, where, np.zeros(len(who)), np.zeros(len(who))), START, FIRST + 70)
    )
    assert again.scores.argmax() == 3
    assert again.kind(3) == Kind.ATTENDS_LESS
