from types import ModuleType

import numpy as np

from graph.reader import coverage, tracks
from graph.reader.reader import Reader
from graph.reader.within import Interval


def test_a_track_is_whole_in_order_and_cut_to_the_interval(reader: Reader, harbour: ModuleType) -> None:
    fixes = tracks.whole(reader, harbour.FERRY, Interval(harbour.at(0, 11, 10), harbour.at(0, 12, 0)))
    assert fixes.times.size == 11
    assert (np.diff(fixes.times) > 0).all()
    assert np.isnan(fixes.headings).all()
    assert fixes.courses.tolist() == [45.0] * 11


def test_pieces_of_one_hour_are_put_in_order(reader: Reader, harbour: ModuleType) -> None:
    piece = """
        MATCH (s:Subject {key: $key})-[e:HAS_TRACK]->(t {hour: $hour}) WITH s, e, t LIMIT 1
        CREATE (s)-[:HAS_TRACK {_sec: e._sec, _from: e._from, _to: e._to}]->(p:TrackSegment)
        SET p = t {.*, key: t.key + '/late', times: [t.times[0] + 60000], lons: [-74.0], lats: [40.7],
                   speeds: null, courses: null, headings: null}
    """
    hour = harbour.at(0, 3)
    reader.driver.execute_query(piece, key=harbour.TUG, hour=hour)
    try:
        fixes = tracks.whole(reader, harbour.TUG, Interval(hour, harbour.at(0, 4)))
        assert fixes.lons[1] == -74.0
        assert np.isnan(fixes.speeds[1])
        assert (np.diff(fixes.times) > 0).all()
    finally:
        reader.driver.execute_query("MATCH (p:TrackSegment) WHERE p.key ENDS WITH '/late' DETACH DELETE p")


def test_no_fixes_are_an_empty_track(reader: Reader) -> None:
    assert tracks.whole(reader, "urn:diurnal:subject:mmsi:1").times.size == 0


def test_positions_of_everybody(reader: Reader, harbour: ModuleType) -> None:
    sizes = {key: times.size for key, (times, _, _) in tracks.positions(reader).items()}
    assert sizes == {harbour.FERRY: 648, harbour.TUG: 72, harbour.SILENT: 1, harbour.LINE: 2}


def test_coverage_counts_hours_and_names_silences(reader: Reader, harbour: ModuleType) -> None:
    (source,) = coverage.by_source(reader)
    assert (source.source, source.fixes, source.subjects) == ("marinecadastre", 723, 4)
    assert source.hours[harbour.at(0, 11)] == 12
    assert source.silences()[0] == (harbour.at(0, 4), harbour.at(0, 11))
