"""Where the stages stand, since when something waits, how fast it goes, and what was refused."""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from threading import Event

import pytest
from confluent_kafka.admin import AdminClient

from ontology import iri
from ontology.observed import Tick
from ontology.rdf import write
from runtime import lag
from runtime.consumer import Limits
from runtime.glance import glance
from runtime.letters import WINDOW_S, Letters
from runtime.record import Record
from runtime.standing import Speeds, Standing, raw_topics, standings
from runtime.stream import run_stage
from runtime.told_until import told_until
from runtime.topics import Topics
from runtime.transaction import Transactions
from runtime.worker import Worker

Fill = Callable[[list[bytes]], None]
Told = Callable[[str], list[Record]]
NOON = datetime(2020, 12, 1, 12, tzinfo=UTC)


class Echo:
    """A stage that writes what it reads."""

    def __init__(self, topic: str) -> None:
        self._topic = topic

    def process(self, batch: Sequence[Record]) -> list[Record]:
        return [Record(self._topic, record.key, record.value) for record in batch]


def at(topic: str, read: int, stage: str = "ingest") -> Standing:
    return Standing(stage, topic, 100, read, {0: 100 - read}, None)


def test_lag_and_the_age_of_the_oldest_that_waits(
    kafka: str, kafka_admin: AdminClient, topics: Topics, fill: Fill, told: Told
) -> None:
    fill([b"1", b"2"])
    assert len(told(topics.raw("x"))) == 2
    time.sleep(1.2)
    fill([b"3"])
    assert len(told(topics.raw("x"))) == 3
    raw = raw_topics(kafka_admin, topics)
    assert raw == [topics.raw("x")]

    def look() -> dict[tuple[str, str], Standing]:
        written = lag.ends(kafka_admin, [*raw, topics.knowledge, topics.derived])
        views = ("analytics-one", "analytics-two")
        found = standings(kafka_admin, kafka, topics, written, {(topics.knowledge, 0): 0}, raw, views)
        return {(each.stage, topics.plain(each.topic)): each for each in found}

    before = look()
    assert set(before) == {
        ("ingest", "raw.x"),
        ("analytics-one", "knowledge"),
        ("analytics-two", "knowledge"),
        ("graph", "knowledge"),
        ("graph", "derived"),
        ("graph", "verdicts"),
    }
    waiting = before["ingest", "raw.x"]
    assert (waiting.end, waiting.read, waiting.lag) == (5, 0, 5)
    assert waiting.oldest_s is not None
    assert 1.2 <= waiting.oldest_s < 30
    assert before["graph", "knowledge"].oldest_s is None
    echo = Worker("ingest", kafka, raw, topics, limits=Limits(100, 2**20, 0.05), idle_s=0.3)
    run_stage(echo, Echo(topics.knowledge), Event())
    after = look()
    assert (after["ingest", "raw.x"].lag, after["ingest", "raw.x"].oldest_s) == (0, None)
    assert sum(after["graph", "knowledge"].behind.values()) >= 3
    age = after["graph", "knowledge"].oldest_s
    assert age is not None
    assert age < waiting.oldest_s + 60


def test_a_glance_stops_at_the_end_or_before(kafka: str, topics: Topics, fill: Fill, told: Told) -> None:
    fill([b"1", b"2"])
    fill([b"3"])
    slot = (topics.raw("x"), 0)
    assert len(told(slot[0])) == 3
    assert [record.value for record, _ in glance(kafka, {slot: 0})] == [b"1", b"2", b"3"]
    assert [record.value for record, _ in glance(kafka, {slot: 1}, most=1)] == [b"2"]
    assert list(glance(kafka, {slot: 4}, most=1)) == []  # a mark of the log's own is no record
    [(_, since)] = glance(kafka, {slot: 3})
    assert since is not None
    assert abs(since / 1000 - time.time()) < 60
    assert list(glance(kafka, {})) == []


def test_dead_letters_are_counted_once_and_their_rate_falls(
    kafka: str, kafka_admin: AdminClient, topics: Topics, fill: Fill, told: Told
) -> None:
    topic = topics.raw("x")
    letters = Letters(kafka)
    fill([b"1", b"2", b"3"])
    assert len(told(topic)) == 3
    ends = lag.ends(kafka_admin, [topic])
    found = letters.count(ends)[topic]
    assert found.count == 3
    assert found.per_minute == pytest.approx(3 * 60 / WINDOW_S)
    fill([b"4"])
    assert len(told(topic)) == 4
    ends = lag.ends(kafka_admin, [topic])
    assert letters.count(ends)[topic].count == 4
    later = letters.count(ends, time.time() + WINDOW_S + 60)[topic]
    assert (later.count, later.per_minute) == (4, 0)
    assert Letters(kafka).count({(topics.dead_letters(topic), 0): 0})[topics.dead_letters(topic)].count == 0


def test_speeds_are_since_the_oldest_look_within_the_window() -> None:
    speeds = Speeds(window_s=60)
    assert speeds.note([at("a", 0)], now=0.0) == {}
    assert speeds.note([at("a", 5)], now=0.1) == {}  # too short a time says nothing
    assert speeds.note([at("a", 50), at("b", 7)], now=10.0) == {("ingest", "a"): 5.0}
    assert speeds.note([at("a", 80)], now=70.0) == {("ingest", "a"): pytest.approx(0.5)}
    assert speeds.note([at("a", 0)], now=71.0) == {("ingest", "a"): 0.0}  # rebuilt: it begins again


def test_watermarks_are_the_least_of_all_partitions(
    kafka: str, kafka_admin: AdminClient, topics: Topics, told: Told
) -> None:
    def tick(name: str, hours: int, partition: int) -> Record:
        source = iri.source(name)
        instant = NOON.replace(hour=hours)
        return Record(topics.knowledge, source.encode(), write(Tick(source, instant)), partition=partition)

    ticks = [tick("noaa", hours, partition) for hours in (3, 5) for partition in range(4)]
    later = [tick("noaa", 9, 0), *(tick("half", 4, partition) for partition in range(2))]
    broken = Record(topics.knowledge, iri.source("noaa").encode(), b"<no RDF", partition=1)
    with Transactions(kafka, topics.name("ticks")) as transactions:
        transactions.commit([*ticks, *later, broken, Record(topics.knowledge, b"urn:x", b"else")])
    assert len(told(topics.knowledge)) == 13
    found = told_until(kafka, topics.knowledge, lag.ends(kafka_admin, [topics.knowledge]))
    assert found == {iri.source("noaa"): NOON.replace(hour=5)}
