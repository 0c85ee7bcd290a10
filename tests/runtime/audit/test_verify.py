"""Whatever is done to the log shows, and the first bad entry is named."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import orjson
import pytest
from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient

from runtime import kafka as clients
from runtime.audit.chain import canonical, linked, read
from runtime.audit.entry import Entry
from runtime.audit.keys import Keys
from runtime.audit.notes import notes
from runtime.audit.verify import End, Verdict, verify
from runtime.audit.writer import Writer, notes_folder
from runtime.record import Record
from runtime.settings import Settings

Make = Callable[..., Entry]
New = Callable[[], Writer]
Lying = Callable[[], list[Record]]
Judge = Callable[[], Verdict]
Copy = Callable[[Sequence[Record]], Verdict]


@pytest.fixture
def five(writer: New, entry: Make, lying: Lying) -> list[Record]:
    """A whole chain: its beginning, five entries, its end."""
    with writer() as one:
        for number in range(5):
            one.write(entry(f"query {number}"))
    return lying()


def test_a_whole_chain_is_whole(five: list[Record], verdict: Judge, copied: Copy) -> None:
    found = verdict()
    assert found.whole
    [chain] = found.chains.values()
    assert (chain.entries, chain.end) == (7, End.CLOSED)
    assert chain.first <= chain.last
    assert copied(five).whole, "a copy that nobody touched"


def test_nothing_is_whole(verdict: Judge) -> None:
    found = verdict()
    assert found.whole
    assert not found.chains


@pytest.mark.parametrize("missing", range(6))
def test_a_missing_record_is_named(five: list[Record], copied: Copy, missing: int) -> None:
    found = copied(five[:missing] + five[missing + 1 :])
    assert "missing before it" in found.faults[0].reason
    assert (found.faults[0].offset, found.faults[0].number) == (missing, missing + 2)


def test_a_chain_without_its_end_is_cut_off_as_its_home_knows(five: list[Record], copied: Copy) -> None:
    found = copied(five[:-1])
    assert [fault.number for fault in found.faults] == [7]
    assert "its end was cut off" in found.faults[0].reason
    assert [chain.end for chain in found.chains.values()] == [End.CUT]


def test_a_chain_without_its_end_is_not_proven_elsewhere(
    five: list[Record], copied: Copy, settings: Settings, topic: str
) -> None:
    for note in notes_folder(settings.home, topic).iterdir():
        note.unlink()
    found = copied(five[:-1])
    assert [fault.number for fault in found.faults] == [6]
    assert "the end of the log was cut off" in found.faults[0].reason
    assert [chain.end for chain in found.chains.values()] == [End.UNPROVEN]


def test_every_flipped_byte_shows(five: list[Record], copied: Copy) -> None:
    value = five[3].value
    tampered = []
    for at in range(0, len(value), 7):
        changed = bytearray(value)
        changed[at] ^= 1
        tampered.append(Record("", five[3].key, bytes(changed)))
    found = copied([*five[:3], *tampered, *five[3:]])
    assert {fault.offset for fault in found.faults} >= set(range(3, 3 + len(tampered)))
    assert found.faults[0].offset == 3


def test_spaces_and_doubled_names_cannot_hide(five: list[Record], copied: Copy) -> None:
    value = five[2].value
    for changed in (value + b" ", b'{"who":"nobody",' + value[1:], value.replace(b'"rows":3', b'"rows":3.0')):
        assert changed != value
        found = copied([*five[:2], Record("", five[2].key, changed), *five[3:]])
        assert found.faults[0].offset == 2


def test_what_was_moved_shows(five: list[Record], copied: Copy) -> None:
    found = copied([*five[:2], five[3], five[2], *five[4:]])
    assert found.faults[0].offset == 2


def test_what_is_there_twice_shows(five: list[Record], copied: Copy) -> None:
    found = copied([*five[:3], five[2], *five[3:]])
    assert [(fault.offset, fault.number) for fault in found.faults] == [(3, 3)]
    assert "twice" in found.faults[0].reason


def test_a_chain_computed_anew_without_the_key_shows(
    five: list[Record], copied: Copy, settings: Settings
) -> None:
    name, _ = Keys.of(settings).marking
    forged, previous = [], None
    for record in five:
        link = read(record.value)
        body = {**link.body, "who": "somebody else"}
        before = link.previous if previous is None else previous
        place, value = linked(body, link.place.writer, link.place.number, before, (name, b"guessed"))
        previous = place.hash
        forged.append(Record("", record.key, value))
    found = copied(forged)
    assert [fault.number for fault in found.faults] == [*range(1, 8), 7]
    assert "did not have the key" in found.faults[0].reason
    assert "is not the one that the log had taken" in found.faults[-1].reason


def test_a_chain_with_another_master_key_is_not_taken(
    kafka: str, five: list[Record], topic: str, tmp_path: Path
) -> None:
    assert five
    found = verify(kafka, topic, Keys.of(Settings(home=tmp_path / "other")))
    assert "another key" in found.faults[0].reason


def test_another_writers_entry_in_the_chain_shows(
    five: list[Record], writer: New, entry: Make, lying: Lying, copied: Copy
) -> None:
    with writer() as other:
        other.write(entry())
    strange = lying()[len(five) + 1]
    found = copied([*five[:2], Record("", five[2].key, strange.value), *five[3:]])
    assert found.faults[0].offset == 2


def test_a_whole_chain_that_was_taken_out_shows(
    five: list[Record], writer: New, entry: Make, lying: Lying, copied: Copy
) -> None:
    with writer() as second:
        second.write(entry())
    found = copied(lying()[len(five) :])
    assert [fault.offset for fault in found.faults] == [0]
    assert f"the log had entry 7 of {five[0].key.decode()}, which is missing" in found.faults[0].reason  # type: ignore[union-attr]


def test_a_whole_chain_that_no_later_one_follows_at_once_shows(
    writer: New, entry: Make, lying: Lying, copied: Copy
) -> None:
    with writer() as api:
        api.write(entry())
        with writer() as command:
            command.write(entry())
        api.write(entry())  # the last one of the log when the next chain begins
        with writer() as later:
            later.write(entry())
    records = lying()
    names = list(dict.fromkeys(record.key for record in records))
    assert copied(records).whole
    found = copied([record for record in records if record.key != names[1]])
    assert [(fault.offset, fault.number) for fault in found.faults] == [(3, 1)]
    assert f"the log had entry 3 of {names[1].decode()}, which is missing" in found.faults[0].reason  # type: ignore[union-attr]


def test_whole_chains_at_the_end_that_were_taken_out_show(
    five: list[Record], writer: New, entry: Make, lying: Lying, copied: Copy
) -> None:
    with writer() as second, writer() as third:
        second.write(entry())
        third.write(entry())
    last = {record.key for record in lying()[len(five) :]}
    found = copied(five)
    assert {fault.writer.encode() for fault in found.faults} == last
    assert {fault.number for fault in found.faults} == {3}
    assert all("the whole chain is gone" in fault.reason for fault in found.faults)


def test_of_each_writer_that_ended_a_note_or_the_log_tells(
    writer: New, entry: Make, lying: Lying, settings: Settings, topic: str
) -> None:
    for _ in range(3):
        with writer() as one:
            one.write(entry())
    chains = list(dict.fromkeys(record.key for record in lying()))
    openings = [orjson.loads(record.value)["found"] for record in lying()[::3]]
    assert [[place["writer"].encode() for place in found] for found in openings] == [
        [],
        [chains[0]],
        [chains[1]],
    ]
    kept = notes(notes_folder(settings.home, topic))
    assert [(noted.head.writer.encode(), noted.head.number, noted.alive) for noted in kept] == [
        (chains[2], 3, False)
    ]


def test_records_that_kafka_deleted_show(
    kafka_admin: AdminClient, five: list[Record], topic: str, verdict: Judge
) -> None:
    assert five
    kafka_admin.delete_records([TopicPartition(topic, 0, 3)])[TopicPartition(topic, 0)].result(15)
    found = verdict()
    assert "the topic begins here" in found.faults[0].reason
    assert found.faults[0].offset == 3


def test_a_stranger_in_the_topic_shows(kafka: str, five: list[Record], topic: str, verdict: Judge) -> None:
    producer = clients.producer(kafka)
    for value in (b"", b"nonsense", b"[]", b"7", canonical({"writer": "x"})):
        producer.produce(topic, value, b"x", 0)
    assert producer.flush(10) == 0
    assert [fault.offset for fault in verdict().faults] == list(range(len(five), len(five) + 5))


def test_what_was_verified_before_must_be_there_still(
    kafka: str, five: list[Record], topic: str, settings: Settings, copied: Copy
) -> None:
    before = {chain.head.writer: chain.head for chain in copied(five).chains.values()}
    assert verify(kafka, topic, Keys.of(settings), against=before).whole
    gone = verify(kafka, f"{topic}.none", Keys.of(settings), against=before)
    assert "the whole chain is gone" in gone.faults[0].reason


def test_two_writers_at_once_are_two_whole_chains(writer: New, entry: Make, verdict: Judge) -> None:
    def write(one: Writer) -> None:
        for _ in range(50):
            one.write(entry())

    with writer() as one, writer() as two:
        threads = [threading.Thread(target=write, args=(w,)) for w in (one, one, two, two)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [chain.end for chain in verdict().chains.values()] == [End.RUNNING, End.RUNNING]
    found = verdict()
    assert found.whole, found.faults[:3]
    assert [(c.entries, c.end) for c in found.chains.values()] == [(102, End.CLOSED)] * 2


CHILD = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from runtime.audit.entry import Entry, Event
from runtime.audit.writer import Writer
from runtime.settings import Settings
writer = Writer(sys.argv[1], Settings(home=Path(sys.argv[2]), topic_prefix=sys.argv[3]), "child")
while True:
    done = writer.write(Entry(Event.ANSWERED, datetime.now(UTC), "ann", "GET /"))
    print(done.number, flush=True)
"""


