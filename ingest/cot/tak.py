"""Cursor-on-Target as protobuf: version 1 of the TAK protocol, by takproto.

A document is one message of a mesh (`BF 01 BF`, then the message), or messages of a stream one after another
(`BF`, its length as a varint, the message): what was taken from the network with its framing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ingest.cot.events import Event, told
from ingest.document_feed import DocumentFeed
from ingest.elements import Element, gathered
from ingest.errors import FeedError
from ingest.feed import NO_TIME, Block, Bounds, Parsed

# What decodes protobuf takes a while to load, so only who reads some loads it.

_MAGIC: Final = 0xBF
_MESH: Final = b"\xbf\x01\xbf"
_LONGEST: Final = 1024 * 1024
_CONTROL: Final = "a message of the protocol itself, without an event"


class _Message(NamedTuple):
    """A message without its framing; `fault` says what is wrong where it has none."""

    payload: bytes
    fault: str = ""

    @property
    def raw(self) -> bytes:
        """The message as one of a stream."""
        return bytes([_MAGIC]) + _varint(len(self.payload)) + self.payload


@dataclass(frozen=True)
class Tak(DocumentFeed):
    """The feed."""

    name: str = "tak"
    title: str = "Cursor-on-Target as protobuf (TAK protocol 1), files of messages with their framing"
    content_types: tuple[str, ...] = ("application/x-protobuf", "application/octet-stream")
    example: str = "diurnal ingest tak stream.bin --label '*' --receiver tak"

    def cut(self, document: bytes, most_bytes: int) -> Iterator[Block]:
        """The messages as one document, or if it is large as several.

        Raises:
            FeedError: it begins with no message of the protocol.
        """
        every = list(_messages(document))
        if not every or not document.startswith(bytes([_MAGIC])):
            raise FeedError("it is no TAK protocol: a message begins with the byte BF")
        if len(document) <= most_bytes:
            yield Block(document, len(every), 1)
            return
        some: list[bytes] = []
        at = size = 0
        for one in every:
            if some and size + len(one.raw) > most_bytes:
                yield Block(b"".join(some), len(some), at + 1)
                at, some, size = at + len(some), [], 0
            some.append(one.raw)
            size += len(one.raw)
        yield Block(b"".join(some), len(some), at + 1)

    def parse(self, head: bytes, body: bytes, bounds: Bounds) -> Parsed:
        """Read a document."""
        del head
        return gathered(_elements(body), bounds)

    def times(self, head: bytes, body: bytes) -> NDArray[np.int64]:
        """The time of each message: epoch milliseconds, or NO_TIME."""
        del head
        return np.array([element.time for element in _elements(body)], dtype=np.int64)


def _messages(document: bytes) -> Iterator[_Message]:
    if document.startswith(_MESH):
        yield _Message(document[len(_MESH) :])
        return
    at = 0
    while at < len(document) and document[at:] != b"\n":
        size, begin = _length(document, at + 1)
        if document[at] != _MAGIC or size is None:
            yield _Message(
                document[at : at + _LONGEST], "is no message: one begins with the byte BF and its length"
            )
            return
        if size > _LONGEST or begin + size > len(document):
            yield _Message(document[at : at + _LONGEST], f"has {size:,} bytes by its length: it was cut off")
            return
        yield _Message(document[begin : begin + size])
        at = begin + size


def _length(document: bytes, at: int) -> tuple[int | None, int]:
    """A varint, and what comes after it."""
    value = 0
    for place, byte in enumerate(document[at : at + 5]):
        value |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:
            return value, at + place + 1
    return None, at


def _varint(value: int) -> bytes:
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*found, value])


def _elements(document: bytes) -> Iterator[Element]:
    for number, message in enumerate(_messages(document)):
        found = _parsed(message.payload) if not message.fault else None
        if message.fault:
            yield Element(number, message.payload, fault=("", message.fault))
        elif found is None:
            yield Element(
                number, message.raw, fault=("", "is no message of the TAK protocol: it was garbled")
            )
        elif not found.HasField("cotEvent"):
            yield Element(number, message.raw, aside=_CONTROL)
        else:
            yield told(_event(found.cotEvent), number, message.raw)


def _parsed(payload: bytes) -> Any:  # noqa: ANN401 - a TakMessage, or None
    from google.protobuf.message import DecodeError
    from takproto.proto import TakMessage

    # Behind the last message a raw record may have a line's end.
    for some in (payload, payload.removesuffix(b"\n")):
        found = TakMessage()
        try:
            found.ParseFromString(some)
        except (DecodeError, UnicodeDecodeError):
            continue
        return found
    return None


def _event(said: Any) -> Event:  # noqa: ANN401 - a CotEvent
    track = said.detail.track if said.detail.HasField("track") else None
    return Event(
        uid=said.uid.strip(),
        type=said.type.strip(),
        time=int(said.sendTime or said.startTime) or NO_TIME,
        lat=said.lat,
        lon=said.lon,
        accuracy=said.ce,
        call_sign=said.detail.contact.callsign,
        speed=track.speed if track is not None else float("nan"),
        course=track.course if track is not None else float("nan"),
    )
