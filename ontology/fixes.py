"""Per-fix RDF of a track segment, losslessly there and back, for whoever wants a node for every fix.

Every fix is a sosa:Observation that says all that its segment says, so that it stands on its own, and any
set of fixes goes back into segments. A value that a sensor has but did not give is NaN; one that it does not
have is not said.
"""

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any, Final, NamedTuple

import numpy as np
from pyoxigraph import NamedNode, RdfFormat, parse

from ontology import iri, moving, ntriples
from ontology.errors import RdfError, ShapeError, UnwritableError
from ontology.literals import codec
from ontology.observed import TrackSegment
from ontology.segment import listed
from ontology.terms import (
    AS_WKT,
    DATE_TIME,
    DOUBLE,
    HAS_GEOMETRY,
    IS_PART_OF,
    SOSA_FEATURE,
    SOSA_OBSERVATION,
    SOSA_RESULT_TIME,
    SOSA_SENSOR,
    TYPE,
    WKT,
    ours,
)
from ontology.times import from_ms, from_text, to_ms, to_text

FIX: Final = ours("Fix")
_MEASURES: Final = tuple(ours(name) for name in moving.MEASURES)
_POINT: Final = re.compile(
    r"(?:<http://www\.opengis\.net/def/crs/OGC/1\.3/CRS84> )?POINT ?\(([-+.0-9eE]+) ([-+.0-9eE]+)\)"
)
_double: Final = codec(float).decode


def expand(segment: TrackSegment) -> bytes:
    """One observation a fix, in N-Triples; a fix's IRI is the segment's, its time, longitude and latitude.

    Raises:
        UnwritableError: the segment is not well formed, or two fixes are the same in time and place or out
            of that order, so that they could not be told apart again.
    """
    times, lons, lats, columns, _ = listed(segment)
    if any(not one < other for one, other in pairwise(zip(times, lons, lats, strict=True))):
        raise UnwritableError(f"{segment.key}: order the fixes by time and place, and give each once")
    said = _said_of_all(segment)
    given = [
        (f'> <{name}> "', [_text(value) for value in column])
        for name, column in zip(_MEASURES, columns, strict=True)
        if column is not None
    ]
    texts = np.datetime_as_string(segment.times.astype("datetime64[ms]")).tolist()
    lines = []
    for index, (time, lon, lat, text) in enumerate(zip(times, lons, lats, texts, strict=True)):
        measures = [name + values[index] for name, values in given]
        when = f'{_RESULT_TIME}"{text}+00:00"{_DATE_TIME}'
        where = f'/geometry> <{AS_WKT}> "POINT({lon!r} {lat!r})"{_WKT}'
        fix = f"<{segment.key}/{time}/{lon!r}/{lat!r}"
        lines.append(fix.join((*said, when, _HAS_GEOMETRY, _GEOMETRY_END, where, *measures)))
    return "".join(lines).encode()


def compact(data: bytes) -> list[TrackSegment]:
    """The segments of observations, in the order in which they are first mentioned; the triples in any order.

    Raises:
        RdfError: the data is no N-Triples.
        ShapeError: an observation lacks something, or the fixes of a segment do not fit together.
    """
    said = _resources(data)
    segments: dict[_Whole, list[_Fix]] = {}
    for key, values in said.items():
        if FIX in values.get(TYPE, ()):
            whole, fix = _observation(key, values, said)
            segments.setdefault(whole, []).append(fix)
    return [_segment(whole, fixes) for whole, fixes in segments.items()]


class _Whole(NamedTuple):
    """What all fixes of a segment share, in the order of a TrackSegment's fields."""

    key: str
    subject: str
    sensor: str
    source: str
    label: str
    hour_ms: int


class _Fix(NamedTuple):
    time: int
    lon: float
    lat: float
    measures: tuple[float | None, ...]


_DATE_TIME: Final = f"^^<{DATE_TIME}> .\n"
_DOUBLE: Final = f'"^^<{DOUBLE}> .\n'
_WKT: Final = f"^^<{WKT}> .\n"
_RESULT_TIME: Final = f"> <{SOSA_RESULT_TIME}> "
_HAS_GEOMETRY: Final = f"> <{HAS_GEOMETRY}> "
_GEOMETRY_END: Final = "/geometry> .\n"

