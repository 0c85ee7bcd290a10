"""GPS tracks as KML: gx:Track (a time and a place for each point), and placemarks with a time and a point.

A track is whose the option `subject` says, else the name of its placemark. Lines without times, polygons and
models are shapes, not tracks, and set aside (OGC 12-007r2; Track is in the standard since KML 2.3).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final
from xml.etree.ElementTree import Element as Node
from xml.etree.ElementTree import SubElement, tostring

import numpy as np
from numpy.typing import NDArray

from ingest.document_feed import TracksFeed
from ingest.errors import FeedError
from ingest.feed import NO_TIME, Block, Bounds, Parsed
from ingest.gps import KIND, SCHEME, SUBJECT, Point, gathered, nothing, whose
from ingest.json_tracks import instant
from ingest.options import Option, settle
from ingest.xml_document import local, root_of

_ADVICE: Final = "KMZ is to be unzipped before"
_HEAD: Final = (
    b'<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2"><Document>'
)
_TAIL: Final = b"</Document></kml>"
_GX: Final = "{http://www.google.com/kml/ext/2.2}"
_SHAPES: Final = ("LineString", "LinearRing", "Polygon", "Model")


@dataclass(frozen=True)
class Kml(TracksFeed):
    """The feed."""

    name: str = "kml"
    title: str = "GPS tracks as KML: gx:Track, and placemarks with a time (unzip KMZ before)"
    content_types: tuple[str, ...] = ("application/vnd.google-earth.kml+xml", "application/xml", "text/xml")
    example: str = "diurnal ingest kml flight.kml -o kind=Aircraft -o subject=G-ABCD --label '*'"
    options: tuple[Option, ...] = (
        KIND,
        SCHEME,
        replace(SUBJECT, help="the identifier of what was tracked; else the name of each placemark"),
    )

    def cut(self, document: bytes, most_bytes: int) -> Iterator[Block]:
        """The document as it is, or if it is large as documents with some points of one placemark each.

        Raises:
            FeedError: it is no KML, or has no point with a time.
        """
        root = root_of(document, _ADVICE, "kml")
        marks = [(name, list(points)) for name, points in _marks(root)]
        count = sum(len(points) for _, points in marks)
        if not count:
            raise FeedError("no gx:Track and no placemark with a time is in the document")
        if len(document) <= most_bytes:
            yield Block(document, count, 1)
            return
        most = max(1, most_bytes // 400)  # a point is written in some 200 bytes
        at = 1
        for name, points in marks:
            for begin in range(0, len(points), most):
                some = points[begin : begin + most]
                yield Block(_document(name, some), len(some), at)
                at += len(some)

    def parse(self, head: bytes, body: bytes, bounds: Bounds) -> Parsed:
        """Read a document."""
        del head
        whom = whose(settle(self.name, self.options, self.given))
        try:
            root = root_of(body, _ADVICE, "kml")
        except FeedError as error:
            return nothing(body, str(error))
        shapes = sum(1 for node in root.iter() if local(node) in _SHAPES)
        return gathered(_points(root), whom, bounds, {"a shape is no track": shapes} if shapes else {})

    def times(self, head: bytes, body: bytes) -> NDArray[np.int64]:
        """The time of each point: epoch milliseconds, or NO_TIME."""
        del head
        try:
            root = root_of(body, _ADVICE, "kml")
        except FeedError:
            return np.array([NO_TIME], dtype=np.int64)
        return np.array([point.time for point in _points(root)], dtype=np.int64)


_Place = tuple[str, str]
"""A time and coordinates, as they stand there."""


def _text(node: Node, name: str) -> str:
    return next((" ".join((child.text or "").split()) for child in node if local(child) == name), "")


def _marks(root: Node) -> Iterator[tuple[str, Iterator[_Place]]]:
    """The name and the places of each placemark."""
    for mark in root.iter():
        if local(mark) == "Placemark":
            yield _text(mark, "name"), _places(mark)


def _places(mark: Node) -> Iterator[_Place]:
    tracks = [node for node in mark.iter() if local(node) == "Track"]
    for track in tracks:
        whens = [" ".join((node.text or "").split()) for node in track if local(node) == "when"]
        coords = [",".join((node.text or "").split()) for node in track if local(node) == "coord"]
        count = max(len(whens), len(coords))
        yield from zip(
            whens + [""] * (count - len(whens)), coords + [""] * (count - len(coords)), strict=True
        )
    stamp = next((node for node in mark if local(node) == "TimeStamp"), None)
    where = next((node for node in mark if local(node) == "Point"), None)
    if not tracks and stamp is not None and where is not None:
        yield _text(stamp, "when"), _text(where, "coordinates")


def _points(root: Node) -> Iterator[Point]:
    return (_point(name, place) for name, places in _marks(root) for place in places)


def _point(name: str, place: _Place) -> Point:
    when, where = place
    found = Point(lambda: _document(name, [place]), name, instant(when))
    try:
        found.lon, found.lat = (float(part) for part in where.split(",")[:2])
    except ValueError:
        found.fault = "coordinates", f"coordinates are longitude, latitude, not {where[:40]!r}"
    if found.time == NO_TIME:
        found.fault = "when", f"time {when[:40]!r} is not of the form 2020-12-01T04:49:45Z"
    return found


def _document(name: str, places: list[_Place]) -> bytes:
    """A document with some places of one placemark."""
    mark = Node("Placemark")
    SubElement(mark, "name").text = name
    track = SubElement(mark, f"{_GX}Track")
    for when, _ in places:
        SubElement(track, "when").text = when
    for _, where in places:
        SubElement(track, f"{_GX}coord").text = where.replace(",", " ")
    return _HEAD + tostring(mark) + _TAIL
