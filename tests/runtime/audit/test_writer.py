"""An entry is in the log before anything else happens, or it is said that it is not."""

from __future__ import annotations

import os
import signal
import socket
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count

import pytest

from runtime.audit.chain import read
from runtime.audit.entry import Entry
from runtime.audit.errors import AuditAwayError, EntryTooLongError
from runtime.audit.notes import notes
from runtime.audit.session import PATIENCE_S
from runtime.audit.verify import End, Verdict
from runtime.audit.writer import RETRY_S, Writer, notes_folder
from runtime.record import Record
from runtime.servers import Stack
from runtime.settings import Settings
from runtime.topics import MAX_RECORD_BYTES

Make = Callable[..., Entry]
New = Callable[[], Writer]
Lying = Callable[[], list[Record]]
Judge = Callable[[], Verdict]


def test_what_is_written_lies_there_at_once_and_tells_no_name(writer: New, entry: Make, lying: Lying) -> None:
    with writer() as one:
        assert not one.ready
        place = one.write(entry())
        assert one.ready
        records = lying()
        assert [read(record.value).place for record in records][1] == place
    value = records[1].value
    assert b'"who":"ann"' in value
    assert b'"parameters":["name"]' in value
    for secret in (b"MATCH", b"EXAMPLE", b"case 12"):
        assert secret not in value


def test_a_writer_that_wrote_nothing_leaves_nothing(
    writer: New, lying: Lying, settings: Settings, topic: str
) -> None:
    with writer():
        pass
    assert lying() == []
    assert notes(notes_folder(settings.home, topic)) == []


def test_the_longest_entry_is_written_and_a_longer_one_refused(
    writer: New, entry: Make, verdict: Judge
) -> None:
    longest = (MAX_RECORD_BYTES - 2_000) * 3 // 4
    with writer() as one:
        one.write(entry("x" * longest))
        with pytest.raises(EntryTooLongError, match="too long"):
            one.write(entry("x" * (longest + 2_000)))
        one.write(entry())
    found = verdict()
    assert found.whole, found.faults
    assert [chain.entries for chain in found.chains.values()] == [4]


def test_what_cannot_be_written_down_is_refused(writer: New, entry: Make, verdict: Judge) -> None:
    with writer() as one:
        with pytest.raises(EntryTooLongError, match="cannot be written"):
            one.write(entry("\ud800"))
        one.write(entry())
    assert verdict().whole


def test_kafka_away_from_the_start_is_told_within_seconds_then_at_once(
    settings: Settings, topic: str, entry: Make
) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        with Writer(f"127.0.0.1:{nobody.getsockname()[1]}", settings, "test") as one:
            began = time.monotonic()
            with pytest.raises(AuditAwayError):
                one.write(entry())
            assert time.monotonic() - began < PATIENCE_S + 2
            began = time.monotonic()
            with pytest.raises(AuditAwayError, match="try again"):
                one.write(entry())
            assert time.monotonic() - began < 0.1
    assert notes(notes_folder(settings.home, topic)) == []


def test_a_chain_is_begun_by_who_waits_for_it_alone(writer: New, entry: Make, lying: Lying) -> None:
    with writer() as one:
        with pytest.raises(AuditAwayError, match="no chain is open"):
            one.submit(entry())
        one.begin()
        one.submit(entry())
    written = len(lying())
    assert written == 3
    for late in (one.write, one.submit):
        with pytest.raises(AuditAwayError):
            late(entry())
    with pytest.raises(AuditAwayError, match="closed"):
        one.begin()
    assert len(lying()) == written


def test_nothing_stands_after_the_end_of_a_chain(writer: New, entry: Make, verdict: Judge) -> None:
    """Those who write while the writer is closed: each is written before the end, or refused."""
    done: list[int] = []

    def write(one: Writer, ready: threading.Barrier) -> None:
        with suppress(AuditAwayError):
            for number in count():
                done.append(one.submit(entry()).result(PATIENCE_S).number)
                if number == 2:
                    ready.wait()

    for _ in range(5):
        with writer() as one:
            one.begin()
            ready = threading.Barrier(5)
            threads = [threading.Thread(target=write, args=(one, ready)) for _ in range(4)]
            for thread in threads:
                thread.start()
            ready.wait()
        for thread in threads:
            thread.join()
    found = verdict()
    assert found.whole, found.faults[:3]
    assert [chain.end for chain in found.chains.values()] == [End.CLOSED] * 5
    assert sum(chain.entries for chain in found.chains.values()) == len(done) + 10


@contextmanager
def stopped(pid: int | None) -> Iterator[None]:
    """Halts a process, which keeps its connections and answers nothing."""
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def test_kafka_that_halts_is_told_and_the_chains_hold(
    stack: Stack, writer: New, entry: Make, lying: Lying, verdict: Judge
) -> None:
    refused = []

    def ask(one: Writer) -> None:
        for _ in range(3):
            try:
                one.write(entry())
            except AuditAwayError as error:
                refused.append(error)

    with writer() as one:
        one.write(entry())
        began = time.monotonic()
        with stopped(stack.kafka.pid):
            threads = [threading.Thread(target=ask, args=(one,)) for _ in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        assert time.monotonic() - began < 4 * PATIENCE_S
        assert len(refused) == 12
        time.sleep(RETRY_S + 0.5)
        one.write(entry())
    found = verdict()
    assert found.whole, found.faults
    first, second = found.chains.values()
    assert (first.end, second.end) == (End.KILLED, End.CLOSED)
    assert first.entries <= 2 + len(refused)
    assert read(lying()[-1].value).place.writer == second.head.writer


def test_who_asks_while_another_tries_again_is_told_at_once(
    stack: Stack, writer: New, entry: Make, verdict: Judge
) -> None:
    took: list[float] = []

    def ask(one: Writer) -> None:
        began = time.monotonic()
        with pytest.raises(AuditAwayError):
            one.write(entry())
        took.append(time.monotonic() - began)

    with writer() as one:
        with stopped(stack.kafka.pid):
            ask(one)  # finds out
            time.sleep(RETRY_S + 0.2)
            took.clear()
            threads = [threading.Thread(target=ask, args=(one,)) for _ in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        assert sorted(took)[-2] < 0.5, "all but the one that tries"
        assert max(took) > 1
        time.sleep(RETRY_S + 0.5)
        one.write(entry())
    assert verdict().whole


def test_an_entry_costs_little(writer: New, entry: Make) -> None:
    with writer() as one:
        took = []
        for _ in range(300):
            began = time.perf_counter()
            one.write(entry())
            took.append(time.perf_counter() - began)
    median = statistics.median(took) * 1000
    print(f"an entry: median {median:.2f} ms, longest {max(took) * 1000:.1f} ms")  # noqa: T201 - a measure
    assert median < 15, "5 on a machine that does nothing else"
