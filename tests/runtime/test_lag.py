"""How far workers are behind."""

from collections.abc import Callable

from confluent_kafka import IsolationLevel
from confluent_kafka.admin import AdminClient

from runtime import kafka as clients
from runtime import lag
from runtime.record import Record
from runtime.topics import Topics

Fill = Callable[[list[bytes]], None]
Told = Callable[[str], list[Record]]


def test_what_is_written_and_not_read_is_the_lag() -> None:
    written = {("a", 0): 10, ("a", 1): 5, ("b", 0): 1}
    [a, b] = lag.lags(written, {("a", 0): 4, ("a", 1): 7}, ["a", "b"])
    assert (a.end, a.read, a.behind) == (15, 9, 6)
    assert (b.end, b.behind) == (1, 1)


def test_ends_and_groups_are_asked_of_kafka(
    kafka_admin: AdminClient, topics: Topics, fill: Fill, told: Told
) -> None:
    raw, nowhere = topics.raw("x"), topics.name("nowhere")
    fill([b"1", b"2"])
    assert len(told(raw)) == 2
    assert lag.ends(kafka_admin, [raw, nowhere]) == {(raw, 0): 3}
    assert lag.ends(kafka_admin, [nowhere]) == {}
    assert lag.committed(kafka_admin, topics.name("nobody")) == {}


def test_an_open_transaction_is_not_counted(kafka: str, kafka_admin: AdminClient, topics: Topics) -> None:
    producer = clients.producer(kafka, topics.name("open"))
    clients.begin_transactions(producer)
    producer.begin_transaction()
    producer.produce(topics.raw("x"), b"1")
    producer.flush(10)
    slot = (topics.raw("x"), 0)
    assert lag.ends(kafka_admin, [slot[0]])[slot] == 0
    assert lag.ends(kafka_admin, [slot[0]], IsolationLevel.READ_UNCOMMITTED)[slot] == 1
    producer.abort_transaction(10)
    producer.close()
