"""GPS tracks as GPX: every point of every track that has a time is a fix. Routes and waypoints are set aside.

A track is whose the option `subject` says, else its <name>: no other element of GPX says whose it is.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element

import numpy as np
from numpy.typing import NDArray

from ingest.document_feed import TracksFeed
from ingest.errors import FeedError
from ingest.feed import NO_TIME, Block, Bounds, Parsed
from ingest.gps import KIND, SCHEME, SUBJECT, Point, gathered, nothing, whose
from ingest.options import Option, settle
from ingest.xml_document import local, root_of
from ontology.times import to_ms

if TYPE_CHECKING:
    from gpxpy.gpx import GPXTrackPoint

_EXTENSIONS: Final = ("speed", "course")
"""Of a point: in GPX 1.0 elements of its own, in 1.1 extensions, such as those of Garmin."""
_ADVICE: Final = "it may be cut off, give the whole file"
_HEAD: Final = b'<gpx version="1.1" creator="Diurnal" xmlns="http://www.topografix.com/GPX/1/1">'


@dataclass(frozen=True)
class Gpx(TracksFeed):
    """The feed."""

    name: str = "gpx"
    title: str = "GPS tracks as GPX"
    content_types: tuple[str, ...] = ("application/gpx+xml", "application/xml", "text/xml")
    example: str = "diurnal ingest gpx walk.gpx -o kind=Person -o subject=alice --label '*'"
    options: tuple[Option, ...] = (
        KIND,
        SCHEME,
        replace(SUBJECT, help="the identifier of what was tracked; else the name of each track"),
    )

    def cut(self, document: bytes, most_bytes: int) -> Iterator[Block]:
        """The document as it is, or if it is large as documents with some points of one track each.

        Raises:
            FeedError: it is no GPX, or has no point of a track.
        """
        root = root_of(document, _ADVICE, "gpx")
        tracks = list(_tracks(root))
        count = sum(len(points) for _, points in tracks)
        if not count:
            raise FeedError(
                "no point of a track (<trkpt>) is in the document; routes and waypoints are not read"
            )
        if len(document) <= most_bytes:
            yield Block(document, count, 1)
            return
        at = 1
        for name, points in tracks:
            for some in _pieces(points, most_bytes):
                yield Block(_document(name, some), len(some), at)
                at += len(some)

    def parse(self, head: bytes, body: bytes, bounds: Bounds) -> Parsed:
        """Read a document."""
        del head
        whom = whose(settle(self.name, self.options, self.given))
        try:
            root = root_of(body, _ADVICE, "gpx")
        except FeedError as error:
            return nothing(body, str(error))
        points = (point for name, elements in _tracks(root) for point in _points(name, elements))
        return gathered(points, whom, bounds, _left_out(root))

    def times(self, head: bytes, body: bytes) -> NDArray[np.int64]:
        """The time of each point: epoch milliseconds, or NO_TIME."""
        del head
        try:
            root = root_of(body, _ADVICE, "gpx")
        except FeedError:
            return np.array([NO_TIME], dtype=np.int64)
        found = [point.time for name, elements in _tracks(root) for point in _points(name, elements)]
        return np.array(found, dtype=np.int64)


def _children(element: Element, *names: str) -> Iterator[Element]:
    return (child for child in element if local(child) in names)


def _tracks(root: Element) -> Iterator[tuple[str, list[Element]]]:
    """The name and the points of each track."""
    for track in _children(root, "trk"):
        name = next((child.text or "" for child in _children(track, "name")), "").strip()
        segments = _children(track, "trkseg")
        yield name, [point for segment in segments for point in _children(segment, "trkpt")]


def _left_out(root: Element) -> dict[str, int]:
    counts = {name: sum(1 for _ in _children(root, name)) for name in ("rte", "wpt")}
    words = {"rte": "a route is a plan, not a track", "wpt": "a waypoint is a place, not a track"}
    return {words[name]: count for name, count in counts.items() if count}


def _points(name: str, elements: list[Element]) -> Iterator[Point]:
    read = _read(_document(name, elements)) if elements else []
    if read is not None and len(read) == len(elements):
        yield from (_point(name, element, point) for element, point in zip(elements, read, strict=True))
        return
    for element in elements:  # one of them spoils the reading of all
        alone = _read(_document(name, [element]))
        yield _point(name, element, alone[0] if alone else None)


def _read(document: bytes) -> "list[GPXTrackPoint] | None":
    import gpxpy  # loading it takes a while, and only who reads GPX needs it
    from gpxpy.gpx import GPXException

    try:
        parsed = gpxpy.parse(document)
    except (GPXException, ValueError, TypeError, AttributeError, OverflowError):
        return None
    return [point for track in parsed.tracks for segment in track.segments for point in segment.points]


def _point(name: str, element: Element, point: "GPXTrackPoint | None") -> Point:
    found = Point(lambda: _document(name, [element]), name)
    time = next((child.text or "" for child in _children(element, "time")), None)
    if point is None:
        said = {"lat": element.get("lat"), "lon": element.get("lon"), "time": time}
        found.fault = "trkpt", f"a point of the track cannot be read: {said}"
    elif time is not None and point.time is None:
        found.fault = "time", f"time {time!r} is not of the form 2020-12-01T04:49:45Z"
    else:
        found.lon, found.lat = float(point.longitude), float(point.latitude)
        if point.time is not None:
            found.time = to_ms(point.time)
        found.speed, found.course = (_number(element, wanted) for wanted in _EXTENSIONS)
        if not found.speed >= 0:
            found.speed = math.nan
        if not 0 <= found.course < 360:
            found.course = math.nan
    return found


def _number(element: Element, wanted: str) -> float:
    for child in element.iter():
        if local(child) == wanted:
            try:
                return float(child.text or "")
            except ValueError:
                return math.nan
    return math.nan


def _document(name: str, points: list[Element]) -> bytes:
    """A document with some points of one track."""
    track = Element("trk")
    if name:
        ET.SubElement(track, "name").text = name
    segment = ET.SubElement(track, "trkseg")
    segment.extend(_plain(point) for point in points)
    return _HEAD + ET.tostring(track) + b"</gpx>"


def _plain(point: Element) -> Element:
    """A point without the namespace of GPX, which the document around it gives."""
    copy = Element(_bare(point.tag), point.attrib)
    copy.text = point.text if point.text and point.text.strip() else None
    copy.extend(_plain(child) for child in point)
    return copy


def _bare(tag: str) -> str:
    """Extensions keep their namespaces; those of GPX 1.0 and 1.1 go."""
    space, _, local = tag.rpartition("}")
    return local if not space or "topografix.com/GPX/1/" in space else tag


def _pieces(points: list[Element], most_bytes: int) -> Iterator[list[Element]]:
    some: list[Element] = []
    size = 0
    for point in points:
        length = len(ET.tostring(_plain(point)))
        if some and size + length > most_bytes // 2:
            yield some
            some, size = [], 0
        some.append(point)
        size += length
    if some:
        yield some
