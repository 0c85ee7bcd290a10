"""Reads a compacted topic: the last value of each key."""

from runtime.replay import everything


def latest(bootstrap: str, topic: str) -> dict[str, bytes]:
    """The last committed value under each key; keys whose value was deleted are left out.

    Raises:
        TransientError: Kafka is away.
    """
    values: dict[str, bytes] = {}
    for chunk in everything(bootstrap, topic):
        for record in chunk:
            key = (record.key or b"").decode("utf-8", "replace")
            if record.value:
                values[key] = record.value
            else:
                values.pop(key, None)
    return values
