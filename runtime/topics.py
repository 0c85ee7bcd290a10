"""What the topics are called, how they are kept, and how they come to be."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient, ConfigResource, NewTopic  # type: ignore[attr-defined]

from runtime.errors import SettingsError, TransientError

KNOWLEDGE: Final = "knowledge"
DERIVED: Final = "derived"
LABELS: Final = "labels"
RECEIPTS: Final = "receipts"
AUDIT: Final = "audit"
"""Who asked what, in one order: its one partition is never spread."""
VIEWS: Final = "views"
VERDICTS: Final = "verdicts"
RULES: Final = "rules"
DISTRIBUTIONS: Final = "distribution-lifecycle"
IMPORTING: Final = "importing"
"""There while an export is being imported; see `runtime.backup.importing`."""
MAX_RECORD_BYTES: Final = 8 * 1024 * 1024
"""The largest record, in bytes of key, value and headers."""

_COMPACTED: Final = frozenset({LABELS, RECEIPTS, VIEWS, RULES, DISTRIBUTIONS})
_TRUTH: Final = frozenset({KNOWLEDGE, DERIVED, VERDICTS, AUDIT, *_COMPACTED})
_DEFAULT_PARTITIONS: Final = {KNOWLEDGE: 4, DERIVED: 4}
_TIMEOUT_S: Final = 15.0


@dataclass(frozen=True, slots=True)
class Topics:
    """The full names of the topics, and of the groups that read them, of one installation.

    Attributes:
        prefix: stands before every name, so that several installations share a Kafka.
        replicas: copies that Kafka keeps of each topic.
        raw_partitions: how many a feed's topic gets when it is made; one that is there keeps what it has.
    """

    prefix: str = ""
    replicas: int = 1
    raw_partitions: int = 1

    def name(self, plain: str) -> str:
        """The full name of a topic, a group or a transaction."""
        return self.prefix + plain

    def plain(self, name: str) -> str:
        """The name less the prefix."""
        return name.removeprefix(self.prefix)

    def raw(self, feed: str) -> str:
        """Where a feed's records lie as they were received."""
        return self.name(f"raw.{feed}")

    def dead_letters(self, topic: str) -> str:
        """Where the records of a topic (its full name) go that cannot be processed."""
        return f"{topic}.dlq"

    @property
    def knowledge(self) -> str:
        """What was observed."""
        return self.name(KNOWLEDGE)

    @property
    def derived(self) -> str:
        """What was concluded."""
        return self.name(DERIVED)

    @property
    def labels(self) -> str:
        """The interned pairs of label and distribution."""
        return self.name(LABELS)

    @property
    def receipts(self) -> str:
        """What files were published, and how far."""
        return self.name(RECEIPTS)

    @property
    def views(self) -> str:
        """Under which profile each view concludes."""
        return self.name(VIEWS)

    @property
    def verdicts(self) -> str:
        """What analysts said of findings."""
        return self.name(VERDICTS)

    @property
    def rules(self) -> str:
        """What analysts want to be told at once."""
        return self.name(RULES)

    @property
    def distributions(self) -> str:
        """Who answers for each distribution, and whether its data may be seen."""
        return self.name(DISTRIBUTIONS)

    @property
    def loaded(self) -> list[str]:
        """What the graph is made of: what was observed, what was concluded, and what was said of that."""
        return [self.knowledge, self.derived, self.verdicts]

    @property
    def audit(self) -> str:
        """Who asked what; its writers make it when they first write."""
        return self.name(AUDIT)

    def all(self, feeds: Iterable[str]) -> list[str]:
        """Every topic of an installation with these feeds, dead letters included."""
        read = [*(self.raw(feed) for feed in feeds), *self.loaded, self.rules]
        kept = [self.labels, self.receipts, self.views, self.distributions]
        return [*read, *(self.dead_letters(topic) for topic in read), *kept]

    def is_truth(self, name: str) -> bool:
        """Whether a full name is that of a topic from which all else can be had again."""
        plain = self.plain(name).removesuffix(".dlq")
        return name.startswith(self.prefix) and (plain in _TRUTH or plain.startswith("raw."))

    def ensure(self, admin: AdminClient, names: Iterable[str]) -> None:
        """Create the topics that are not there yet; safe to call again and from several processes.

        Raises:
            TransientError: Kafka is away.
            SettingsError: Kafka refuses, or a topic is kept for a limited time only.
        """
        wanted = list(dict.fromkeys(names))
        existing = _existing(admin).keys()
        if self.name(IMPORTING) in existing:
            raise SettingsError(
                "an export of a log is being imported here, or its import was interrupted: wait until it is"
                " done, or call `diurnal import-log` again, which begins it anew"
            )
        there = existing & set(wanted)
        _check_kept(admin, [name for name in there if self.plain(name) not in _COMPACTED])
        missing = [self._new(name) for name in wanted if name not in there]
        for name, future in admin.create_topics(missing).items() if missing else ():
            _settle(name, future)
        _await(admin, set(wanted))

    def _new(self, name: str) -> NewTopic:
        plain = self.plain(name)
        keep = (
            {"cleanup.policy": "compact"}
            if plain in _COMPACTED
            else {"cleanup.policy": "delete", "retention.ms": "-1", "retention.bytes": "-1"}
        )
        return NewTopic(
            name,
            num_partitions=self._partitions(plain),
            replication_factor=self.replicas,
            config={**keep, "max.message.bytes": str(MAX_RECORD_BYTES + 65536)},
        )

    def _partitions(self, plain: str) -> int:
        raw = plain.startswith("raw.") and not plain.endswith(".dlq")
        return self.raw_partitions if raw else _DEFAULT_PARTITIONS.get(plain, 1)


