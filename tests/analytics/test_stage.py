"""The stage on the log: whatever the batches, and however often it starts again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

import numpy as np
import pytest

from analytics.conclusions import Conclusions
from analytics.errors import FloorError
from analytics.fold import conclude
from analytics.stage import Analytics
from analytics.track import Track
from ontology import rdf
from ontology.concluded import Stay
from ontology.observed import Tick
from ontology.times import DAY_MS, HOUR_MS, from_ms, from_text, to_ms, to_text
from ontology.views import View
from runtime.record import KNOWN_AT, Record
from tests.analytics.log import (
    LABEL,
    PARTITIONS,
    current,
    knowledge,
    matches,
    numbered,
    segment_record,
    stage_of,
    tick_records,
)

TOPIC = "knowledge"


@pytest.fixture(scope="module")
def expected(fleet: dict[str, Track], end: int) -> Conclusions:
    return conclude(fleet, end)


@pytest.fixture(scope="module")
def log(fleet: dict[str, Track], end: int) -> list[Record]:
    return numbered(knowledge(TOPIC, fleet, end))


def stage(log: Sequence[Record] = (), floor: str | None = None) -> Analytics:
    return stage_of(log, View("all", None, floor))


@pytest.mark.parametrize("size", [50, 1000, 10**6])
def test_batches_make_no_difference(log: list[Record], expected: Conclusions, size: int) -> None:
    analytics = stage()
    analytics.restore({})
    derived = [out for at in range(0, len(log), size) for out in analytics.process(log[at : at + size])]
    matches(derived, expected)


def test_starting_again_anywhere_makes_no_difference(log: list[Record], expected: Conclusions) -> None:
    rng = np.random.default_rng(7)
    derived: list[Record] = []
    for start, stop in zip(
        cuts := [0, *sorted(rng.integers(0, len(log), 6)), len(log)], cuts[1:], strict=False
    ):
        analytics = stage(log)
        analytics.restore({(TOPIC, n): sum(r.partition == n for r in log[:start]) for n in range(PARTITIONS)})
        derived += analytics.process(log[start:stop])
    matches(derived, expected)


def test_late_fixes_conclude_their_windows_again(
    fleet: dict[str, Track], expected: Conclusions, end: int
) -> None:
    early, late = {}, []
    for subject, track in fleet.items():
        keep = np.ones(len(track), bool)
        keep[len(track) // 3 : len(track) // 3 + 200] = False
        early[subject] = track.take(np.flatnonzero(keep))
        gone = np.flatnonzero(~keep).tolist()
        late += [segment_record(TOPIC, subject, track.part(index, index + 1)) for index in gone]
    records = knowledge(TOPIC, early, end)
    middle = len(records) // 2
    log = numbered([*records[:middle], *late, *records[middle:]])
    matches(stage().process(log), expected)


@pytest.mark.parametrize("size", [1, 10**6])
def test_what_comes_after_the_end_is_concluded_though_no_tick_follows(
    fleet: dict[str, Track], expected: Conclusions, end: int, size: int
) -> None:
    """A day of one subject comes when all was closed; the worker starts again before each batch of it."""
    subject, track = next(iter(fleet.items()))
    day = int(track.times[len(track) // 2]) // DAY_MS * DAY_MS
    begin, stop = track.times.searchsorted((day, day + DAY_MS)).tolist()
    kept = np.r_[0:begin, stop : len(track)]
    records = knowledge(TOPIC, {**fleet, subject: track.take(kept)}, end)
    hours = np.flatnonzero(np.diff(track.times[begin:stop] // HOUR_MS)) + begin + 1
    cuts = [begin, *hours.tolist(), stop]
    late = [segment_record(TOPIC, subject, track.part(*cut)) for cut in pairwise(cuts)]
    log = numbered([*records, *late])
    derived = stage().process(records)
    for at in range(len(records), len(log), size):
        analytics = stage(log)
        analytics.restore({(TOPIC, n): sum(r.partition == n for r in log[:at]) for n in range(PARTITIONS)})
        derived += analytics.process(log[at : at + size])
    matches(derived, expected)


def test_what_is_concluded_at_a_moment_is_known_by_then(
    fleet: dict[str, Track], end: int, log: list[Record]
) -> None:
    moment = end - 3 * DAY_MS
    before = [record for record in log if to_ms(from_text(record.headers.get(KNOWN_AT) or "")) <= moment]
    early = stage().process(before)
    assert max(record.headers.get(KNOWN_AT) or "" for record in early) <= to_text(from_ms(moment))
    closed = max(
        to_ms(tick.watermark)
        for record in before
        for tick in rdf.read(record.value)
        if isinstance(tick, Tick)
    )
    wanted = conclude(fleet, closed // HOUR_MS * HOUR_MS)
    assert {key for key in current(early) if ":stay:" in key} == {stay.key for stay in wanted.stays}


def known(record: Record, at: str) -> Record:
    return replace(record, headers=record.headers.with_(KNOWN_AT, at))


def test_history_that_became_known_as_it_happened_is_concluded_by_the_hour_whatever_was_known_before(
    log: list[Record],
) -> None:
    """A tick of another source, known today, is nothing to it."""
    stranger = known(numbered(tick_records(TOPIC, 0))[0], "2026-11-24T12:00:00+00:00")
    stranger = replace(stranger, headers=stranger.headers.with_("Distribution-Id", "another"))
    alone = stage().process(log)
    beside = stage().process([stranger, *log])
    assert [record.value for record in beside] == [record.value for record in alone]
    assert len(alone) > 1.2 * len(current(alone))


def test_history_that_became_known_at_once_has_one_version_of_everything(
    log: list[Record], expected: Conclusions
) -> None:
    derived = stage().process([known(record, "2026-11-24T12:00:00+00:00") for record in log])
    matches(derived, expected)
    told = [thing.key for record in derived for thing in rdf.read(record.value)]
    assert len(told) == len(set(told))


def test_headers(log: list[Record]) -> None:
    record = stage(floor="secret").process(log)[0]
    assert record.topic == "derived"
    assert record.label == "secret"
    assert record.distribution == "derived:all"
    assert record.headers.get("Content-Type") == "application/n-triples"
    assert record.headers.get("Schema-Version") == "1"
    assert record.headers.all("Exec-Path") == ["analytics"]
    assert record.headers.get("Request-Id")


def test_conclusions_carry_the_label_of_what_they_are_concluded_from(log: list[Record]) -> None:
    assert {record.label for record in stage().process(log)} == {LABEL}


def test_two_labels_need_a_floor(fleet: dict[str, Track], log: list[Record]) -> None:
    subject, track = next(iter(fleet.items()))
    other = segment_record(TOPIC, subject, track.part(0, 1), "secret")
    with pytest.raises(FloorError, match="DIURNAL_VIEW_LABEL"):
        stage().process([other, *log])
    assert {record.label for record in stage(floor="secret").process([other, *log])} == {"secret"}


def _end(told: Sequence[Record], key: str) -> datetime | None:
    """The end of a stay as it was told last."""
    stay = current(told)[key]
    assert isinstance(stay, Stay)
    return stay.end


def test_ticks_alone_end_a_stay_in_silence(fleet: dict[str, Track]) -> None:
    subject, track = next(iter(fleet.items()))
    first = next(stay for stay in conclude({subject: track}, int(track.times[-1])).stays if stay.fixes > 9)
    part = track.part(0, int(track.times.searchsorted(to_ms(first.last_seen))) - 1)
    analytics = stage()
    told = analytics.process(knowledge(TOPIC, {subject: part}, int(part.times[-1]) + 1))
    assert _end(told, first.key) is None
    told += analytics.process(tick_records(TOPIC, int(part.times[-1]) + 9 * DAY_MS))
    assert _end(told, first.key) == from_ms(part.times[-1])
