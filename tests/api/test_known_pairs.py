"""The pairs of the log: known with the next question, read again only when there are more."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

import pytest
from confluent_kafka.admin import AdminClient

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
            raise TransientError("away")
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


def test_a_read_that_failed_is_tried_again() -> None:
    topic = Counted()
    known = KnownPairs(topic.look, topic.read, look_every_s=60.0)
    topic.end = -1
    for _ in range(2):
        with pytest.raises(TransientError):
            known()
    topic.end = 1
    assert list(known().pairs) == [1]
