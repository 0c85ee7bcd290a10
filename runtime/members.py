"""Who is in a worker's group now, as Kafka sees it: those from whom it has heard within ten seconds."""

from typing import Final

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from runtime import kafka
from runtime.errors import TransientError

_CALL_S: Final = 3.0
_PATIENCE_S: Final = 12.0


@retry(
    retry=retry_if_exception_type(TransientError),
    stop=stop_after_delay(_PATIENCE_S),
    wait=wait_fixed(0.2),
    reraise=True,
)  # a Kafka that has just started is still reading up on its groups
def members(admin: AdminClient, group: str) -> dict[str, int]:
    """The members of a group by their static ids, and how many partitions each has.

    A member that works on one batch for ten minutes, or hangs, is none.

    Raises:
        TransientError: Kafka is away.
    """
    try:
        future = admin.describe_consumer_groups([group], request_timeout=_CALL_S)[group]
        described = future.result(_CALL_S + 1)
    except KafkaException as exception:
        error = kafka.cause(exception)
        if error.code() == KafkaError.GROUP_ID_NOT_FOUND:
            return {}
        raise kafka.explain(error, f"asking who is in the group {group}") from exception
    return {
        str(member.group_instance_id): len(member.assignment.topic_partitions if member.assignment else ())
        for member in described.members
    }
