"""The loop from Kafka to a store that keeps the offsets."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from threading import Event

import pytest

from runtime.consumer import Limits, Slot
from runtime.errors import LostOffsetError, TransientError
from runtime.record import DEAD_LETTER_REASON, Headers, Record
from runtime.sink import Piece, run_sink
from runtime.topics import Topics
from runtime.transaction import Transactions
from runtime.worker import Worker

Fill = Callable[[list[bytes]], None]
Told = Callable[[str], list[Record]]


class Store:
    """A store in memory with offsets; it chokes on values that begin with `bad`, and fails as told."""

    def __init__(self) -> None:
        self.rows: list[bytes] = []
        self.offsets: dict[Slot, int] = {}
        self.failures: list[str] = []
        self.most = 0

    def position(self, topic: str, partition: int) -> int | None:
        return self.offsets.get((topic, partition))

    def read(self, record: Record) -> bytes:
        if record.value.startswith(b"unreadable"):
            raise ValueError(f"cannot read {record.value.decode()}")
        return record.value

    def write(self, pieces: Sequence[Piece[bytes]]) -> None:
        for topic, partition, expected, _, _ in pieces:
            if self.offsets.get((topic, partition), expected) != expected:
                raise TransientError("the partition is no longer at its offset")
        said = [value for piece in pieces for value in piece.said]
        failure = self.failures.pop(0) if self.failures and said else None
        if failure == "before":
            raise TransientError("the store is away")
        for value in said:
            if value.startswith(b"bad"):
                raise ValueError(f"cannot store {value.decode()}")
        self.most = max(self.most, len(pieces))
        self.rows += said
        self.offsets |= {(piece.topic, piece.partition): piece.following for piece in pieces}
        if failure == "after":
            raise TransientError("the store died before it answered")


def worker(kafka: str, topics: Topics) -> Worker:
    return Worker("store", kafka, [topics.raw("x")], topics, limits=Limits(100, 2**22, 0.05), idle_s=0.3)


def test_all_is_stored_once_and_the_end_is_reached(kafka: str, topics: Topics, fill: Fill) -> None:
    store = Store()
    values = [b"%d" % i for i in range(1000)]
    fill(values)
    run_sink(worker(kafka, topics), store, Event())
    run_sink(worker(kafka, topics), store, Event())
    assert store.rows == values
    assert store.offsets == {(topics.raw("x"), 0): 1001}  # with the log's own mark of the transaction


def test_a_bad_record_goes_to_the_dead_letters(kafka: str, topics: Topics, fill: Fill, told: Told) -> None:
    store = Store()
    values = [b"bad %d" % i if i in (3, 4, 77) else b"%d" % i for i in range(150)]
    fill(values)
    run_sink(worker(kafka, topics), store, Event())
    assert store.rows == [v for v in values if not v.startswith(b"bad")]
    letters = told(topics.dead_letters(topics.raw("x")))
    assert [letter.value for letter in letters] == [b"bad 3", b"bad 4", b"bad 77"]
    assert letters[0].headers.get(DEAD_LETTER_REASON) == "cannot store bad 3"


def test_what_cannot_be_read_does_not_hold_up_its_neighbours(
    kafka: str, topics: Topics, fill: Fill, told: Told
) -> None:
    store = Store()
    values = [b"unreadable" if i % 50 == 7 else b"bad" if i == 60 else b"%d" % i for i in range(150)]
    fill(values)
    run_sink(worker(kafka, topics), store, Event())
    assert store.rows == [v for v in values if v.isdigit()]
    letters = told(topics.dead_letters(topics.raw("x")))
    assert sorted(letter.value for letter in letters) == [b"bad", *3 * [b"unreadable"]]


def test_what_one_partition_may_not_store_takes_nothing_from_the_others(
    kafka: str, topics: Topics, told: Told
) -> None:
    slots = [(topics.raw("x"), 0), *((topics.knowledge, number) for number in range(4))]
    names = [f"{topic} {number}" for topic, number in slots]
    lots = [[f"{name} {i}".encode() for i in range(20)] for name in names]
    lots[2][7] = b"bad"
    store = Store()
    with Transactions(kafka, topics.name("fill")) as transactions:
        transactions.commit(
            [
                Record(topic, b"k", value, Headers(), number)
                for (topic, number), lot in zip(slots, lots, strict=True)
                for value in lot
            ]
        )
    everywhere = replace(
        worker(kafka, topics), sources=[topics.raw("x"), topics.knowledge], limits=Limits(1000, 2**22, 2.0)
    )
    run_sink(everywhere, store, Event())
    assert sorted(store.rows) == sorted(value for lot in lots for value in lot if value != b"bad")
    assert store.offsets == dict.fromkeys(slots, 21)
    assert [letter.value for letter in told(topics.dead_letters(topics.knowledge))] == [b"bad"]
    assert told(topics.dead_letters(topics.raw("x"))) == []
    with Transactions(kafka, topics.name("fill")) as transactions:
        transactions.commit([Record(topic, b"k", b"more", Headers(), number) for topic, number in slots])
    run_sink(everywhere, store, Event())
    assert store.most > 1, "a batch is written in one transaction"
    assert store.rows.count(b"more") == len(slots)


def test_a_store_that_fails_is_waited_for_and_nothing_is_doubled(
    kafka: str, topics: Topics, fill: Fill
) -> None:
    store = Store()
    store.failures = ["before", "after", "", "before", "before", "after"]
    values = [b"%d" % i for i in range(500)]
    fill(values)
    run_sink(worker(kafka, topics), store, Event())
    assert store.rows == values
    assert store.failures == []


def test_a_store_ahead_of_the_log_is_an_error(kafka: str, topics: Topics, fill: Fill) -> None:
    store = Store()
    store.offsets[topics.raw("x"), 0] = 99
    fill([b"1"])
    with pytest.raises(LostOffsetError, match="99"):
        run_sink(worker(kafka, topics), store, Event())
