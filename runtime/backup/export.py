"""The log into a file: every committed record up to a cut, at constant memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Final
from uuid import uuid4

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition
from confluent_kafka.admin import (  # type: ignore[attr-defined]  # missing in their __all__
    AdminClient,
    ConfigResource,
    ConfigSource,
)

from runtime import kafka
from runtime.backup import container, table
from runtime.backup.container import Writer
from runtime.backup.cut import Cut, cut
from runtime.backup.errors import BackupError
from runtime.backup.manifest import Chunk, Committed, Manifest, Partition, Topic
from runtime.backup.table import Row
from runtime.chunks import chunks
from runtime.consumer import Slot
from runtime.errors import TransientError
from runtime.topics import Topics, partitions

Report = Callable[[str, int, int], None]
"""Told of a topic, how many of its offsets are done, and of how many."""

CHUNK_ROWS: Final = 50_000
CHUNK_BYTES: Final = 16 * 1024 * 1024
_CONSUMED: Final = 1_000
_CALL_S: Final = 15.0


def export_log(
    bootstrap: str,
    topics: Topics,
    path: Path,
    *,
    only: Sequence[str] = (),
    folder: bool = False,
    report: Report = lambda *_: None,
) -> Manifest:
    """Write the log into a new file or folder; workers may run meanwhile.

    Args:
        bootstrap: Kafka's `host:port`.
        topics: the installation's.
        path: what is to be written; it appears once it is whole.
        only: plain names of topics; else all topics of truth.
        folder: write a folder of Parquet files rather than a tar file of them.
        report: told of the progress.

    Returns:
        What was exported.

    Raises:
        BackupError: it cannot be written, there is nothing to export, or a topic is not there.
        TransientError: Kafka is away.
    """
    admin = kafka.admin(bootstrap)
    names = _chosen(admin, topics, only)
    with container.writing(path, folder=folder) as writer:
        made, where = datetime.now(UTC), cut(admin, topics, names)
        parts: list[Partition] = []
        written: list[Chunk] = []
        for name in names:
            _export_topic(bootstrap, topics, name, where, writer, parts, written, report)
        said = Manifest(
            made=made,
            release=version("diurnal"),
            cluster_id=str(admin.list_topics(timeout=_CALL_S).cluster_id),
            prefix=topics.prefix,
            exact=where.exact,
            topics=[_topic(admin, topics, name) for name in names],
            partitions=parts,
            groups=_groups(topics, where),
            chunks=written,
        )
        container.finish(writer, said)
    return said


def _groups(topics: Topics, where: Cut) -> list[Committed]:
    return [
        Committed(group=topics.plain(group), topic=topics.plain(slot[0]), partition=slot[1], offset=at)
        for group, offsets in sorted(where.groups.items())
        for slot, at in sorted(offsets.items())
    ]


def _chosen(admin: AdminClient, topics: Topics, only: Sequence[str]) -> list[str]:
    there = admin.list_topics(timeout=_CALL_S).topics
    if only:
        wanted = [topics.name(plain) for plain in only]
        if missing := [plain for plain in only if topics.name(plain) not in there]:
            raise BackupError(f"there is no topic {', '.join(missing)}: `diurnal feeds` lists the feeds")
        return list(dict.fromkeys(wanted))
    found = sorted(name for name in there if topics.is_truth(name))
    if not found:
        raise BackupError(f"this Kafka has no topic of Diurnal under the prefix {topics.prefix!r}")
    return found


def _export_topic(
    bootstrap: str,
    topics: Topics,
    name: str,
    where: Cut,
    writer: Writer,
    parts: list[Partition],
    written: list[Chunk],
    report: Report,
) -> None:
    plain = topics.plain(name)
    slots = sorted(slot for slot in where.ends if slot[0] == name)
    total, before = sum(where.ends[slot] for slot in slots), 0
    for slot in slots:
        records = 0
        begin, rows = _opened(bootstrap, slot, where.ends[slot])
        for run in _runs(rows):
            data = table.write(run)
            file = f"{plain}-{slot[1]}-{run[0].offset:020d}.parquet"
            writer.add(file, data)
            written.append(
                Chunk(
                    file=file,
                    topic=plain,
                    partition=slot[1],
                    records=len(run),
                    bytes=len(data),
                    sha256=sha256(data).hexdigest(),
                )
            )
            records += len(run)
            report(plain, before + run[-1].offset + 1, total)
        before += where.ends[slot]
        parts.append(
            Partition(topic=plain, number=slot[1], begin=begin, end=where.ends[slot], records=records)
        )
    report(plain, total, total)


def _runs(rows: Iterator[Row]) -> Iterator[list[Row]]:
    """Rows in lists, each as large as a chunk may be."""
    run: list[Row] = []
    size = 0
    for row in rows:
        run.append(row)
        size += len(row.value or b"") + len(row.key or b"")
        if len(run) >= CHUNK_ROWS or size >= CHUNK_BYTES:
            yield run
            run, size = [], 0
    if run:
        yield run


def _opened(bootstrap: str, slot: Slot, end: int) -> tuple[int, Iterator[Row]]:
    """The first offset that a partition has, and what is committed in it before another offset."""
    client = kafka.consumer(bootstrap, f"export-{uuid4()}")
    try:
        begin, _ = client.get_watermark_offsets(TopicPartition(*slot), _CALL_S)
        client.assign([TopicPartition(*slot, begin)])
    except KafkaException as error:
        client.close()
        raise kafka.explain(kafka.cause(error), f"reading {slot[0]}") from error
    return begin, _read(client, slot, begin, end)


def _read(client: Consumer, slot: Slot, begin: int, end: int) -> Iterator[Row]:
    following = begin

    def left() -> list[str]:
        return [f"{slot[0]}, partition {slot[1]}"] if following < end else []

    try:
        for messages in chunks(client, left, _CONSUMED, _CALL_S):
            for message in messages:
                error, offset = message.error(), message.offset() or 0
                if error is None:
                    following = offset + 1
                    if offset < end:
                        yield table.row_of(message)
                elif error.code() == KafkaError._PARTITION_EOF:  # noqa: SLF001 - how the client spells it
                    following = max(following, offset)
                else:
                    raise kafka.explain(error, f"reading {slot[0]}")
    finally:
        client.close()


def _topic(admin: AdminClient, topics: Topics, name: str) -> Topic:
    asked = admin.describe_configs([ConfigResource(ConfigResource.Type.TOPIC, name)])
    try:
        (found,) = [future.result(_CALL_S) for future in asked.values()]
    except KafkaException as error:
        raise TransientError(f"Kafka does not tell how {name} is kept: {error.args[0].str()}") from error
    own = ConfigSource.DYNAMIC_TOPIC_CONFIG.value
    config = {key: entry.value for key, entry in sorted(found.items()) if entry.source == own}
    return Topic(name=topics.plain(name), partitions=partitions(admin, name), config=config)
