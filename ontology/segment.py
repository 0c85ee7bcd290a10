"""Track segments in RDF, in one fixed shape written and recognised directly: a million fixes pass here.

The shape is plain N-Triples, which any parser reads. `read_segment` takes only what `write_segment` writes;
whatever else says the same in RDF is read by `ontology.rdf`, with the same result.
"""

import re
from datetime import datetime
from functools import lru_cache
from itertools import repeat
from math import inf
from typing import Final, NamedTuple, TypeAlias

import h3.api.basic_int as h3
import numpy as np
import orjson
from pyoxigraph import Literal, RdfFormat, parse

from ontology import iri, ntriples
from ontology.errors import UnwritableError
from ontology.moving import MEASURES, assemble, check
from ontology.observed import TrackSegment
from ontology.terms import (
    DATE_TIME,
    IES,
    IN_PERIOD,
    IS_STATE_OF,
    ISO_PERIOD,
    JSON,
    PARTICULAR_PERIOD,
    TYPE,
    ours,
)
from ontology.times import from_text, to_ms, to_text

CELL_RESOLUTION: Final = 7
"""H3 cells with edges of about 1.4 km."""
TRACK: Final = ours("track")
"""The predicate of the fixes."""

Extent: TypeAlias = tuple[float, float, float, float]
_SEVENS: Final = repeat(CELL_RESOLUTION)
_SMALL: Final = 0.002
"""Degrees: so near that a parallel is a straight line to the millimetre."""

segment_key = iri.segment

_SHAPE: Final = (
    f"%(key)s <{TYPE}> <{IES}State> .\n"
    f"%(key)s <{TYPE}> <{ours('TrackSegment')}> .\n"
    f"%(key)s <{IS_STATE_OF}> %(subject)s .\n"
    f"%(key)s <{ours('sensor')}> %(sensor)s .\n"
    f"%(key)s <{ours('source')}> %(source)s .\n"
    f"%(key)s <{ours('label')}> %(label)s .\n"
    f'%(key)s <{ours("hour")}> "%(hour)s:00:00+00:00"^^<{DATE_TIME}> .\n'
    f"%(key)s <{IN_PERIOD}> <{iri.ROOT}period:%(hour)s> .\n"
    f"<{iri.ROOT}period:%(hour)s> <{TYPE}> <{PARTICULAR_PERIOD}> .\n"
    f'<{iri.ROOT}period:%(hour)s> <{ISO_PERIOD}> "%(hour)s" .\n'
    f'%(key)s <{ours("boundingBox")}> "[%(box)s]"^^<{JSON}> .\n'
    f'%(key)s <{ours("cells")}> "[%(cells)s]"^^<{JSON}> .\n'
    f'%(key)s <{TRACK}> "'
    r"{\"type\":\"Feature\",\"temporalGeometry\":{\"type\":\"MovingPoint\",\"datetimes\":[%(times)s],"
    r"\"coordinates\":[[%(positions)s]],\"interpolation\":\"Discrete\"}%(properties)s}"
    f'"^^<{JSON}> .\n'
)
_PROPERTIES: Final = r",\"temporalProperties\":[{\"datetimes\":[%(times)s]%(measures)s}]"
_MEASURE: Final = r",\"%(name)s\":{\"type\":\"Measure\",\"form\":\"%(unit)s\",\"values\":[%(values)s]}"

_SHAPE_BYTES: Final = _SHAPE.encode()
_PROPERTIES_BYTES: Final = _PROPERTIES.encode()
_MEASURE_BYTES: Final = [
    (_MEASURE % {"name": name, "unit": unit, "values": "%b"}).encode() for name, unit in MEASURES.items()
]


def write_segment(segment: TrackSegment) -> bytes:
    """A track segment as N-Triples.

    Raises:
        UnwritableError: the arrays do not fit together, are out of order or out of the hour, or hold a
            position off the globe or an infinite value.
    """
    times, lons, lats, values, extent = listed(segment)
    instants = orjson.dumps(times)[1:-1]
    positions = orjson.dumps(list(zip(lons, lats, strict=True)))[2:-2]
    if b"n" in positions:
        raise UnwritableError(f"{segment.key}: every fix has a position")
    measures = b"".join(
        text % orjson.dumps(column)[1:-1]
        for text, column in zip(_MEASURE_BYTES, values, strict=True)
        if column is not None
    )
    return _SHAPE_BYTES % {
        b"key": ntriples.iri(segment.key),
        b"subject": ntriples.iri(segment.subject),
        b"sensor": _quoted(segment.sensor),
        b"source": _quoted(segment.source),
        b"label": _quoted(segment.label),
        b"hour": _hour_text(segment.hour),
        b"box": _box(lons, extent),
        b"cells": _cells(lons, lats, extent),
        b"times": instants,
        b"positions": positions,
        b"properties": _PROPERTIES_BYTES % {b"times": instants, b"measures": measures} if measures else b"",
    }


def read_segment(data: bytes) -> TrackSegment | None:
    """The track segment in a record that holds one, as `write_segment` writes it; None for anything else.

    Raises:
        ShapeError: the record has the shape, but its arrays do not fit together.
    """
    match = _RECOGNISED.fullmatch(data)
    if match is None:
        return None
    key, subject, sensor, source, label, hour, times, positions, *values = match.groups()
    listed = b",".join([b"null" if column is None else b"[" + column + b"]" for column in values])
    try:
        instants, coordinates, *measures = orjson.loads(b"[[%b],[[%b]],%b]" % (times, positions, listed))
        start, start_ms = _hour(hour)
        sensor, source, label = _unquoted(sensor), _unquoted(source), _unquoted(label)
    except (ValueError, SyntaxError):
        return None
    if len(measures) != len(MEASURES):
        return None
    fixes = assemble(start_ms, instants, coordinates, measures)
    return TrackSegment(key.decode(), subject.decode(), sensor, source, label, start, *fixes)


