"""Reading the log again."""

from collections.abc import Callable

from runtime.compacted import latest
from runtime.record import Headers, Record
from runtime.replay import everything, replay
from runtime.topics import Topics
from runtime.transaction import Transactions

Fill = Callable[[list[bytes]], None]


def values(chunks: list[list[Record]]) -> list[bytes]:
    return [record.value for chunk in chunks for record in chunk]


def test_replay_stops_before_the_offset(kafka: str, topics: Topics, fill: Fill) -> None:
    fill([b"%d" % i for i in range(10)])
    fill([b"10"])
    slot = (topics.raw("x"), 0)
    assert values(list(replay(kafka, {slot: 4}))) == [b"0", b"1", b"2", b"3"]
    assert values(list(replay(kafka, {slot: 11}))) == [b"%d" % i for i in range(10)]  # 10 is the log's own
    assert values(list(replay(kafka, {slot: 13}))) == [b"%d" % i for i in range(11)]
    assert list(replay(kafka, {slot: 0})) == []


def test_everything_is_what_is_committed(kafka: str, topics: Topics, fill: Fill) -> None:
    assert list(everything(kafka, topics.raw("x"))) == []
    assert list(everything(kafka, topics.name("nowhere"))) == []
    fill([b"1", b"2"])
    assert values(list(everything(kafka, topics.raw("x")))) == [b"1", b"2"]


def test_the_latest_of_each_key_and_none_of_what_was_deleted(kafka: str, topics: Topics) -> None:
    with Transactions(kafka, topics.name("fill")) as transactions:
        for key, value in ((b"a", b"1"), (b"b", b"1"), (b"a", b"2"), (b"b", b"")):
            transactions.commit([Record(topics.receipts, key, value, Headers())])
    assert latest(kafka, topics.receipts) == {"a": b"2"}
