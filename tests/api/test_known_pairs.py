"""The pairs of the log: known with the next question, read again only when there are more."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest
from confluent_kafka.admin import AdminClient

from api.followed import AGAIN_S
from api.known_pairs import KnownPairs, known_pairs
from ontology.labels import Pair, pair_id
from runtime import kafka as clients
from runtime.errors import TransientError
from runtime.interner import Interner
from runtime.topics import Topics


def test_a_pair_is_known_as_soon_as_it_is_numbered(kafka: str, kafka_admin: AdminClient) -> None:
    topics = Topics(f"known{uuid.uuid4().hex[:8]}.")
    topics.ensure(kafka_admin, [topics.labels])
    known = known_pairs(lambda: kafka_admin, kafka, topics)
    known._look_every_s = 0.0
    interner = Interner(kafka, topics)
    assert known().pairs == {}
    for number in range(2):
        pair = Pair.of("*", f"d{number}")
        assert known().pairs.get(pair_id(pair)) is None
        interner.intern(pair)
        assert known().pairs[pair_id(pair)] == pair
    version = known().version
    assert known().version == version


def test_without_the_topic_nothing_is_known(kafka: str, kafka_admin: AdminClient) -> None:
    assert known_pairs(lambda: kafka_admin, kafka, Topics("nowhere."))().pairs == {}


def test_without_kafka_nobody_can_know() -> None:
    admin = clients.admin("127.0.0.1:1")
    with pytest.raises(TransientError):
        known_pairs(lambda: admin, "127.0.0.1:1", Topics())()


class Counted:
    """A topic of which is counted how often it is looked at and read."""

    def __init__(self) -> None:
        self.end, self.ends, self.reads = 0, 0, 0

    def look(self) -> int:
        self.ends += 1
        return self.end

    def read(self) -> Mapping[int, Pair]:
        self.reads += 1
        if self.end < 0:
            raise ValueError("damaged")
        return {self.end: Pair("*", "noaa")}


def test_it_is_read_again_only_when_it_has_grown() -> None:
    topic = Counted()
    known = KnownPairs(topic.look, topic.read, look_every_s=0.0)
    assert known() == known() == known()
    assert (topic.ends, topic.reads) == (3, 1)
    topic.end = 7
    assert list(known().pairs) == [7]
    assert topic.reads == 2


def test_many_questions_at_once_look_once() -> None:
    topic = Counted()
    known = KnownPairs(topic.look, topic.read, look_every_s=60.0)
    assert len({known().version for _ in range(100)}) == 1
    assert topic.ends == 1


class Away:
    """A topic that is away until it is back, with a clock; a look of it can be held up."""

    def __init__(self) -> None:
        self.now, self.looks, self.back = 1000.0, 0, False
        self.looking, self.go_on = threading.Event(), threading.Event()
        self.go_on.set()

    def look(self) -> int:
        self.looks += 1
        self.looking.set()
        assert self.go_on.wait(10)
        if not self.back:
            raise TransientError("away")
        return self.looks

    def pairs(self) -> KnownPairs:
        return KnownPairs(
            self.look, lambda: {7: Pair("*", "noaa")}, look_every_s=60.0, clock=lambda: self.now
        )


def refused(known: KnownPairs) -> TransientError:
    with pytest.raises(TransientError, match="away") as caught:
        known()
    return caught.value


def test_a_look_that_failed_is_told_at_once_for_a_while_and_then_tried_again() -> None:
    topic = Away()
    known = topic.pairs()
    assert len({id(error) for error in [refused(known) for _ in range(100)]}) == 100
    assert topic.looks == 1
    topic.back = True
    topic.now += AGAIN_S - 0.1
    refused(known)
    assert topic.looks == 1
    topic.now += 0.2
    assert list(known().pairs) == [7]
    assert list(known().pairs) == [7]
    assert topic.looks == 2


def test_who_waits_for_a_look_that_fails_is_refused_with_it() -> None:
    topic = Away()
    known = topic.pairs()
    topic.go_on.clear()
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(refused, known) for _ in range(8)]
        assert topic.looking.wait(10)
        topic.go_on.set()
        assert all(str(each.result(10)) == "away" for each in asked)
    assert topic.looks == 1


def test_while_it_is_tried_again_nobody_else_waits() -> None:
    topic = Away()
    known = topic.pairs()
    refused(known)
    topic.now += AGAIN_S
    topic.go_on.clear()
    topic.looking.clear()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(refused, known)
        assert topic.looking.wait(10)
        refused(known)
        assert not first.done()
        topic.go_on.set()
        assert first.result(10)
    assert topic.looks == 2


def test_a_fault_that_is_no_absence_is_not_remembered() -> None:
    topic = Counted()
    known = KnownPairs(topic.look, topic.read, look_every_s=60.0)
    topic.end = -1
    for _ in range(2):
        with pytest.raises(ValueError, match="damaged"):
            known()
    assert topic.reads == 2
