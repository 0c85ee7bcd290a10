"""Rules on the stream: the alerts are those of one pass, whatever the batches, however often it starts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from analytics.alerts.once import alerts
from analytics.emit import Emitter
from analytics.stage import Analytics
from ontology import rdf
from ontology.concluded import Finding, Retraction
from ontology.rules import KIND, Standing
from ontology.times import HOUR_MS, from_ms, to_ms, to_text
from ontology.views import View
from runtime.consumer import Slot
from runtime.errors import PoisonError
from runtime.record import KNOWN_AT, SECURITY_LABEL, Record
from runtime.rules import record_of
from runtime.topics import Topics
from tests.analytics.alerts.ships import (
    MINUTE,
    START,
    WORLD,
    A,
    along,
    every_kind,
    fleet,
    rule,
    standing,
    track,
    version,
)
from tests.analytics.log import (
    LABEL,
    PARTITIONS,
    knowledge,
    numbered,
    segment_record,
    tick_records,
)

TOPIC = "knowledge"
TOPICS = Topics()
EARLY = START - 100 * HOUR_MS


def telling(*rules: Standing) -> list[Record]:
    """The topic of rules, with one record each."""
    return [
        replace(record_of(TOPICS.rules, each, LABEL, "api"), partition=0, offset=at)
        for at, each in enumerate(rules)
    ]


def stage_of(log: Sequence[Record] = (), view: View | None = None) -> Analytics:
    def again(positions: Mapping[Slot, int]) -> Iterable[Sequence[Record]]:
        for slot, offset in positions.items():
            yield [r for r in log if (r.topic, r.partition) == slot and r.offset < offset]

    shown = view or View("all")
    emitter = Emitter("derived", shown.name, "analytics")
    return Analytics(emitter, PARTITIONS, again, shown, {}, rules=TOPICS.rules)


def positions(log: Sequence[Record]) -> dict[Slot, int]:
    slots = [(TOPIC, number) for number in range(PARTITIONS)] + [(TOPICS.rules, 0)]
    return {slot: sum((r.topic, r.partition) == slot for r in log) for slot in slots}


def told(derived: Iterable[Record]) -> Iterator[Finding | Retraction]:
    """What of the conclusions is of alerts."""
    for record in derived:
        (thing,) = rdf.read(record.value)
        if (isinstance(thing, Finding) and thing.kind.startswith(KIND)) or (
            isinstance(thing, Retraction) and KIND.strip(": ") in thing.key
        ):
            yield thing


def held(derived: Iterable[Record]) -> dict[str, Finding]:
    """The alerts that hold; each was told once, and retracted only where it was told."""
    found: dict[str, Finding] = {}
    for thing in told(derived):
        if isinstance(thing, Retraction):
            del found[thing.key]
        else:
            assert found.get(thing.key) != thing, "told twice"
            found[thing.key] = thing
    return found


def end_of(tracks: Mapping[str, object]) -> int:
    return max(int(one.times[-1]) for one in tracks.values()) + 1  # type: ignore[attr-defined]


@pytest.fixture(scope="module", params=[1, 2])
def log(request: pytest.FixtureRequest) -> tuple[list[Record], dict[str, Finding]]:
    """Rules and a day of ships, and what one pass over them gives."""
    tracks = fleet(request.param)
    rules = every_kind()
    expected = alerts(rules, tracks, end_of(tracks))
    assert len({each.kind for each in expected}) == len(rules), "every rule finds something"
    ruled = telling(*(standing(version(each, EARLY)) for each in rules))
    return [*ruled, *numbered(knowledge(TOPIC, tracks, end_of(tracks)))], {
        each.key: each for each in expected
    }


@pytest.mark.parametrize("size", [1, 7, 10**6])
def test_batches_make_no_difference(log: tuple[list[Record], dict[str, Finding]], size: int) -> None:
    records, expected = log
    stage = stage_of()
    derived = [out for at in range(0, len(records), size) for out in stage.process(records[at : at + size])]
    assert held(derived) == expected


def test_starting_again_anywhere_tells_nothing_twice_and_forgets_nothing(
    log: tuple[list[Record], dict[str, Finding]],
) -> None:
    records, expected = log
    rng = np.random.default_rng(5)
    for _ in range(4):
        cuts = [0, *sorted(rng.integers(0, len(records), 5).tolist()), len(records)]
        derived: list[Record] = []
        for start, stop in pairwise(cuts):
            stage = stage_of(records)
            stage.restore(positions(records[:start]))
            derived += stage.process(records[start:stop])
        assert held(derived) == expected
        taken_back = [thing.key for thing in told(derived) if isinstance(thing, Retraction)]
        assert not [key for key in taken_back if "close" not in key and "pair" not in key], "all in order"


def test_a_rule_that_is_read_late_tells_the_same(log: tuple[list[Record], dict[str, Finding]]) -> None:
    records, expected = log
    rules, rest = [r for r in records if r.topic != TOPIC], [r for r in records if r.topic == TOPIC]
    late = [*rest[: len(rest) // 2], *rules, *rest[len(rest) // 2 :]]
    for size in (5, 10**6):
        stage = stage_of()
        derived = [out for at in range(0, len(late), size) for out in stage.process(late[at : at + size])]
        assert held(derived) == expected


def test_it_is_told_at_once_and_waits_for_no_step() -> None:
    (ruled,) = telling(standing(version(rule(enters=WORLD), EARLY)))
    stage = stage_of()
    stage.process([ruled])
    first, second = along([0.0, 0.001]), track((2, 0.009, 0))
    assert stage.process(numbered([segment_record(TOPIC, A, first)])) == []
    (record,) = stage.process(numbered([segment_record(TOPIC, A, second)]))
    (alert,) = told([record])
    assert isinstance(alert, Finding)
    assert (alert.kind, alert.subject, alert.start) == ("alert: watch", A, from_ms(START + 2 * MINUTE))
    assert record.headers.get(KNOWN_AT) == to_text(from_ms(START + 2 * MINUTE))
    assert (
        "Came into the 500 m around 0.00000° N, 0.01000° E: heard at 0.00000° N, 0.00900° E"
        in alert.statement
    )
    assert (alert.matches, alert.days) == (0, 1)


def test_silence_is_told_by_ticks_to_the_minute() -> None:
    (ruled,) = telling(standing(version(rule(silent="PT30M"), EARLY)))
    stage = stage_of()
    stage.process([ruled, *numbered([segment_record(TOPIC, A, along([0.0]))])])
    assert list(told(stage.process(tick_records(TOPIC, START + 29 * MINUTE)))) == []
    assert len(list(told(stage.process(tick_records(TOPIC, START + 31 * MINUTE)[:-1])))) == 0, "one lags"
    (alert,) = told(stage.process(tick_records(TOPIC, START + 31 * MINUTE)))
    assert isinstance(alert, Finding)
    assert (alert.start, alert.end) == (from_ms(START), from_ms(START + 30 * MINUTE))
    assert alert.coverage == "unknown"
    (other,) = numbered([segment_record(TOPIC, A, track((50, 0, 0)))])
    again = stage.process([other, *tick_records(TOPIC, START + 51 * MINUTE)])
    assert list(told(again)) == [], "it is the same silence"
    (gone,) = told(stage.process(numbered([segment_record(TOPIC, A, track((15, 0, 0), (40, 0, 0)))])))
    assert isinstance(gone, Retraction), "it was heard after all"


def test_what_came_late_is_as_if_it_had_come_in_order() -> None:
    for seed in (1, 2, 3):
        tracks = fleet(seed)
        ruled = telling(*(standing(version(each, EARLY)) for each in every_kind()))
        expected = {each.key: each for each in alerts(every_kind(), tracks, end_of(tracks))}
        records = numbered(knowledge(TOPIC, tracks, end_of(tracks)))
        segments = [at for at, r in enumerate(records) if b"TrackSegment" in r.value]
        rng = np.random.default_rng(seed)
        late = set(rng.choice(segments, 8, replace=False).tolist())
        order = [r for at, r in enumerate(records) if at not in late] + [records[at] for at in sorted(late)]
        stage = stage_of()
        derived = [
            out for at in range(0, len(order), 3) for out in stage.process([*ruled, *order][at : at + 3])
        ]
        derived += stage.process([*ruled, *order][len(order) // 3 * 3 + (3 if len(order) % 3 else 0) :])
        assert held(derived) == expected


def test_only_what_became_known_while_it_stood_is_told() -> None:
    ship = along([0.0, *[0.01] * 2, *[0.0] * 20] * 6)
    whole = alerts([rule(enters=WORLD)], {A: ship}, end_of({A: ship}))
    assert len(whole) == 6
    begin, stop = to_ms(whole[2].start), to_ms(whole[4].start)
    expires = rule(enters=WORLD, expires=to_text(from_ms(to_ms(whole[1].start))))
    for rules, expected in (
        ([standing(version(rule(enters=WORLD), begin))], whole[2:]),
        ([standing(version(rule(enters=WORLD), begin, stop))], whole[2:4]),
        ([standing(version(expires, EARLY))], whole[:1]),
        (
            [standing(version(rule(leaves=WORLD), EARLY, begin), version(rule(enters=WORLD), begin))],
            whole[2:],
        ),
        ([standing(version(rule(enters=WORLD), EARLY), view="other")], []),
    ):
        for late in (True, False):
            live = [segment_record(TOPIC, A, ship.part(n, n + 1)) for n in range(len(ship))]
            records = [*live, *telling(*rules)] if late else [*telling(*rules), *live]
            stage = stage_of()
            derived = [out for record in records for out in stage.process([record])]
            starts = [each.start for each in held(derived).values()]
            assert starts == [each.start for each in expected]


def test_a_rule_that_is_removed_tells_no_more_and_takes_nothing_back() -> None:
    ship = along([0.0, *[0.01] * 2, *[0.0] * 20] * 4)
    whole = alerts([rule(enters=WORLD)], {A: ship}, end_of({A: ship}))
    middle = to_ms(whole[2].start)
    live = [segment_record(TOPIC, A, ship.part(n, n + 1)) for n in range(len(ship))]
    stage, derived = stage_of(), []
    for at, record in enumerate(live):
        if ship.times[at] == middle:
            derived += stage.process(telling(standing(version(rule(enters=WORLD), EARLY, middle))))
        if at == 0:
            derived += stage.process(telling(standing(version(rule(enters=WORLD), EARLY))))
        derived += stage.process([record])
    assert [each.start for each in held(derived).values()] == [each.start for each in whole[:2]]


def test_alerts_bear_the_label_of_their_rule() -> None:
    ruled = telling(
        standing(version(rule("open", enters=WORLD), EARLY)),
        standing(version(rule("closed", enters=WORLD), EARLY, label="unit=seven")),
    )
    stage = stage_of()
    derived = stage.process([*ruled, *numbered([segment_record(TOPIC, A, along([0.0, 0.01]))])])
    labels = {rdf.read(r.value)[0].kind: r.headers.get(SECURITY_LABEL) for r in derived}  # type: ignore[attr-defined]
    assert labels == {"alert: open": LABEL, "alert: closed": "unit=seven"}


def test_what_a_view_does_not_see_raises_no_alert() -> None:
    view = View("open", {}, "*")
    (ruled,) = telling(standing(version(rule(enters=WORLD), EARLY), view="open"))
    stage = stage_of(view=view)
    hidden = segment_record(TOPIC, A, along([0.0, 0.01]), "clearance=secret")
    assert stage.process([ruled, *numbered([hidden])]) == []
    seen = segment_record(TOPIC, A, track((30, 0.0, 0), (31, 0.01, 0)))
    assert len(stage.process(numbered([seen]))) == 1


def test_a_record_that_is_no_rule_is_bad_and_nothing_after_a_start() -> None:
    (ruled,) = telling(standing(version(rule(enters=WORLD), EARLY)))
    bad = replace(ruled, value=b'{"view": "all"}')
    with pytest.raises(PoisonError, match="no standing rule"):
        stage_of().process([bad])
    log = [bad, replace(ruled, offset=1)]
    stage = stage_of(log)
    stage.restore({(TOPICS.rules, 0): 2})
    assert len(stage.process(numbered([segment_record(TOPIC, A, along([0.0, 0.01]))]))) == 1


def test_who_is_watched_by_nobody_costs_nothing() -> None:
    """No fix of theirs is kept, and nothing is looked at."""
    (ruled,) = telling(standing(version(rule(subjects=("urn:diurnal:subject:mmsi:9",), enters=WORLD), EARLY)))
    stage = stage_of()
    stage.process([ruled, *numbered([segment_record(TOPIC, A, along([0.0, 0.01]))])])
    kept = stage._alerts._heard
    assert {subject: len(heard.fixes.track) for subject, heard in kept.items()} == {
        "urn:diurnal:subject:mmsi:9": 0
    }
