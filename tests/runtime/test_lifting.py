"""Every version of a record that there ever was is read as today's; what is of tomorrow is kept for then."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime import lifting
from runtime.errors import PoisonError
from runtime.lifting import CURRENT, LIFTS, lift, readable
from runtime.record import DEAD_LETTER_REASON, KNOWN_AT, SCHEMA, SCHEMA_VERSION, Headers, Record
from runtime.stream import run_stage
from runtime.topics import Topics
from runtime.transaction import Transactions
from runtime.worker import Worker

AT_MS = 1_606_780_800_000
AT = "2020-12-01T00:00:00+00:00"


def record(*headers: tuple[str, str], timestamp: int = AT_MS) -> Record:
    entries = [(name, value.encode()) for name, value in headers]
    return Record("knowledge", b"k", b"v", Headers(entries), 1, 7, timestamp)


def test_every_version_has_a_way_to_todays() -> None:
    assert sorted(LIFTS) == list(range(CURRENT))
    assert str(CURRENT) == SCHEMA


def test_todays_record_is_left_alone() -> None:
    mine = record((SCHEMA_VERSION, SCHEMA), (KNOWN_AT, AT))
    assert lift(mine) is mine


def test_a_record_of_others_was_known_when_it_was_written() -> None:
    theirs = record(("Security-Label", "*"), ("x", "kept"))
    mine = lift(theirs)
    assert mine.headers.get(KNOWN_AT) == AT
    assert mine.headers.get(SCHEMA_VERSION) == SCHEMA
    assert list(mine.headers)[:2] == list(theirs.headers)
    assert (mine.origin, mine.key, mine.value) == (theirs.origin, theirs.key, theirs.value)
    assert len(theirs.headers) == 2, "a lift makes a new record"


def test_others_may_say_when_it_was_known() -> None:
    assert lift(record(("known-at", AT), timestamp=0)).headers.get(KNOWN_AT) == AT


@pytest.mark.parametrize(
    ("given_record", "said"),
    [
        (record((SCHEMA_VERSION, str(CURRENT + 1))), "upgrade it"),
        (record((SCHEMA_VERSION, "one")), "no number"),
        (record((SCHEMA_VERSION, "²")), "no number"),
        (record(timestamp=0), "neither a Known-At"),
    ],
)
def test_what_cannot_be_lifted_says_why(given_record: Record, said: str) -> None:
    with pytest.raises(PoisonError, match=said):
        lift(given_record)


@given(st.integers(0, CURRENT), st.integers(1, 2**41))
def test_a_lift_is_pure_and_lifts_once(version: int, timestamp: int) -> None:
    headers = () if version == 0 else ((SCHEMA_VERSION, str(version)), (KNOWN_AT, AT))
    old = record(*headers, timestamp=timestamp)
    assert lift(old) == lift(old)
    assert lift(lift(old)) is not None
    assert lift(lift(old)) == lift(old)


def test_a_chain_goes_through_every_version(monkeypatch: pytest.MonkeyPatch) -> None:
    def adding(name: str) -> Callable[[Record], Record]:
        return lambda old: Record(old.topic, old.key, old.value + name.encode(), old.headers)

    monkeypatch.setattr(lifting, "LIFTS", {0: adding("a"), 1: adding("b"), 2: adding("c")})
    monkeypatch.setattr(lifting, "CURRENT", 3)
    monkeypatch.setattr(lifting, "SCHEMA", "3")
    assert lift(record()).value == b"vabc"
    assert lift(record((SCHEMA_VERSION, "2"))).value == b"vc"


def test_what_is_read_again_leaves_out_what_was_refused() -> None:
    tomorrows, todays = record((SCHEMA_VERSION, "99")), record((SCHEMA_VERSION, SCHEMA))
    assert list(readable([[tomorrows, todays], [tomorrows]])) == [[todays], []]


def test_a_record_of_tomorrow_waits_among_the_dead_letters_as_it_came(
    kafka: str, topics: Topics, told: Callable[[str], list[Record]]
) -> None:
    """And the batch around it goes on, that of others lifted."""
    seen: list[Record] = []

    class Looks:
        def process(self, batch: Sequence[Record]) -> list[Record]:
            seen.extend(batch)
            return []

    raw = topics.raw("x")
    headers = [Headers.of({SCHEMA_VERSION: "1"}), Headers.of({SCHEMA_VERSION: "2", "Later": "y"}), Headers()]
    with Transactions(kafka, topics.name("fill")) as transactions:
        transactions.commit([Record(raw, b"k", b"v", each) for each in headers])
    run_stage(Worker("looks", kafka, [raw], topics, idle_s=0.3), Looks(), Event())
    (letter,) = told(topics.dead_letters(raw))
    assert "upgrade" in str(letter.headers.get(DEAD_LETTER_REASON))
    assert letter.headers.get("Later") == "y"
    assert letter.headers.get(SCHEMA_VERSION) == "2"
    assert {each.headers.get(SCHEMA_VERSION) for each in seen} == {SCHEMA}
    others = [each for each in seen if each.headers.get(KNOWN_AT) is not None]
    assert {each.offset for each in others} == {2}