Values = Mapping[str, list[Any]]


def _text(value: float) -> str:
    return f"{'NaN' if value != value else repr(value)}{_DOUBLE}"


def _said_of_all(segment: TrackSegment) -> list[str]:
    """The lines that all fixes share, without the fix before them."""
    pairs = (
        (TYPE, ntriples.iri(SOSA_OBSERVATION)),
        (TYPE, ntriples.iri(FIX)),
        (SOSA_FEATURE, ntriples.iri(segment.subject)),
        (SOSA_SENSOR, ntriples.iri(iri.sensor(segment.sensor))),
        (IS_PART_OF, ntriples.iri(segment.key)),
        (ours("source"), ntriples.quoted(segment.source)),
        (ours("label"), ntriples.quoted(segment.label)),
        (ours("hour"), ntriples.literal(to_text(segment.hour), DATE_TIME)),
    )
    return ["", *(f"> <{predicate}> {value.decode()} .\n" for predicate, value in pairs)]


def _resources(data: bytes) -> dict[str, dict[str, list[Any]]]:
    said: dict[str, dict[str, list[Any]]] = {}
    try:
        for quad in parse(data, format=RdfFormat.N_TRIPLES):
            if isinstance(quad.subject, NamedNode):
                values = said.setdefault(quad.subject.value, {}).setdefault(quad.predicate.value, [])
                value = getattr(quad.object, "value", None)
                if value not in values:
                    values.append(value)
    except SyntaxError as error:
        raise RdfError(str(error.msg), error.lineno) from error
    return said


def _observation(key: str, values: Values, said: Mapping[str, Values]) -> tuple[_Whole, _Fix]:
    sensor = iri.sensor_id(_one(key, values, SOSA_SENSOR))
    if sensor is None:
        raise ShapeError(
            f"{key}: <{SOSA_SENSOR}> is no sensor of ours; build its IRI with ontology.iri.sensor"
        )
    geometry = _one(key, values, HAS_GEOMETRY)
    lon, lat = _position(key, _one(geometry, said.get(geometry, {}), AS_WKT))
    try:
        whole = _Whole(
            _one(key, values, IS_PART_OF),
            _one(key, values, SOSA_FEATURE),
            sensor,
            _one(key, values, ours("source")),
            _one(key, values, ours("label")),
            to_ms(from_text(_one(key, values, ours("hour")))),
        )
        time = to_ms(from_text(_one(key, values, SOSA_RESULT_TIME)))
        measures = tuple(_double(_one(key, values, name)) if name in values else None for name in _MEASURES)
    except ValueError as error:
        raise ShapeError(f"{key}: {error}") from error
    return whole, _Fix(time, lon, lat, measures)


def _one(key: str, values: Values, predicate: str) -> str:
    found = values.get(predicate, [])
    if len(found) != 1:
        raise ShapeError(f"{key}: <{predicate}> needs one value and has {len(found)}")
    return str(found[0])


def _position(key: str, text: str) -> tuple[float, float]:
    match = _POINT.fullmatch(text)
    if match is None:
        raise ShapeError(f"{key}: {text!r} is no POINT(longitude latitude) in WGS 84")
    return _double(match[1]), _double(match[2])


def _segment(whole: _Whole, fixes: Iterable[_Fix]) -> TrackSegment:
    ordered = sorted(fixes, key=lambda fix: fix[:3])
    columns = [list(column) for column in zip(*(fix.measures for fix in ordered), strict=True)]
    arrays = moving.assemble(
        whole.hour_ms,
        [fix.time for fix in ordered],
        [[fix.lon, fix.lat] for fix in ordered],
        [None if all(value is None for value in column) else column for column in columns],
    )
    key, subject, sensor, source, label, hour_ms = whole
    return TrackSegment(key, subject, sensor, source, label, from_ms(hour_ms), *arrays)
