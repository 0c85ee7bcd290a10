"""How Diurnal sets up its Kafka clients, and what their errors mean."""

from typing import Any, Final

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer
from confluent_kafka.admin import AdminClient

from runtime.bounded import bounded
from runtime.errors import FencedError, LostOffsetError, SettingsError, TransientError, WorkerError
from runtime.telemetry import KAFKA_CLIENT
from runtime.topics import MAX_RECORD_BYTES

TRANSACTION_TIMEOUT_S: Final = 15.0
"""After this long Kafka itself aborts the transaction of a worker that died."""
_HEARTBEAT_MS: Final = 1_000
FENCE_NOTICE_S: Final = 3 * _HEARTBEAT_MS / 1_000
"""Within this long a consumer learns from its heartbeats that another took its place."""
_CALL_S: Final = 20.0

_LOST: Final = frozenset({KafkaError.OFFSET_OUT_OF_RANGE, KafkaError._AUTO_OFFSET_RESET})  # noqa: SLF001 - how the client spells its local codes
_FENCED_MEMBER: Final = frozenset({KafkaError.FENCED_INSTANCE_ID})
_REFUSED: Final = frozenset(
    {
        KafkaError.TOPIC_AUTHORIZATION_FAILED,
        KafkaError.GROUP_AUTHORIZATION_FAILED,
        KafkaError.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
        KafkaError.CLUSTER_AUTHORIZATION_FAILED,
        KafkaError.SASL_AUTHENTICATION_FAILED,
        KafkaError.UNSUPPORTED_VERSION,
    }
)


def explain(error: KafkaError, doing: str) -> WorkerError:
    """The error of ours that a Kafka error means, while doing something."""
    code = error.code()
    said = f"{doing}: {error.str()} ({error.name()})"
    if code in _FENCED_MEMBER or (code == KafkaError._FATAL and "fenced" in error.str().lower()):  # noqa: SLF001
        return FencedError(
            f"{said}. Another worker runs with the same group and instance number: stop one of them"
        )
    if code in _LOST:
        return LostOffsetError(
            f"{said}. The log no longer has what was to be read next, and to skip it would lose records:"
            " restore the log from its export, or rebuild what was projected from it"
        )
    if code in _REFUSED:
        return SettingsError(
            f"{said}. Kafka refuses this: check its address, its version and its access rules"
        )
    return TransientError(said)


def cause(exception: KafkaException) -> KafkaError:
    """The error inside an exception of the Kafka client."""
    error: KafkaError = exception.args[0]
    return error


def _common(bootstrap: str) -> dict[str, Any]:
    return {
        "bootstrap.servers": bootstrap,
        "reconnect.backoff.ms": 100,
        "reconnect.backoff.max.ms": 2_000,
        "socket.keepalive.enable": True,
        "topic.metadata.refresh.interval.ms": 30_000,
        "logger": KAFKA_CLIENT,
    }


def admin(bootstrap: str) -> AdminClient:
    """A client that creates topics and asks about them."""
    return AdminClient(_common(bootstrap))


def consumer(bootstrap: str, group: str, **more: object) -> Consumer:
    """A consumer of what is committed, which never commits by itself nor jumps over what was lost."""
    return Consumer(
        {
            **_common(bootstrap),
            "group.id": group,
            "isolation.level": "read_committed",
            "enable.auto.commit": False,
            "enable.auto.offset.store": False,
            "auto.offset.reset": "error",
            "enable.partition.eof": True,
            "session.timeout.ms": 10_000,
            "heartbeat.interval.ms": _HEARTBEAT_MS,
            "max.poll.interval.ms": 600_000,
            "fetch.message.max.bytes": MAX_RECORD_BYTES,
            "fetch.max.bytes": 8 * MAX_RECORD_BYTES,
            "queued.max.messages.kbytes": 8_192,
            "fetch.wait.max.ms": 100,
            "fetch.queue.backoff.ms": 20,
            **more,
        }
    )


def producer(bootstrap: str, transactional_id: str | None = None, **more: object) -> Producer:
    """A producer that neither loses, doubles nor reorders; transactional where it gets an id for that."""
    settings = _common(bootstrap) | {
        "enable.idempotence": True,
        "compression.type": "lz4",
        "partitioner": "murmur2_random",
        "linger.ms": 20,
        "batch.size": 1_048_576,
        "batch.num.messages": 100_000,
        "message.max.bytes": MAX_RECORD_BYTES + 65_536,
        "queue.buffering.max.messages": 1_000_000,
        "queue.buffering.max.kbytes": 32_768,
    }
    if transactional_id is not None:
        settings |= {
            "transactional.id": transactional_id,
            "transaction.timeout.ms": int(TRANSACTION_TIMEOUT_S * 1000),
        }
    return Producer(settings | more)


def begin_transactions(client: Producer) -> None:
    """Take over the producer's transactional id: whoever had it can write no more, and its rest is aborted.

    Raises:
        TransientError: Kafka is away.
    """
    try:
        with bounded(4 * _CALL_S, "taking over the transactions"):
            client.init_transactions(_CALL_S)
    except KafkaException as exception:
        raise explain(cause(exception), "taking over the transactions") from exception
