import numpy as np
import pytest

from analytics.departures.judge import Kind
from analytics.scoring.departures import KINDS, Label, Run, changed, run, score
from tests.analytics.departures.town import SKIPPERS, START, WANDERERS, build

LABELS = {each: Label("work", "red", START) for each in SKIPPERS} | {
    each: Label("social", "orange", START) for each in WANDERERS
}
EVERYBODY = np.arange(150)


@pytest.fixture(scope="module")
def found() -> Run:
    return run(build().given, LABELS)


def test_who_changed_is_told_with_the_right_reason_and_soon(found: Run) -> None:
    whole = score(found, LABELS, EVERYBODY)
    assert whole.auc > 0.97
    assert whole.ap > 0.9
    assert set(whole.severity) == {"red", "orange"}
    assert whole.severity["red"] > 0.99
    assert whole.right_reasons > 0.9
    assert whole.true_alerts <= whole.alerts
    assert 1 <= whole.delay_days <= 10
    assert whole.told > 0.5
    assert whole.false_alerts < 0.15


def test_labels_decide_nothing_but_the_first_day(found: Run) -> None:
    others = {100: Label("work", "red", START)}
    assert (run(build().given, others).judged.scores == found.judged.scores).all()


def test_a_wrong_reason_counts_as_wrong(found: Run) -> None:
    swapped = {each: Label("social", "red", START) for each in SKIPPERS}
    assert score(found, swapped, EVERYBODY).right_reasons == 0.0


def test_a_part_of_the_agents_is_scored_alone(found: Run) -> None:
    part = score(found, LABELS, EVERYBODY[16:])
    assert np.isnan(part.auc)
    assert part.true_alerts == 0
    assert np.isnan(part.delay_days)
    assert changed(LABELS, 150).sum() == 16


def test_every_kind_has_a_label() -> None:
    assert set(KINDS.values()) == set(Kind)
