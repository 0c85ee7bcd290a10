"""Links of a chain: each entry holds the hash of the one before it, and is hashed itself.

The hash is SHA-256 over the canonical form: JSON with sorted keys, no spaces, UTF-8, and no number but whole
ones. Whoever can write to the log could compute a chain anew, so each hash is marked with an HMAC, too, whose
key the log does not hold. What is sealed is hashed as it lies there: when its key is destroyed, the chain
still holds.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

import orjson

from runtime.audit.errors import BrokenError

GENESIS: Final = "0" * 64
"""What stands for the hash before the first entry of a chain."""
_OWN: Final = ("hash", "mark")


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry stands.

    Attributes:
        writer: the chain's writer.
        number: from 1 on.
        hash: the entry's own hash, in hex.
    """

    writer: str
    number: int
    hash: str

    def document(self) -> dict[str, Any]:
        """As JSON's types."""
        return {"writer": self.writer, "number": self.number, "hash": self.hash}

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Place:
        """From its document."""
        return cls(str(said["writer"]), int(said["number"]), str(said["hash"]))


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as it lies in the log, whole in itself.

    Attributes:
        place: where it stands.
        previous: the hash of the one before it.
        key: names the key of its mark.
        mark: HMAC-SHA-256 of its hash, in hex.
        body: all that was hashed.
    """

    place: Place
    previous: str
    key: str
    mark: str
    body: Mapping[str, Any]


def canonical(document: Mapping[str, Any]) -> bytes:
    """The one way to write a document."""
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)


def mark_of(key: bytes, hash_: str) -> str:
    """The mark of a hash."""
    return hmac.new(key, bytes.fromhex(hash_), sha256).hexdigest()


def linked(
    body: Mapping[str, Any], writer: str, number: int, previous: str, key: tuple[str, bytes]
) -> tuple[Place, bytes]:
    """The next link: where it stands, and its bytes.

    Args:
        body: what it says.
        writer: the chain's writer.
        number: the place of the link.
        previous: the hash of the one before.
        key: name and bytes of the key for marks.
    """
    hashed = {**body, "writer": writer, "number": number, "previous": previous, "key": key[0]}
    found = sha256(canonical(hashed)).hexdigest()
    return Place(writer, number, found), canonical({**hashed, "hash": found, "mark": mark_of(key[1], found)})


def read(value: bytes) -> Link:
    """A link from its bytes; its mark is not looked at.

    Raises:
        BrokenError: it is none, or one of its bytes was changed.
    """
    try:
        said = orjson.loads(value)
        body = {name: part for name, part in said.items() if name not in _OWN}
        link = Link(Place.of(said), str(said["previous"]), str(said["key"]), str(said["mark"]), body)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BrokenError("is no entry") from None
    if sha256(canonical(body)).hexdigest() != link.place.hash:
        raise BrokenError("was changed: its hash is another")
    if canonical(said) != value:  # what is not hashed must not hide anything, either
        raise BrokenError("was changed: it is not written in the one way that there is")
    return link
