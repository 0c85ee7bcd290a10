"""ONVIF metadata of cameras: an object whose plate was read is a sighting.

An object is an `Object` in a `Frame` of a metadata stream (ONVIF Analytics Service Specification, scene
description): its plate stands in `Appearance/LicensePlateInfo`, and where it is, if the camera knows that, in
`Appearance/GeoLocation`. An object without a plate is nobody's, and set aside. The receiver is the sensor:
the metadata do not name their camera.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element as Node
from xml.etree.ElementTree import tostring

import numpy as np
from numpy.typing import NDArray

from ingest.cameras.plates import plated
from ingest.document_feed import DocumentFeed
from ingest.elements import Element, gathered
from ingest.errors import FeedError
from ingest.feed import Block, Bounds, Parsed
from ingest.json_tracks import instant
from ingest.json_values import fraction
from ingest.xml_document import local, root_of

_HEAD: Final = b'<tt:MetadataStream xmlns:tt="http://www.onvif.org/ver10/schema"><tt:VideoAnalytics>'
_TAIL: Final = b"</tt:VideoAnalytics></tt:MetadataStream>"
_UNKNOWN: Final = "an object without a plate"
_EMPTY: Final = "a document without an object"


@dataclass(frozen=True)
class Onvif(DocumentFeed):
    """The feed."""

    name: str = "onvif"
    title: str = "ONVIF metadata of cameras as XML documents: objects whose plates were read are sightings"
    content_types: tuple[str, ...] = ("application/xml", "text/xml")
    example: str = "diurnal ingest onvif metadata.xml --label '*' --receiver gate-camera"

    def cut(self, document: bytes, most_bytes: int) -> Iterator[Block]:
        """The document as it is, or if it is large as several, each with some of its frames.

        Raises:
            FeedError: it is no XML, or a frame is larger than that.
        """
        root = root_of(document)
        frames = list(_named(root, "Frame"))
        if len(document) <= most_bytes:
            yield Block(document, sum(1 for _ in _elements(document)), 1)
            return
        at, some, size = 1, b"", 0
        for frame in frames:
            text = tostring(frame)
            if some and len(some) + len(text) > most_bytes - len(_HEAD + _TAIL):
                yield Block(_HEAD + some + _TAIL, size, at)
                at, some, size = at + size, b"", 0
            if len(text) > most_bytes - len(_HEAD + _TAIL):
                raise FeedError(f"a frame has {len(text):,} bytes, and a record {most_bytes:,} at most")
            some += text
            size += sum(1 for _ in _named(frame, "Object"))
        if some:
            yield Block(_HEAD + some + _TAIL, size, at)

    def parse(self, head: bytes, body: bytes, bounds: Bounds) -> Parsed:
        """Read a document."""
        del head
        return gathered(_elements(body), bounds, sparse=True)

    def times(self, head: bytes, body: bytes) -> NDArray[np.int64]:
        """The time of each object: epoch milliseconds, or NO_TIME."""
        del head
        return np.array([element.time for element in _elements(body)], dtype=np.int64)


def _named(root: Node, name: str) -> Iterator[Node]:
    return (node for node in root.iter() if local(node) == name)


def _elements(document: bytes) -> Iterator[Element]:
    try:
        root = root_of(document)
    except FeedError as error:
        yield Element(0, document.rstrip(b"\n"), fault=("", str(error)))
        return
    number = 0
    for frame in _named(root, "Frame"):
        time = instant(frame.get("UtcTime") or "")
        for thing in _named(frame, "Object"):
            yield _element(number, time, frame, thing)
            number += 1
    if number == 0:
        yield Element(0, b"", aside=_EMPTY)


def _element(number: int, time: int, frame: Node, thing: Node) -> Element:
    info = next(_named(thing, "LicensePlateInfo"), None)
    read = None if info is None else next(_named(info, "PlateNumber"), None)
    if info is None or read is None:
        return Element(number, b"", time=time, aside=_UNKNOWN)
    country = next((node.text or "" for node in _named(info, "CountryCode")), "")
    found = Element(number, _alone(frame, thing), plated(read.text or "", country), time)
    if found.named is None:
        found.fault = (
            "PlateNumber",
            f"the plate {(read.text or '')[:40]!r} is none: 1 to 15 letters and digits",
        )
    found.confidence = fraction(_number(read, "Likelihood"))
    found.reference = thing.get("ObjectId") or ""
    where = next(_named(thing, "GeoLocation"), None)
    if where is not None:
        found.lon, found.lat = _number(where, "lon"), _number(where, "lat")
    return found


def _alone(frame: Node, thing: Node) -> bytes:
    """A document with one object."""
    around = Node(frame.tag, frame.attrib)
    around.append(thing)
    return b"".join((_HEAD, tostring(around), _TAIL)).replace(b"\n", b" ")


def _number(node: Node, name: str) -> float:
    try:
        return float(node.get(name) or math.nan)
    except ValueError:
        return math.nan
