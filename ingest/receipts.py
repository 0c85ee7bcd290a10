"""What of a file was published, kept in the log in the same transaction: so that it is published once."""

import hashlib
from dataclasses import asdict, dataclass
from typing import Any

import orjson

from runtime import compacted
from runtime.record import Headers, Record
from runtime.topics import Topics


@dataclass(frozen=True, slots=True)
class Receipt:
    """How far a source was published.

    Attributes:
        file: its name.
        block_lines: lines in a block at most; whoever goes on must cut alike.
        blocks: blocks published.
        lines: lines in them.
        latest: the latest time in them that is believed, epoch milliseconds.
        done: whether that is all.
        place: where to go on in a file that is followed.
    """

    file: str
    block_lines: int
    blocks: int = 0
    lines: int = 0
    latest: int | None = None
    done: bool = False
    place: dict[str, Any] | None = None


def key(feed: str, sha256: str, *policy: str | bool | None) -> str:
    """Under what a file's receipt is kept: the file, and the options that decide what is made of it."""
    digest = hashlib.blake2b(orjson.dumps(policy), digest_size=8).hexdigest()
    return f"{feed}/{sha256}/{digest}"


def find(bootstrap: str, topics: Topics, wanted: str) -> Receipt | None:
    """The receipt under a key, if there is one.

    Raises:
        TransientError: Kafka is away, or has no topic for receipts yet.
    """
    value = compacted.latest(bootstrap, topics.receipts).get(wanted)
    return Receipt(**orjson.loads(value)) if value else None


def record(topics: Topics, under: str, receipt: Receipt) -> Record:
    """The record that keeps a receipt."""
    return Record(topics.receipts, under.encode(), orjson.dumps(asdict(receipt)), Headers())
