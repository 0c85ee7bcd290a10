"""A log with all that a log can have, out into a file and back, byte for byte and offset for offset."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from threading import Event, Timer

import pytest
from confluent_kafka import Consumer, Message, Producer, TopicPartition
from confluent_kafka.admin import AdminClient

from runtime import kafka as clients
from runtime import lag
from runtime.backup import importing
from runtime.backup.errors import ArchiveError, BackupError, OffsetError, TargetError
from runtime.backup.export import export_log
from runtime.backup.place import Placer
from runtime.backup.restore import import_log, verify
from runtime.backup.table import Row
from runtime.consumer import Slot
from runtime.errors import SettingsError
from runtime.record import Headers, Record
from runtime.stream import run_stage
from runtime.topics import Topics
from runtime.worker import Worker

EARLY_MS = 1_606_780_800_123
"""A time of Kafka's that no clock has now."""


def fresh(admin: AdminClient, *, make: bool) -> Topics:
    topics = Topics(f"b{uuid.uuid4().hex[:8]}.")
    if make:
        topics.ensure(admin, topics.all(["x"]))
    return topics


def put(
    producer: Producer, topic: str, value: bytes | None, partition: int = 0, key: bytes | None = b"k"
) -> None:
    headers = [("A", b"1"), ("a", b"\xff\x00"), ("A", None), ("Security-Label", b"*")]
    producer.produce(topic, value, key, partition, timestamp=EARLY_MS, headers=headers)  # type: ignore[arg-type]


def transaction(bootstrap: str, name: str, puts: list[tuple[str, bytes, int]], *, commit: bool) -> None:
    producer = clients.producer(bootstrap, name)
    clients.begin_transactions(producer)
    producer.begin_transaction()
    for topic, value, partition in puts:
        put(producer, topic, value, partition)
    producer.flush()
    if commit:
        producer.commit_transaction()
    else:
        producer.abort_transaction()


@pytest.fixture
def written(kafka: str, kafka_admin: AdminClient) -> Topics:
    """Holes of one, two and more, at the beginning, within and at the end, and partitions without any."""
    topics = fresh(kafka_admin, make=True)
    knowledge, raw = topics.knowledge, topics.raw("x")
    transaction(kafka, topics.name("a"), [(knowledge, b"lost", 0)] * 3, commit=False)
    for value in (b"one", b"", b"three \xff\x00"):
        transaction(kafka, topics.name("b"), [(knowledge, value, 0), (knowledge, value, 1)], commit=True)
    transaction(kafka, topics.name("a"), [(knowledge, b"lost", 0)], commit=False)
    transaction(kafka, topics.name("b"), [(knowledge, b"last", 0), (raw, b"r", 0)], commit=True)
    plain = clients.producer(kafka)
    put(plain, knowledge, b"no transaction", 2, None)
    put(plain, raw, b"no hole after this")
    put(plain, topics.dead_letters(raw), b"dead")
    for label in (b"kept", b"gone", None):
        put(plain, topics.labels, label, 0, b"1")
    assert plain.flush(10) == 0
    return topics


def held(bootstrap: str, topics: Topics) -> dict[Slot, list[object]]:
    """All that a reader sees, by plain name and partition."""
    admin = clients.admin(bootstrap)
    names = [name for name in admin.list_topics(timeout=10).topics if topics.is_truth(name)]
    ends = lag.ends(admin, names)
    return {
        (topics.plain(slot[0]), slot[1]): [seen(message) for message in messages(bootstrap, slot, end)]
        for slot, end in ends.items()
    }


def seen(message: Message) -> object:
    return message.offset(), message.timestamp(), message.key(), message.value(), message.headers()


def messages(bootstrap: str, slot: Slot, end: int) -> Iterator[Message]:
    client: Consumer = clients.consumer(bootstrap, f"look-{uuid.uuid4()}")
    client.assign([TopicPartition(*slot, 0)])
    at = 0
    while at < end:
        for message in client.consume(100, 0.1):
            at = max(at, (message.offset() or 0) + (message.error() is None))
            if message.error() is None:
                yield message
    client.close()


