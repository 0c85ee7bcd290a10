"""Who is in a worker's group now, as Kafka sees it: those from whom it has heard within ten seconds."""

from typing import Final

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from runtime import kafka

_TIMEOUT_S: Final = 10.0


def members(admin: AdminClient, group: str) -> dict[str, int]:
    """The members of a group by their static ids, and how many partitions each has.

    A member that works on one batch for ten minutes, or hangs, is none.

    Raises:
        TransientError: Kafka is away.
    """
    found = admin.describe_consumer_groups([group], request_timeout=_TIMEOUT_S)[group]
    try:
        described = found.result(_TIMEOUT_S + 1)
    except KafkaException as exception:
        raise kafka.explain(kafka.cause(exception), f"asking who is in the group {group}") from exception
    return {
        str(member.group_instance_id): len(member.assignment.topic_partitions if member.assignment else ())
        for member in described.members
    }
