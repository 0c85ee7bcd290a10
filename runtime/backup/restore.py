"""An export back into an empty log: every record where it stood, and every group where it was."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Final

from confluent_kafka import (
    ConsumerGroupTopicPartitions,
    IsolationLevel,
    KafkaError,
    KafkaException,
    TopicPartition,
)
from confluent_kafka.admin import AdminClient

from runtime import kafka, lag
from runtime.backup import importing, table
from runtime.backup.container import opened
from runtime.backup.cut import group_names
from runtime.backup.errors import BackupError, TargetError
from runtime.backup.manifest import Chunk, Manifest
from runtime.backup.place import Placer, take_over
from runtime.concluders import ANALYTICS
from runtime.consumer import Slot
from runtime.errors import TransientError
from runtime.topics import DERIVED, VIEWS, Topics

Report = Callable[[str, int, int], None]
"""Told of "verifying" or of a topic, how much is done, and of how much."""

_OF_VIEWS: Final = f"{ANALYTICS}-"
"""The groups of those who conclude: one, or one for each view."""
_CALL_S: Final = 20.0


def verify(path: Path, report: Report = lambda *_: None) -> Manifest:
    """Read an export whole, and compare every checksum.

    Raises:
        ArchiveError: it is not whole, damaged, or none.
    """
    with opened(path) as archive:
        chunks = archive.manifest.chunks
        for done, chunk in enumerate(chunks, 1):
            archive.read(chunk)
            report("verifying", done, len(chunks))
        return archive.manifest


def import_log(
    bootstrap: str,
    topics: Topics,
    path: Path,
    *,
    only: Sequence[str] = (),
    conclude_anew: bool = False,
    report: Report = lambda *_: None,
) -> Manifest:
    """Write an export into a log that has nothing of these topics.

    The whole file is verified before anything is written. An import that was interrupted is begun anew by
    calling it again: what it had written is deleted first, and no worker starts before it is done.

    Args:
        bootstrap: Kafka's `host:port`.
        topics: the installation's, whose prefix may be another than the export's.
        path: the export.
        only: plain names of topics; else all that the export holds.
        conclude_anew: leave out what was concluded, and that the analytics had read anything.
        report: told of the progress.

    Raises:
        ArchiveError: the export is not whole, or damaged: nothing was written.
        TargetError: one of the topics holds records, or a group is at work: nothing was written.
        OffsetError: a record did not land where it was to: import again.
        TransientError: Kafka is away.
    """
    whole = verify(path, report)
    said = _only(_observed(whole) if conclude_anew else whole, only)
    admin = kafka.admin(bootstrap)
    _see_that_nobody_works(admin, topics)
    names = [topics.name(topic.name) for topic in said.topics]
    _clear_away(bootstrap, admin, topics)
    _see_that_all_are_empty(admin, names)
    importing.delete(admin, names)
    importing.mark(bootstrap, topics, names)
    importing.make(admin, topics, said.topics)
    _write(bootstrap, topics, path, said, report)
    _set_groups(admin, topics, said)
    importing.unmark(admin, topics)
    return said


def _clear_away(bootstrap: str, admin: AdminClient, topics: Topics) -> None:
    """Delete what an import that was interrupted has written."""
    interrupted = importing.marked(bootstrap, topics)
    if interrupted is None:
        return
    for slot in lag.ends(admin, interrupted, IsolationLevel.READ_UNCOMMITTED):
        take_over(bootstrap, slot)
    importing.delete(admin, interrupted)
    importing.unmark(admin, topics)


def _observed(said: Manifest) -> Manifest:
    """Less what the analytics made, under which profiles, and how far they had come."""
    made = {DERIVED, VIEWS}
    topics = [topic.name for topic in said.topics if topic.name.removesuffix(".dlq") not in made]
    kept = _only(said, topics)
    groups = [at for at in kept.groups if at.group != ANALYTICS and not at.group.startswith(_OF_VIEWS)]
    return kept.model_copy(update={"groups": groups})


def _only(said: Manifest, only: Sequence[str]) -> Manifest:
    if not only:
        return said
    if missing := sorted(set(only) - {topic.name for topic in said.topics}):
        raise BackupError(f"the export has no topic {', '.join(missing)}. Nothing was written")
    return said.model_copy(
        update={
            "topics": [each for each in said.topics if each.name in only],
            "partitions": [each for each in said.partitions if each.topic in only],
            "chunks": [each for each in said.chunks if each.topic in only],
            "groups": [each for each in said.groups if each.topic in only],
        }
    )


def _see_that_nobody_works(admin: AdminClient, topics: Topics) -> None:
    names = group_names(admin, topics)
    if not names:
        return
    try:
        asked = admin.describe_consumer_groups(names, request_timeout=_CALL_S)
        busy = [name for name, future in asked.items() if future.result().members]
    except KafkaException as error:
        raise TransientError(f"Kafka does not tell who reads: {error.args[0].str()}") from error
    if busy:
        raise TargetError(
            f"{', '.join(sorted(busy))} read this log: end these workers first (`diurnal down`). Nothing was"
            " written"
        )


def _see_that_all_are_empty(admin: AdminClient, names: Sequence[str]) -> None:
    full = sorted({slot[0] for slot, end in lag.ends(admin, names).items() if end > 0})
    if full:
        raise TargetError(
            f"{', '.join(full)} hold records already: import into a home, or under a DIURNAL_TOPIC_PREFIX,"
            " that was never used. Nothing was written"
        )


def _write(bootstrap: str, topics: Topics, path: Path, said: Manifest, report: Report) -> None:
    totals: Counter[str] = Counter()
    chunks: defaultdict[Slot, list[Chunk]] = defaultdict(list)
    for part in said.partitions:
        totals[part.topic] += part.records
    for chunk in said.chunks:
        chunks[chunk.topic, chunk.partition].append(chunk)
    compacted = {topic.name for topic in said.topics if topic.compacted}
    written: Counter[str] = Counter()
    with opened(path) as archive:
        for part in said.partitions:
            slot = (topics.name(part.topic), part.number)
            placer = Placer(bootstrap, slot, exact=part.topic not in compacted)
            for chunk in chunks[part.topic, part.number]:
                placer.write(table.read(archive.read(chunk)))
                written[part.topic] += chunk.records
                report(part.topic, written[part.topic], totals[part.topic])
            placer.finish(part.end)


def _set_groups(admin: AdminClient, topics: Topics, said: Manifest) -> None:
    for group, each in groupby(sorted(said.groups, key=lambda at: at.group), key=lambda at: at.group):
        at = [TopicPartition(topics.name(one.topic), one.partition, one.offset) for one in each]
        _set_group(admin, topics.name(group), at)


def _set_group(admin: AdminClient, group: str, at: Iterable[TopicPartition]) -> None:
    wanted = [ConsumerGroupTopicPartitions(group, list(at))]
    try:
        admin.alter_consumer_group_offsets(wanted, request_timeout=_CALL_S)[group].result(_CALL_S)
    except KafkaException as error:
        cause: KafkaError = error.args[0]
        raise TransientError(f"Kafka does not keep how far {group} had come: {cause.str()}") from error