def _killed(kafka: str, settings: Settings, after: int) -> int:
    """Kills a writing process in the middle; tells the last number that it had said was written."""
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, kafka, str(settings.home), settings.topic_prefix],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        said = 0
        for line in process.stdout:
            said = int(line)
            if said >= after:
                break
        os.kill(process.pid, signal.SIGKILL)
        return max([said, *(int(line) for line in process.stdout if line.endswith("\n"))])


def test_a_writer_that_was_killed_is_told_from_a_log_cut_off(
    kafka: str,
    topic: str,
    settings: Settings,
    writer: New,
    entry: Make,
    lying: Lying,
    verdict: Judge,
    copied: Copy,
) -> None:
    said = _killed(kafka, settings, 40)
    found = verdict()
    assert found.whole, found.faults
    [chain] = found.chains.values()
    assert chain.end is End.KILLED
    assert chain.head.number >= said, "what was acknowledged is there"

    records = lying()
    cut = copied(records[: said - 3])
    assert [chain.end for chain in cut.chains.values()] == [End.CUT]
    assert "its end was cut off" in cut.faults[0].reason

    with writer() as second:  # the next writer of the home says so in its chain, and the note is gone
        second.write(entry())
    assert [noted.head.writer for noted in notes(notes_folder(settings.home, topic))] == [
        read(lying()[-1].value).place.writer
    ]
    found = verdict()
    assert found.whole, found.faults
    assert [chain.end for chain in found.chains.values()] == [End.KILLED, End.CLOSED]
    after = lying()
    cut = copied(after[: len(records) - 1] + after[len(records) :])
    assert f"entry {len(records)}" in cut.faults[0].reason
    assert orjson.loads(after[len(records)].value)["found"][0]["number"] >= said


def test_killed_again_and_again_no_chain_breaks(kafka: str, settings: Settings, verdict: Judge) -> None:
    for after in (1, 2, 9):
        _killed(kafka, settings, after)
    time.sleep(0.2)  # what was on its way arrives
    found = verdict()
    assert found.whole, found.faults
    assert [chain.end for chain in found.chains.values()] == [End.KILLED] * 3