@pytest.mark.parametrize("folder", [False, True])
def test_what_comes_back_is_what_went_out(
    kafka: str, kafka_admin: AdminClient, written: Topics, tmp_path: Path, folder: bool
) -> None:
    path = tmp_path / "log"
    said = export_log(kafka, written, path, folder=folder)
    assert path.is_dir() == folder
    assert said.exact
    assert said.records == 14
    there = fresh(kafka_admin, make=False)
    import_log(kafka, there, path)
    before, after = held(kafka, written), held(kafka, there)
    labels = ("labels", 0)
    assert [row[2:] for row in after.pop(labels)] == [row[2:] for row in before.pop(labels)]  # type: ignore[index]
    assert after == before
    _same_settings_and_lengths(kafka_admin, written, there)
    there.ensure(kafka_admin, there.all(["x"]))  # workers may begin
    again = export_log(kafka, there, tmp_path / "again", folder=folder)
    assert again.partitions == said.partitions or [p.records for p in again.partitions] == [
        p.records for p in said.partitions
    ]


def _same_settings_and_lengths(admin: AdminClient, here: Topics, there: Topics) -> None:
    for plain in ("knowledge", "raw.x", "raw.x.dlq", "labels"):
        mine = lag.ends(admin, [here.name(plain)])
        theirs = lag.ends(admin, [there.name(plain)])
        for (_, number), end in mine.items():
            assert end <= theirs[there.name(plain), number] <= end + 1


def test_an_open_transaction_is_waited_for_and_not_taken_in_half(
    kafka: str, kafka_admin: AdminClient, tmp_path: Path
) -> None:
    topics = fresh(kafka_admin, make=True)
    producer = clients.producer(kafka, topics.name("slow"))
    clients.begin_transactions(producer)
    producer.begin_transaction()
    put(producer, topics.knowledge, b"half")
    producer.flush()
    Timer(0.7, producer.commit_transaction).start()
    said = export_log(kafka, topics, tmp_path / "log.tar")
    assert said.records == 1


def test_groups_go_on_where_they_were(
    kafka: str, kafka_admin: AdminClient, written: Topics, tmp_path: Path
) -> None:
    """A stage that has read two of three records reads the third, and nothing twice, after a restore."""
    did: list[bytes] = []

    class Copies:
        def process(self, batch: list[Record]) -> list[Record]:
            did.extend(record.value for record in batch)
            return [Record(here.derived, record.key, record.value, Headers()) for record in batch]

    def work(topics: Topics) -> None:
        worker = Worker("copies", kafka, [topics.knowledge], topics, idle_s=0.5)
        run_stage(worker, Copies(), Event())  # type: ignore[arg-type]

    here = written
    work(here)
    assert len(did) == 8
    did.clear()
    transaction(kafka, here.name("b"), [(here.knowledge, b"later", 3)], commit=True)
    export_log(kafka, here, tmp_path / "log.tar")
    there = fresh(kafka_admin, make=False)
    import_log(kafka, there, tmp_path / "log.tar")
    here = there
    work(there)
    assert did == [b"later"]


@pytest.mark.parametrize("anew", [False, True])
def test_to_conclude_anew_forgets_what_every_view_concluded_and_as_what(
    kafka: str, kafka_admin: AdminClient, written: Topics, tmp_path: Path, anew: bool
) -> None:
    class Concludes:
        def process(self, batch: list[Record]) -> list[Record]:
            return [Record(written.derived, record.key, record.value, Headers()) for record in batch]

    names = ("ingest", "analytics", "analytics-open")
    for name in names:
        worker = Worker(name, kafka, [written.knowledge], written, idle_s=0.5)
        run_stage(worker, Concludes(), Event())  # type: ignore[arg-type]
    producer = clients.producer(kafka)
    put(producer, written.views, b"{}")
    assert producer.flush(20) == 0
    export_log(kafka, written, tmp_path / "log.tar")
    there = fresh(kafka_admin, make=False)
    said = import_log(kafka, there, tmp_path / "log.tar", conclude_anew=anew)
    left = {
        there.plain(slot[0])
        for slot, end in lag.ends(kafka_admin, [there.derived, there.views]).items()
        if end
    }
    assert left == (set() if anew else {"derived", "views"})
    assert {at.group for at in said.groups} == ({"ingest"} if anew else set(names))
    assert bool(lag.committed(kafka_admin, there.name("analytics-open"))) is not anew
    assert lag.committed(kafka_admin, there.name("ingest"))


def flipped(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]