class Listed(NamedTuple):
    """The arrays of a segment as lists, checked."""

    times: list[int]
    lons: list[float]
    lats: list[float]
    columns: list[list[float] | None]
    """Speeds, courses, headings."""
    extent: Extent


def listed(segment: TrackSegment) -> Listed:
    """The arrays of a segment as lists, which for some dozen fixes are faster than arrays.

    Raises:
        UnwritableError: they are not the fixes of the segment's hour, in order of time.
    """
    times, lons, lats = segment.times.tolist(), segment.lons.tolist(), segment.lats.tolist()
    columns = [
        None if column is None else column.tolist()
        for column in (segment.speeds, segment.courses, segment.headings)
    ]
    try:
        extent = check(to_ms(segment.hour), times, lons, lats, columns)
    except ValueError as error:
        raise UnwritableError(f"{segment.key}: {error}") from error
    if segment.times.dtype != np.int64:
        raise UnwritableError(f"{segment.key}: times are int64 milliseconds, not {segment.times.dtype}")
    if any(column is not None and (inf in column or -inf in column) for column in columns):
        raise UnwritableError(f"{segment.key}: a value is finite, or NaN where it is missing")
    return Listed(times, lons, lats, columns, extent)


def _box(lons: list[float], extent: Extent) -> bytes:
    """West, south, east, north; west is greater than east across the antimeridian (RFC 7946, 5.2)."""
    west, south, east, north = extent
    if east - west > 180:
        west = min(lon for lon in lons if lon >= 0)
        east = max(lon for lon in lons if lon < 0)
    return orjson.dumps((west, south, east, north))[1:-1]


def _cells(lons: list[float], lats: list[float], extent: Extent) -> bytes:
    west, south, east, north = extent
    if len(lons) > 4 and east - west < _SMALL and north - south < _SMALL and -80 < south < 80:
        corners = set(map(h3.latlng_to_cell, (south, south, north, north), (west, east, west, east), _SEVENS))
        if len(corners) == 1:  # cells are convex: what lies between the corners lies in it too
            return b'\\"%x\\"' % corners.pop()
    cells = sorted(set(map(h3.latlng_to_cell, lats, lons, _SEVENS)))
    return b",".join([b'\\"%x\\"' % cell for cell in cells])


@lru_cache(maxsize=4096)
def _quoted(text: str) -> bytes:
    return ntriples.quoted(text)


@lru_cache(maxsize=4096)
def _unquoted(inside: bytes) -> str:
    """The text within the quotes of a literal; escapes are left to the parser."""
    if b"\\" not in inside:
        return inside.decode()
    (quad,) = parse(b'<urn:x> <urn:x> "' + inside + b'" .', format=RdfFormat.N_TRIPLES)
    return str(quad.object.value) if isinstance(quad.object, Literal) else ""


@lru_cache(maxsize=4096)
def _hour_text(hour: datetime) -> bytes:
    return to_text(hour)[:13].encode()


@lru_cache(maxsize=4096)
def _hour(text: bytes) -> tuple[datetime, int]:
    hour = from_text(text.decode() + ":00:00+00:00")
    return hour, to_ms(hour)


def _pattern(shape: str, groups: dict[str, str]) -> str:
    """A shape as a regular expression: a placeholder's group where it first stands, then the same again."""
    seen: set[str] = set()
    parts = re.split(r"%\((\w+)\)s", shape)
    for index, part in enumerate(parts):
        if index % 2 == 0:
            parts[index] = re.escape(part)
        elif part in seen:
            parts[index] = f"(?P={part})"
        else:
            parts[index] = groups[part]
            seen.add(part)
    return "".join(parts)


_LITERAL: Final = r'"([^"\\\r\n]*(?:\\.[^"\\\r\n]*)*)"'
_IRI_PART: Final = r"[A-Za-z0-9._~:@!$&'()*+,;=/-]*"
_COLUMN: Final = r"([0-9.,eE+\-nul]*)"
_OPTIONAL_MEASURES: Final = "".join(
    "(?:"
    + _pattern(_MEASURE % {"name": name, "unit": unit, "values": "%(values)s"}, {"values": _COLUMN})
    + ")?"
    for name, unit in MEASURES.items()
)
_OPTIONAL_PROPERTIES: Final = _pattern(_PROPERTIES, {"times": "(?P=times)", "measures": _OPTIONAL_MEASURES})
_RECOGNISED: Final = re.compile(
    _pattern(
        _SHAPE.replace("%(key)s", "<%(key)s>").replace("%(subject)s", "<%(subject)s>"),
        {
            "key": rf"(?P<key>{iri.ROOT}segment:[0-9a-f]{{32}})",
            "subject": rf"(urn:{_IRI_PART}(?:%[0-9A-Fa-f]{{2}}{_IRI_PART})*)",
            "sensor": _LITERAL,
            "source": _LITERAL,
            "label": _LITERAL,
            "hour": r"(?P<hour>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2})",
            "box": r"[0-9.,eE+\-]*",
            "cells": r'(?:\\"[0-9a-f]*\\",?)*',
            "times": r"(?P<times>[0-9,\-]*)",
            "positions": r"([0-9.,eE+\-\[\]]*)",
            "properties": f"(?:{_OPTIONAL_PROPERTIES})?",
        },
    ).encode()
)
