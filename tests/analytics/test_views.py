"""The invariant for conclusions: a view concludes as if what it may not see had never come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.fold import conclude
from analytics.track import Track
from ontology import iri
from ontology.labels import evaluate, parse
from ontology.times import DAY_MS, HOUR_MS
from ontology.views import View, distribution_of
from runtime.record import DISTRIBUTION_ID, KNOWN_AT, Record
from tests.analytics.log import (
    LABEL,
    PARTITIONS,
    current,
    interleaved,
    knowledge,
    matches,
    numbered,
    segment_record,
    stage_of,
    tick_records,
)

TOPIC = "knowledge"
SECRET = "clearance=secret"
ORDER = {"clearance": ("open", "secret", "top")}
OPEN_VIEW = View("open", {}, "clearance=open")
CLEARED = View("cleared", {"clearance": ("top",)}, "clearance=top")
PARTNER = View("partner", {"nationality": ("GBR", "USA"), "clearance": ("open",)}, SECRET)
VIEWS = (OPEN_VIEW, CLEARED, PARTNER, View("all", None, "!"))
LABELS = ("*", "clearance=open", SECRET, "nationality=USA", "clearance!=open", "a &")


def may_see(view: View, record: Record) -> bool:
    """As the invariant says it, and not as the analytics do."""
    if record.distribution.startswith("derived:"):
        return False
    if view.attributes is None:
        return True
    return record.label != "a &" and evaluate(parse(record.label), view.attributes, ORDER)


def told(records: Sequence[Record]) -> list[tuple[object, ...]]:
    """All that a view tells, in its order, less the random ids of requests."""
    return [
        (record.key, record.value, record.label, record.distribution, record.headers.get(KNOWN_AT))
        for record in records
    ]


@pytest.fixture(scope="module")
def parts(fleet: dict[str, Track]) -> tuple[dict[str, Track], dict[str, Track]]:
    """What is open and what is secret: some subjects wholly, of the others every third day is secret."""
    unclassified, classified = {}, {}
    for number, (subject, track) in enumerate(fleet.items()):
        hidden = (track.times // DAY_MS) % 3 == 0 if number % 3 else np.full(len(track), number == 3)
        unclassified[subject] = track.take(np.flatnonzero(~hidden))
        classified[subject] = track.take(np.flatnonzero(hidden))
    return tuple({s: t for s, t in part.items() if len(t)} for part in (unclassified, classified))  # type: ignore[return-value]


@pytest.fixture(scope="module")
def mixed(parts: tuple[dict[str, Track], dict[str, Track]], end: int) -> list[Record]:
    both = [
        knowledge(TOPIC, part, end, label=label) for part, label in zip(parts, (LABEL, SECRET), strict=True)
    ]
    return interleaved(np.random.default_rng(5), *both)


@pytest.mark.parametrize("size", [997, 10**6])
def test_two_views_of_one_log_are_two_runs_over_what_each_may_see(mixed: list[Record], size: int) -> None:
    everything = {}
    for view in (OPEN_VIEW, CLEARED):
        ours = [record for record in mixed if may_see(view, record)]
        alone = stage_of(ours, view, ORDER).process(ours)
        stage = stage_of(mixed, view, ORDER)
        beside = [out for at in range(0, len(mixed), size) for out in stage.process(mixed[at : at + size])]
        assert current(beside) == current(alone)
        if size > len(mixed):
            assert told(beside) == told(alone)
        assert {record.label for record in beside} == {view.floor}
        assert {record.distribution for record in beside} == {distribution_of(view.name)}
        everything[view.name] = current(alone)
    assert len(everything["cleared"]) != len(everything["open"]), "what is hidden would have mattered"
    assert not everything["cleared"].keys() & everything["open"].keys(), "conclusions never mix views"


def test_a_view_concludes_what_follows_from_its_fixes(
    mixed: list[Record], parts: tuple[dict[str, Track], dict[str, Track]], end: int
) -> None:
    matches(stage_of((), OPEN_VIEW, ORDER).process(mixed), conclude(parts[0], end, view="open"))


def test_known_since_the_latest_of_what_the_view_sees(mixed: list[Record]) -> None:
    """What is secret becomes known a year later, and so do conclusions for those who see it."""
    late = "2022-01-01T00:00:00+00:00"
    log = [
        replace(record, headers=record.headers.with_(KNOWN_AT, late)) if record.label == SECRET else record
        for record in mixed
    ]
    known = {
        view.name: max(out.headers.get(KNOWN_AT) or "" for out in stage_of((), view, ORDER).process(log))
        for view in (OPEN_VIEW, CLEARED)
    }
    assert known["open"] < "2020-12-09"
    assert known["cleared"] == late


def test_a_hidden_source_moves_no_time(mixed: list[Record], end: int) -> None:
    """Neither its ticks under its own label, nor ticks that are seen of a source of which nothing else is."""
    far = end + 400 * DAY_MS
    hidden = tick_records(TOPIC, far, SECRET)
    bare = [
        replace(tick, headers=tick.headers.with_(DISTRIBUTION_ID, "bare"))
        for tick in tick_records(TOPIC, far)
    ]
    assert all(may_see(OPEN_VIEW, tick) for tick in bare)
    stage = stage_of((), OPEN_VIEW, ORDER)
    stage.process(mixed)
    assert stage.process([*hidden, *bare]) == []
    fixes = [record for record in mixed if b"TrackSegment" in record.value]
    alone, beside = ([*fixes, *between, *tick_records(TOPIC, end)] for between in ((), [*hidden, *bare]))
    told_alone, told_beside = (told(stage_of((), OPEN_VIEW, ORDER).process(log)) for log in (alone, beside))
    assert told_alone
    assert told_beside == told_alone, "by the same steps as well"


BEGIN = 1_606_780_800_000
SPOTS = ((-74.0, 40.7), (-74.03, 40.72), (-73.98, 40.69))


SOURCES = ("a", "b", "derived:open", "derived:all")


def of(records: Sequence[Record], source: str, known: str | None = None) -> Sequence[Record]:
    """Of this source, and, where that is said, known since then."""
    for record in records:
        headers = record.headers.with_(DISTRIBUTION_ID, source)
        record.headers = headers if known is None else headers.with_(KNOWN_AT, known)
    return records


@st.composite
def logs(draw: st.DrawFn) -> list[Record]:
    """A few subjects that stay here and there, told under labels and distributions of all kinds."""
    records: list[Record] = []
    for hour in range(BEGIN, BEGIN + draw(st.integers(4, 16)) * HOUR_MS, HOUR_MS):
        for _ in range(draw(st.integers(1, 4))):
            times = hour + np.arange(0, HOUR_MS, 6 * 60_000, dtype=np.int64)
            lon, lat = draw(st.sampled_from(SPOTS))
            fixes = Track.of(times, np.full(len(times), lon), np.full(len(times), lat))
            subject = iri.subject("mmsi", str(draw(st.integers(1, 2))))
            told = segment_record(TOPIC, subject, fixes, draw(st.sampled_from(LABELS)))
            late = draw(st.sampled_from((None, "2020-12-05T00:00:00+00:00", "2021-03-01T00:00:00+00:00")))
            records += of([told], draw(st.sampled_from(SOURCES)), late)
        for _ in range(draw(st.integers(0, 3))):
            watermark = hour + draw(st.integers(-1, 9)) * HOUR_MS
            ticks = tick_records(TOPIC, watermark, draw(st.sampled_from(LABELS)))
            records += of(ticks, draw(st.sampled_from(SOURCES)))
    return numbered(records)


def run(view: View, log: Sequence[Record], batches: Sequence[Sequence[Record]], again: int) -> list[Record]:
    """What a view tells of some batches, with a start anew before one of them."""
    stage, out = stage_of(log, view, ORDER), []
    for number, batch in enumerate(batches):
        if number == again:
            stage = stage_of(log, view, ORDER)
            before = [record for part in batches[:number] for record in part]
            ends = {
                (TOPIC, n): 1 + max([r.offset for r in before if r.partition == n], default=-1)
                for n in range(PARTITIONS)
            }
            stage.restore(ends)
        if batch:
            out += stage.process(batch)
    return out


@settings(max_examples=120, deadline=None)
@given(logs(), st.sampled_from(VIEWS), st.lists(st.integers(0, 120), max_size=4), st.integers(0, 5))
def test_what_a_view_may_not_see_shows_in_nothing_that_it_tells(
    log: list[Record], view: View, cuts: list[int], again: int
) -> None:
    edges = [0, *sorted(min(cut, len(log)) for cut in cuts), len(log)]
    batches = [log[start:stop] for start, stop in pairwise(edges)]
    filtered = [[record for record in batch if may_see(view, record)] for batch in batches]
    ours = [record for record in log if may_see(view, record)]
    assert told(run(view, log, batches, again)) == told(run(view, ours, filtered, again))