@pytest.mark.parametrize(
    "damage",
    [flipped, lambda data: data[: len(data) // 2], lambda data: data[:-9000], lambda _: b"", lambda d: d[3:]],
    ids=["a bit", "half", "the end", "all", "the head"],
)
def test_a_damaged_file_is_refused_before_anything_is_written(
    kafka: str, kafka_admin: AdminClient, written: Topics, tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / "log.tar"
    export_log(kafka, written, path)
    path.write_bytes(damage(path.read_bytes()))
    there = fresh(kafka_admin, make=False)
    with pytest.raises(ArchiveError):
        import_log(kafka, there, path)
    assert held(kafka, there) == {}
    assert importing.marked(kafka, there) is None


def test_every_bit_of_a_part_counts(kafka: str, written: Topics, tmp_path: Path) -> None:
    path = tmp_path / "log"
    export_log(kafka, written, path, folder=True)
    part = next(path.glob("knowledge-0-*.parquet"))
    whole = part.read_bytes()
    for at in range(0, len(whole), 97):
        part.write_bytes(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :])
        with pytest.raises(ArchiveError, match="damaged"):
            verify(path)
    part.unlink()
    with pytest.raises(ArchiveError, match="missing"):
        verify(path)


def test_an_export_of_a_later_version_is_refused(kafka: str, written: Topics, tmp_path: Path) -> None:
    path = tmp_path / "log"
    export_log(kafka, written, path, folder=True)
    later = (path / "manifest.json").read_bytes().replace(b'"version": 1', b'"version": 2, "new": 1')
    (path / "manifest.json").write_bytes(later)
    (path / "manifest.sha256").write_text(sha256(later).hexdigest())
    with pytest.raises(ArchiveError, match="upgrade Diurnal"):
        verify(path)


def test_a_log_that_holds_something_is_left_alone(
    kafka: str, kafka_admin: AdminClient, written: Topics, tmp_path: Path
) -> None:
    export_log(kafka, written, tmp_path / "log.tar")
    there = fresh(kafka_admin, make=True)
    transaction(kafka, there.name("b"), [(there.derived, b"mine", 0)], commit=True)
    before = held(kafka, there)
    with pytest.raises(TargetError, match="hold records already"):
        import_log(kafka, there, tmp_path / "log.tar")
    assert held(kafka, there) == before
    with pytest.raises(BackupError, match="is there already"):
        export_log(kafka, written, tmp_path / "log.tar")


def test_an_import_that_was_cut_off_keeps_workers_out_and_begins_anew(
    kafka: str, kafka_admin: AdminClient, written: Topics, tmp_path: Path
) -> None:
    export_log(kafka, written, tmp_path / "log.tar")
    there = fresh(kafka_admin, make=True)  # its topics are there, and empty

    def cut_off(topic: str, done: int, _: int) -> None:
        if topic == "knowledge" and done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_log(kafka, there, tmp_path / "log.tar", report=cut_off)
    with pytest.raises(SettingsError, match="import-log"):
        there.ensure(kafka_admin, there.all(["x"]))
    import_log(kafka, there, tmp_path / "log.tar")
    assert held(kafka, there)["knowledge", 0] == held(kafka, written)["knowledge", 0]
    there.ensure(kafka_admin, there.all(["x"]))


def test_some_topics_only(kafka: str, kafka_admin: AdminClient, written: Topics, tmp_path: Path) -> None:
    said = export_log(kafka, written, tmp_path / "log.tar", only=["raw.x", "knowledge"])
    assert {part.topic for part in said.partitions} == {"raw.x", "knowledge"}
    there = fresh(kafka_admin, make=False)
    import_log(kafka, there, tmp_path / "log.tar", only=["raw.x"])
    assert held(kafka, there) == {("raw.x", 0): held(kafka, written)["raw.x", 0]}
    with pytest.raises(BackupError, match="no topic nonesuch"):
        export_log(kafka, written, tmp_path / "other.tar", only=["nonesuch"])
    assert list(tmp_path.iterdir()) == [tmp_path / "log.tar"]


def test_whoever_writes_beside_the_import_is_noticed(kafka: str, kafka_admin: AdminClient) -> None:
    there = fresh(kafka_admin, make=True)
    placer = Placer(kafka, (there.knowledge, 0))
    placer.write([Row(0, EARLY_MS, None, b"a", ())])
    transaction(kafka, there.name("other"), [(there.knowledge, b"stranger", 0)], commit=True)
    with pytest.raises(OffsetError, match=r"landed at [23], not at 1"):
        placer.write([Row(1, EARLY_MS, None, b"b", ())])
