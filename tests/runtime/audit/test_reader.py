"""Entries are read back, the latest first, and what was sealed only while its key exists."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from runtime import kafka as clients
from runtime.audit import reader
from runtime.audit.entry import Entry, Event
from runtime.audit.keys import Keys
from runtime.audit.reader import Page, Seal, Wanted, page
from runtime.audit.verify import Verdict
from runtime.audit.writer import Writer
from runtime.settings import Settings

Make = Callable[..., Entry]
New = Callable[[], Writer]
Ask = Callable[..., Page]


@pytest.fixture
def ask(kafka: str, topic: str, settings: Settings) -> Ask:
    """A page of this test's audit log."""

    def asked(wanted: Wanted | None = None, limit: int = 100, before: int | None = None) -> Page:
        return page(kafka, topic, Keys.of(settings), wanted or Wanted(), limit, before)

    return asked


def test_what_was_written_is_read_the_latest_first(writer: New, entry: Make, ask: Ask) -> None:
    written = [entry(f"query {number}") for number in range(3)]
    with writer() as one:
        places = [one.write(each) for each in written]
    found = ask()
    assert [item.place for item in found.items] == places[::-1]
    assert [item.entry.secret for item in found.items] == [each.secret for each in written[::-1]]
    assert [
        replace(item.entry, time=each.time) for item, each in zip(found.items, written[::-1], strict=True)
    ] == written[::-1]
    assert {item.seal for item in found.items} == {Seal.OPEN}
    assert found.before is None
    events = [item.entry.event for item in ask(Wanted(writers=True)).items]
    assert (events[0], events[-1]) == (Event.CLOSED, Event.OPENED)


def test_pages_go_on_where_they_ended(
    writer: New, entry: Make, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "_STEP", 4)
    monkeypatch.setattr(reader, "MOST_READ", 8)
    with writer() as one:
        for number in range(20):
            one.write(entry(str(number), who="ann" if number < 2 else "bob"))
    seen, before, pages = [], None, 0
    while True:
        found = ask(limit=3, before=before)
        seen += [item.entry.secret.query for item in found.items]
        pages += 1
        if (before := found.before) is None:
            break
    assert seen == [str(number) for number in range(19, -1, -1)]
    first = ask(Wanted(who="ann"))
    assert first.items == ()
    assert first.before == 14, "so far it was looked, and no further at once"


def test_filters(writer: New, entry: Make, ask: Ask) -> None:
    now = datetime.now(UTC)
    with writer() as one:
        for hours in (30, 20, 10):
            one.write(replace(entry(who=f"w{hours}"), time=now - timedelta(hours=hours)))
    assert [i.entry.who for i in ask(Wanted(who="w20")).items] == ["w20"]
    since, until = now - timedelta(hours=25), now - timedelta(hours=15)
    assert [i.entry.who for i in ask(Wanted(since=since)).items] == ["w10", "w20"]
    assert [i.entry.who for i in ask(Wanted(until=until)).items] == ["w20", "w30"]
    assert ask(Wanted(since=now + timedelta(1))).items == ()


def test_a_forgotten_day_is_unreadable_and_its_chain_whole(
    writer: New, entry: Make, ask: Ask, settings: Settings, verdict: Callable[[], Verdict]
) -> None:
    with writer() as one:
        one.write(entry())
    assert Keys.of(settings).destroy(datetime.now(UTC).date() + timedelta(1))
    [found] = ask().items
    assert found.seal is Seal.FORGOTTEN
    assert (found.entry.who, found.entry.rows) == ("ann", 3)
    assert (found.entry.secret.query, found.entry.secret.purpose) == ("", None)
    assert verdict().whole


def test_strangers_in_the_topic_are_passed_over(
    kafka: str, topic: str, writer: New, entry: Make, ask: Ask
) -> None:
    with writer() as one:
        one.write(entry())
    producer = clients.producer(kafka)
    producer.produce(topic, b"nonsense", b"x", 0)
    assert producer.flush(10) == 0
    assert len(ask().items) == 1


def test_no_topic_no_entries(ask: Ask) -> None:
    assert ask() == Page((), None)