def partitions(admin: AdminClient, name: str) -> int:
    """How many partitions a topic has.

    Raises:
        TransientError: Kafka is away, or does not know the topic (yet).
    """
    found = _existing(admin, name).get(name)
    if not found:
        raise TransientError(f"Kafka has no topic {name} yet")
    return found


def _existing(admin: AdminClient, name: str | None = None) -> dict[str, int]:
    try:
        listed = (
            admin.list_topics(topic=name, timeout=_TIMEOUT_S)
            if name
            else admin.list_topics(timeout=_TIMEOUT_S)
        )
    except KafkaException as error:
        raise TransientError(f"Kafka does not answer: {error.args[0].str()}") from error
    return {name: len(topic.partitions) for name, topic in listed.topics.items() if topic.error is None}


def _await(admin: AdminClient, names: set[str]) -> None:
    deadline = time.monotonic() + _TIMEOUT_S
    while missing := names - _existing(admin).keys():
        if time.monotonic() > deadline:
            raise TransientError(f"Kafka does not show the topics {', '.join(sorted(missing))} yet")
        time.sleep(0.02)


def _settle(name: str, future: object) -> None:
    try:
        future.result(_TIMEOUT_S)  # type: ignore[attr-defined]
    except KafkaException as error:
        cause = error.args[0]
        if cause.code() == KafkaError.TOPIC_ALREADY_EXISTS:
            return
        kind = TransientError if cause.retriable() else SettingsError
        raise kind(f"Kafka does not create the topic {name}: {cause.str()}") from error


def _check_kept(admin: AdminClient, names: list[str]) -> None:
    if not names:
        return
    futures = admin.describe_configs([ConfigResource(ConfigResource.Type.TOPIC, name) for name in names])
    for resource, future in futures.items():
        try:
            found = future.result(_TIMEOUT_S)
        except KafkaException as error:
            raise TransientError(
                f"Kafka does not tell how {resource.name} is kept: {error.args[0].str()}"
            ) from error
        if found["retention.ms"].value != "-1":
            raise SettingsError(
                f"the topic {resource.name} drops records after {found['retention.ms'].value} ms, and the log"
                " is the truth: set its retention.ms to -1"
            )
