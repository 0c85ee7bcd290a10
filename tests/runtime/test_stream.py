"""The loop from Kafka to Kafka: nothing lost, nothing doubled, and a bad record harms no other."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from threading import Event, Thread

import pytest
from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient

from runtime import lag
from runtime.consumer import Limits, Slot
from runtime.errors import FencedError, LostOffsetError
from runtime.record import DEAD_LETTER_ORIGIN, DEAD_LETTER_REASON, Headers, Record
from runtime.stream import run_stage
from runtime.topics import MAX_RECORD_BYTES, Topics
from runtime.transaction import Transactions
from runtime.worker import Worked, Worker

Fill = Callable[[list[bytes]], None]
Told = Callable[[str], list[Record]]

SUBPROCESS = """
import sys
from threading import Event
from runtime.consumer import Limits
from runtime.process import run
from runtime.record import Record
from runtime.stream import run_stage
from runtime.topics import Topics
from runtime.worker import Worker

bootstrap, prefix = sys.argv[1:3]
topics = Topics(prefix)

class Stage:
    def process(self, batch):
        return [Record(topics.knowledge, r.key, r.value, r.headers) for r in batch]

worker = Worker("copy", bootstrap, [topics.raw("x")], topics, limits=Limits(50, 2**20, 0.05), idle_s=1.0)
sys.exit(run("copy", lambda stop: run_stage(worker, Stage(), stop)))
"""


class Copy:
    """Copies records to knowledge; chokes on values that begin with `bad`."""

    def __init__(self, topics: Topics) -> None:
        self._topics = topics

    def process(self, batch: Sequence[Record]) -> list[Record]:
        for record in batch:
            if record.value.startswith(b"bad"):
                raise ValueError(f"cannot swallow {record.value.decode()}")
        return [Record(self._topics.knowledge, r.key, r.value, r.headers) for r in batch]


class Total:
    """Remembers the sum of all it read, and tells it with each record."""

    def __init__(self, topics: Topics) -> None:
        self._topics = topics
        self.restored: list[dict[Slot, int]] = []
        self._sum = 0

    def restore(self, positions: Mapping[Slot, int]) -> None:
        self.restored.append(dict(positions))
        self._sum = sum(range(positions.get((self._topics.raw("x"), 0), 0)))

    def process(self, batch: Sequence[Record]) -> list[Record]:
        out = []
        for record in batch:
            self._sum += int(record.value)  # a bad one leaves the sum damaged
            out.append(Record(self._topics.knowledge, None, b"%d" % self._sum))
        return out


def worker(kafka: str, topics: Topics, **more: object) -> Worker:
    settings: dict[str, object] = {"limits": Limits(100, 2**22, 0.05), "idle_s": 0.3} | more
    return Worker("copy", kafka, [topics.raw("x")], topics, **settings)  # type: ignore[arg-type]


def test_all_is_copied_once_in_order_and_nothing_is_left_behind(
    kafka: str, kafka_admin: AdminClient, topics: Topics, fill: Fill, told: Told
) -> None:
    values = [b"%d" % i for i in range(1000)]
    fill(values)
    run_stage(worker(kafka, topics), Copy(topics), Event())
    run_stage(worker(kafka, topics), Copy(topics), Event())
    got = told(topics.knowledge)
    assert [r.value for r in got] == values
    assert got[0].headers.get("X") == "kept"
    written = lag.ends(kafka_admin, [topics.raw("x")])
    assert (
        lag.lags(written, lag.committed(kafka_admin, topics.name("copy")), [topics.raw("x")])[0].behind == 0
    )


def test_a_bad_record_goes_to_the_dead_letters_and_the_others_go_on(
    kafka: str, topics: Topics, fill: Fill, told: Told
) -> None:
    values = [b"bad %d" % i if i in (0, 57, 58, 199) else b"%d" % i for i in range(200)]
    fill(values)
    seen: list[Worked] = []
    run_stage(worker(kafka, topics, on_batch=seen.append), Copy(topics), Event())
    assert [r.value for r in told(topics.knowledge)] == [v for v in values if not v.startswith(b"bad")]
    letters = told(topics.dead_letters(topics.raw("x")))
    assert [r.value for r in letters] == [b"bad 0", b"bad 57", b"bad 58", b"bad 199"]
    assert letters[1].headers.get(DEAD_LETTER_REASON) == "cannot swallow bad 57"
    assert letters[1].headers.get(DEAD_LETTER_ORIGIN) == f"{topics.raw('x')}/0/57"
    assert letters[1].headers.get("X") == "kept"
    assert (sum(w.read for w in seen), sum(w.dead for w in seen)) == (200, 4)


def test_an_output_too_large_condemns_its_record_only(
    kafka: str, topics: Topics, fill: Fill, told: Told
) -> None:
    class Swell(Copy):
        def process(self, batch: Sequence[Record]) -> list[Record]:
            out = super().process(batch)
            for record in out:
                record.value *= MAX_RECORD_BYTES if record.value == b"big" else 1
            return out

    fill([b"a", b"big", b"c"])
    run_stage(worker(kafka, topics), Swell(topics), Event())
    assert [r.value for r in told(topics.knowledge)] == [b"a", b"c"]
    assert [r.value for r in told(topics.dead_letters(topics.raw("x")))] == [b"big"]


def test_a_stage_that_remembers_is_restored_after_a_bad_record(
    kafka: str, topics: Topics, fill: Fill, told: Told
) -> None:
    fill([b"%d" % i for i in range(20)] + [b"x"])
    stage = Total(topics)
    run_stage(worker(kafka, topics), stage, Event())
    assert int(max(told(topics.knowledge), key=lambda r: int(r.value)).value) == sum(range(20))
    assert stage.restored[0] == {(topics.raw("x"), 0): 0}
    assert len(told(topics.knowledge)) == 20
    again = Total(topics)
    run_stage(worker(kafka, topics), again, Event())
    assert again.restored[0][topics.raw("x"), 0] >= 21


def test_killed_again_and_again_it_copies_all_once(
    kafka: str, topics: Topics, fill: Fill, told: Told
) -> None:
    values = [b"%d" % i for i in range(4000)]
    fill(values)
    for pause in (1.6, 2.0, 1.8):
        process = subprocess.Popen([sys.executable, "-c", SUBPROCESS, kafka, topics.prefix])
        time.sleep(pause)
        process.kill()
        process.wait()
    assert (
        subprocess.run([sys.executable, "-c", SUBPROCESS, kafka, topics.prefix], check=False).returncode == 0
    )
    assert [r.value for r in told(topics.knowledge)] == values


def test_asked_to_stop_it_ends_well(kafka: str, topics: Topics, fill: Fill, told: Told) -> None:
    fill([b"1"])
    endless = SUBPROCESS.replace("idle_s=1.0", "idle_s=None")
    process = subprocess.Popen([sys.executable, "-c", endless, kafka, topics.prefix])
    deadline = time.monotonic() + 60
    while not told(topics.knowledge):
        assert time.monotonic() < deadline
    os.kill(process.pid, signal.SIGTERM)
    assert process.wait(20) == 0


def test_of_two_with_one_number_the_older_is_fenced_off(
    kafka: str, topics: Topics, fill: Fill, told: Told
) -> None:
    fill([b"1"])
    caught: list[BaseException] = []

    def older() -> None:
        try:
            run_stage(worker(kafka, topics, idle_s=None), Copy(topics), Event())
        except FencedError as error:
            caught.append(error)

    thread = Thread(target=older)
    thread.start()
    deadline = time.monotonic() + 30
    while not told(topics.knowledge):
        assert time.monotonic() < deadline
    stop = Event()
    newer = Thread(target=run_stage, args=(worker(kafka, topics, idle_s=None), Copy(topics), stop))
    newer.start()
    thread.join(40)
    assert not thread.is_alive()
    assert "same group and instance" in str(caught[0])
    fill([b"2"])
    while len(told(topics.knowledge)) < 2:
        assert time.monotonic() < deadline + 60
    stop.set()
    newer.join(20)
    assert [r.value for r in told(topics.knowledge)] == [b"1", b"2"]


def test_two_members_share_the_partitions(kafka: str, topics: Topics, told: Told) -> None:
    with Transactions(kafka, topics.name("fill")) as transactions:
        transactions.commit([Record(topics.knowledge, None, b"%d" % i, Headers(), i % 4) for i in range(400)])

    class ToDerived:
        def process(self, batch: Sequence[Record]) -> list[Record]:
            return [Record(topics.derived, r.value, r.value, r.headers) for r in batch]

    limits = Limits(10, 2**20, 0.05)
    members = [
        Worker("share", kafka, [topics.knowledge], topics, instance=number, limits=limits, idle_s=4.0)
        for number in range(2)
    ]
    threads = [Thread(target=run_stage, args=(member, ToDerived(), Event())) for member in members]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(int(r.value) for r in told(topics.derived)) == list(range(400))


def test_a_lost_offset_is_an_error_and_no_silent_restart(
    kafka: str, kafka_admin: AdminClient, topics: Topics, fill: Fill
) -> None:
    fill([b"%d" % i for i in range(10)])
    run_stage(worker(kafka, topics), Copy(topics), Event())
    fill([b"%d" % i for i in range(10)])
    cut = TopicPartition(topics.raw("x"), 0, 18)
    for future in kafka_admin.delete_records([cut]).values():
        future.result(15)
    with pytest.raises(LostOffsetError, match="restore"):
        run_stage(worker(kafka, topics), Copy(topics), Event())
