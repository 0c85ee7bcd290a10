"""The mark of a log that is being written from an export: a topic, there for as long as the import lasts.

A worker that began on half a log would draw conclusions from half of it, so `Topics.ensure`, with which each
worker begins, refuses while the mark stands. It names the topics, so that an import that was interrupted can
be cleared away, and nothing else with it.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import Final

import orjson
from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient, NewTopic  # type: ignore[attr-defined]  # missing in their __all__

from runtime import kafka
from runtime.backup.manifest import Topic
from runtime.errors import SettingsError, TransientError
from runtime.record import Record
from runtime.replay import everything
from runtime.topics import IMPORTING, Topics
from runtime.transaction import send

_CALL_S: Final = 20.0
_LOOK_EVERY_S: Final = 0.05


def marked(bootstrap: str, topics: Topics) -> list[str] | None:
    """Full names of the topics of an import that was not finished; None where there is none.

    Raises:
        TransientError: Kafka is away.
    """
    name = topics.name(IMPORTING)
    if name not in kafka.admin(bootstrap).list_topics(timeout=_CALL_S).topics:
        return None
    names: list[str] = []
    for chunk in everything(bootstrap, name):
        for record in chunk:
            names += orjson.loads(record.value)
    return names


def mark(bootstrap: str, topics: Topics, names: Sequence[str]) -> None:
    """Say which topics are about to be made and filled.

    Raises:
        TransientError: Kafka is away.
        SettingsError: Kafka refuses.
    """
    name = topics.name(IMPORTING)
    create(kafka.admin(bootstrap), [_new(name, 1, topics.replicas, {"retention.ms": "-1"})])
    producer = kafka.producer(bootstrap)
    send(producer, Record(name, None, orjson.dumps(list(names))))
    if producer.flush(_CALL_S):
        producer.purge()
        raise TransientError("Kafka does not take the mark of the import")


def unmark(admin: AdminClient, topics: Topics) -> None:
    """The import is done: workers may begin."""
    delete(admin, [topics.name(IMPORTING)])


def make(admin: AdminClient, topics: Topics, wanted: Iterable[Topic]) -> None:
    """Make topics with the partitions and the settings that they had."""
    create(
        admin,
        [_new(topics.name(each.name), each.partitions, topics.replicas, each.config) for each in wanted],
    )


def _new(name: str, partitions: int, replicas: int, config: dict[str, str]) -> NewTopic:
    return NewTopic(name, num_partitions=partitions, replication_factor=replicas, config=config)


def create(admin: AdminClient, wanted: Sequence[NewTopic]) -> None:
    """Create topics, and wait until they are seen.

    Raises:
        TransientError: Kafka is away.
        SettingsError: Kafka refuses.
    """
    for name, future in admin.create_topics(list(wanted)).items():
        try:
            future.result(_CALL_S)
        except KafkaException as error:
            cause = kafka.cause(error)
            kind = TransientError if cause.retriable() else SettingsError
            raise kind(f"Kafka does not create the topic {name}: {cause.str()}") from error
    _await(admin, {new.topic for new in wanted}, there=True)


def delete(admin: AdminClient, names: Sequence[str]) -> None:
    """Delete topics, those that are there, and wait until they are gone."""
    there = [name for name in names if name in admin.list_topics(timeout=_CALL_S).topics]
    for name, future in admin.delete_topics(there).items() if there else ():
        try:
            future.result(_CALL_S)
        except KafkaException as error:
            cause = kafka.cause(error)
            if cause.code() != KafkaError.UNKNOWN_TOPIC_OR_PART:
                raise TransientError(f"Kafka does not delete the topic {name}: {cause.str()}") from error
    _await(admin, set(there), there=False)


def _await(admin: AdminClient, names: set[str], *, there: bool) -> None:
    deadline = time.monotonic() + _CALL_S
    while names and (names <= admin.list_topics(timeout=_CALL_S).topics.keys()) != there:
        if time.monotonic() > deadline:
            raise TransientError(f"Kafka does not show what became of {', '.join(sorted(names))}")
        time.sleep(_LOOK_EVERY_S)
