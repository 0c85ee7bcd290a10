"""Per-fix RDF and back: nothing is lost, whatever the order of the triples."""

import random
from dataclasses import replace

import numpy as np
import pyoxigraph
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st

from ontology.errors import RdfError, ShapeError, UnwritableError
from ontology.fixes import compact, expand
from ontology.observed import TrackSegment
from ontology.segment import read_segment, write_segment
from ontology.times import from_ms
from tests.ontology.things import segments

HOUR = 1606795200000
SEGMENT = TrackSegment(
    "urn:diurnal:segment:0123456789abcdef0123456789abcdef",
    "urn:diurnal:subject:mmsi:367073680",
    "roof",
    "nyharbor",
    "*",
    from_ms(HOUR),
    np.array([HOUR, HOUR + 2500, HOUR + 2500]),
    np.array([-74.01, -74.02, -74.0]),
    np.array([40.7, 40.71, 40.7]),
    speeds=np.array([1.5, np.nan, 0.1]),
    headings=np.array([np.nan, np.nan, np.nan]),
)


@given(segments(unique=True))
def test_compact_undoes_expand(segment: TrackSegment) -> None:
    assert compact(expand(segment)) == [segment]


@given(segments(unique=True), st.randoms(use_true_random=False))
def test_the_order_of_triples_does_not_matter(segment: TrackSegment, order: random.Random) -> None:
    lines = expand(segment).splitlines(keepends=True)
    order.shuffle(lines)
    assert compact(b"".join(lines)) == [segment]


@given(segments(unique=True))
def test_the_way_over_the_log_and_back_loses_nothing(segment: TrackSegment) -> None:
    found = read_segment(write_segment(segment))
    assert found is not None
    assert compact(expand(found)) == [segment]


@given(st.lists(segments(unique=True), max_size=3, unique_by=lambda segment: segment.key))
def test_several_segments_come_back(several: list[TrackSegment]) -> None:
    assert compact(b"".join(map(expand, several))) == several


def piece(start: int, end: int) -> TrackSegment:
    names = ("times", "lons", "lats", "speeds", "headings")
    return replace(SEGMENT, **{name: getattr(SEGMENT, name)[start:end] for name in names})


def test_pieces_of_an_hour_become_one() -> None:
    assert compact(expand(piece(1, 3)) + expand(piece(0, 2))) == [SEGMENT]
    silent = replace(piece(0, 1), speeds=None)
    (found,) = compact(expand(silent) + expand(piece(1, 3)))
    assert found == replace(SEGMENT, speeds=np.array([np.nan, np.nan, 0.1]))


def test_a_fix_is_an_observation_of_some_14_triples() -> None:
    data = expand(replace(SEGMENT, courses=SEGMENT.headings))
    assert data.count(b"\n") == 14 * 3
    assert len(rdflib.Graph().parse(data=data, format="nt")) == 14 * 3
    assert len(list(pyoxigraph.parse(data, format=pyoxigraph.RdfFormat.N_TRIPLES))) == 14 * 3
    assert b'resultTime> "2020-12-01T04:00:02.500+00:00"' in data
    assert b'asWKT> "POINT(-74.02 40.71)"' in data


def test_a_crs_of_wgs_84_is_read_and_another_refused() -> None:
    crs = b'"<http://www.opengis.net/def/crs/OGC/1.3/CRS84> POINT('
    assert compact(expand(SEGMENT).replace(b'"POINT(', crs)) == compact(expand(SEGMENT))
    with pytest.raises(ShapeError, match="POINT"):
        compact(expand(SEGMENT).replace(b'"POINT(', b'"<http://www.opengis.net/def/crs/EPSG/0/27700> POINT('))


def test_fixes_that_could_not_be_told_apart_are_refused() -> None:
    with pytest.raises(UnwritableError, match="each once"):
        expand(replace(SEGMENT, lons=np.array([-74.01, -74.0, -74.02])))
    with pytest.raises(UnwritableError, match="each once"):
        expand(replace(SEGMENT, lons=np.zeros(3), lats=np.zeros(3)))


@pytest.mark.parametrize("lost", [b"resultTime", b"asWKT", b"madeBySensor", b"isPartOf", b"label", b"hour"])
def test_an_observation_that_lacks_something_is_refused(lost: bytes) -> None:
    lines = [line for line in expand(SEGMENT).splitlines(keepends=True) if lost + b">" not in line]
    with pytest.raises(ShapeError, match=f"{lost.decode()}> needs one value"):
        compact(b"".join(lines))


def test_foreign_sensors_and_bad_values_are_refused() -> None:
    with pytest.raises(ShapeError, match="sensor"):
        compact(expand(SEGMENT).replace(b"urn:diurnal:sensor:roof", b"http://example.org/roof"))
    with pytest.raises(ShapeError, match="xsd:double"):
        compact(expand(SEGMENT).replace(b'"1.5"', b'"fast"'))
    with pytest.raises(ShapeError, match="hour"):
        compact(expand(SEGMENT).replace(b"2020-12-01T04:00:02", b"2020-12-01T05:00:02"))
    with pytest.raises(RdfError, match="line 2"):
        compact(expand(SEGMENT).replace(b" .\n", b" .\n<", 1))


def test_nothing_gives_nothing() -> None:
    assert compact(b"") == []
    assert compact(write_segment(SEGMENT)) == []
