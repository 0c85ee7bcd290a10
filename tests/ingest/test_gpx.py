"""The feed of GPX."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.errors import FeedError
from ingest.feed import NO_TIME, Bounds, Parsed
from ingest.gpx import Gpx
from ontology.times import to_ms

BOUNDS = Bounds(to_ms(datetime(2000, 1, 1, tzinfo=UTC)), to_ms(datetime(2027, 1, 1, tzinfo=UTC)))
AT = to_ms(datetime(2024, 3, 1, 10, tzinfo=UTC))
MOST = 4 * 1024 * 1024
GARMIN = (
    '<extensions><g:TrackPointExtension xmlns:g="http://www.garmin.com/xmlschemas/TrackPointExtension/v2">'
    "<g:speed>2.5</g:speed><g:course>45</g:course></g:TrackPointExtension></extensions>"
)


def point(
    second: int = 0, lat: str = "51.5", lon: str = "-0.1", more: str = "", time: str | None = None
) -> str:
    at = f"2024-03-01T10:{second // 60:02}:{second % 60:02}Z" if time is None else time
    return f'<trkpt lat="{lat}" lon="{lon}"><ele>4</ele><time>{at}</time>{more}</trkpt>'


def gpx(*tracks: tuple[str, list[str]], version: str = "1/1", more: str = "") -> bytes:
    told = "".join(
        f"<trk><name>{name}</name><trkseg>{''.join(points)}</trkseg></trk>" for name, points in tracks
    )
    head = f'<?xml version="1.0"?><gpx version="1.1" creator="t" xmlns="http://www.topografix.com/GPX/{version}">'
    return f"{head}{more}{told}</gpx>".encode()


def parse(document: bytes, **options: str) -> Parsed:
    return Gpx().configured(options).parse(b"", document + b"\n", BOUNDS)


def test_each_point_of_a_track_is_a_fix_of_the_one_tracked() -> None:
    parsed = parse(gpx(("run", [point(0), point(5, more=GARMIN)])), kind="Person", subject="alice")
    assert [(n.kind, n.scheme, n.value) for n in parsed.named] == [("Person", "Tracker", "alice")]
    assert parsed.times.tolist() == [AT, AT + 5000]
    motion = parsed.motion
    assert motion is not None
    assert motion.speeds is not None
    assert motion.courses is not None
    assert (motion.lons.tolist(), motion.lats.tolist()) == ([-0.1, -0.1], [51.5, 51.5])
    np.testing.assert_array_equal(motion.speeds, [np.nan, 2.5])
    np.testing.assert_array_equal(motion.courses, [np.nan, 45])


def test_without_a_subject_a_track_is_its_names() -> None:
    parsed = parse(gpx(("bus 4", [point()]), ("bus 5", [point()]), ("", [point()])))
    assert [named.value for named in parsed.named] == ["bus 4", "bus 5"]
    [reject] = parsed.rejects
    assert (reject.line, reject.field) == (2, "subject")
    assert "-o subject=" in reject.reason


def test_the_first_version_has_speed_and_course_itself() -> None:
    motion = parse(gpx(("x", [point(more="<course>10</course><speed>3</speed>")]), version="1/0")).motion
    assert motion is not None
    assert motion.speeds is not None
    assert motion.speeds.tolist() == [3.0]


@pytest.mark.parametrize(
    ("bad", "expected"),
    [
        (point(lat="91"), "lat: latitude 91 is outside -90..90"),
        (point(lat="x"), "trkpt: a point of the track cannot be read: {'lat': 'x'"),
        (point(lat="nan"), "lat: latitude nan is outside"),
        ('<trkpt lon="1"/>', "trkpt: a point of the track cannot be read"),
        (point(time="yesterday"), "time: time 'yesterday' is not of the form"),
        (point(time="1970-01-01T00:00:00Z"), "time: time 1970-01-01T00:00:00+00:00 is before 2000"),
        ('<trkpt lat="1" lon="1"/>', "time: has no time"),
    ],
)
def test_a_bad_point_is_refused_alone_and_can_be_given_again(bad: str, expected: str) -> None:
    parsed = parse(gpx(("run", [point(0), bad, point(9)])))
    assert parsed.rows.tolist() == [0, 2]
    [reject] = parsed.rejects
    assert reject.line == 1
    assert f"{reject.field}: {reject.reason}".startswith(expected)
    again = parse(reject.raw)
    assert [(one.line, one.reason) for one in again.rejects] == [(0, reject.reason)]


def test_routes_and_waypoints_are_noted() -> None:
    more = '<wpt lat="1" lon="1"/><rte><rtept lat="1" lon="1"/></rte>'
    parsed = parse(gpx(("run", [point()]), more=more))
    assert parsed.lines == 1
    assert sorted(parsed.notes.values()) == [1, 1]


BOMB = b"""<!DOCTYPE gpx [<!ENTITY a "aaaaaaaaaa">%b]><gpx><trk><name>&h;</name></trk></gpx>""" % b"".join(
    b'<!ENTITY %c "%b">' % (c, b"&%c;" % (c - 1) * 10) for c in b"bcdefgh"
)


@pytest.mark.parametrize("bad", [b"<gpx><trk>", b"hello", b"<kml/>", b"\xff\xfe\x00", BOMB])
def test_what_is_no_gpx_is_refused_before_it_is_published_and_kept_whole_after(bad: bytes) -> None:
    with pytest.raises(FeedError):
        list(Gpx().cut(bad, MOST))
    [reject] = parse(bad).rejects
    assert reject.raw == bad
    assert len(Gpx().times(b"", bad)) == 1


def test_without_a_track_there_is_nothing_to_publish() -> None:
    with pytest.raises(FeedError, match="no point of a track"):
        list(Gpx().cut(gpx(more='<wpt lat="1" lon="1"/>'), MOST))


def test_a_small_document_is_published_as_it_is() -> None:
    document = gpx(("a", [point()]), ("b", [point(), point(1)]))
    assert [(b.body, b.lines, b.first_line) for b in Gpx().cut(document, MOST)] == [(document, 3, 1)]


points = st.one_of(
    st.integers(0, 3000).map(point),
    st.sampled_from([point(lat="91"), point(lat="x"), point(time="x"), "<trkpt/>", point(more=GARMIN)]),
)
tracks = st.lists(st.tuples(st.sampled_from(["a", "b", ""]), st.lists(points, max_size=8)), max_size=4)


@settings(max_examples=150, deadline=None)
@given(tracks, st.integers(600, 3000))
def test_every_point_is_accounted_for_however_the_document_is_cut(
    told: list[tuple[str, list[str]]], most: int
) -> None:
    document = gpx(*told)
    count = sum(len(some) for _, some in told)
    whole = parse(document)
    assert whole.lines == count == len(whole.rows) + len(whole.rejects)
    assert sorted([*whole.rows.tolist(), *(reject.line for reject in whole.rejects)]) == list(range(count))
    if not count:
        return
    blocks = list(Gpx().cut(document, most))
    at = 1
    rows, fixes = [], []
    for block in blocks:
        assert block.first_line == at
        part = parse(block.body)
        assert part.lines == block.lines
        assert len(Gpx().times(b"", block.body)) == block.lines
        rows += (part.rows + at - 1).tolist()
        fixes += [(part.named[s].value, t) for s, t in zip(part.subjects, part.times.tolist(), strict=True)]
        at += block.lines
    assert rows == whole.rows.tolist()
    assert fixes == [
        (whole.named[s].value, t) for s, t in zip(whole.subjects, whole.times.tolist(), strict=True)
    ]


def test_times_tell_of_every_point() -> None:
    assert Gpx().times(b"", gpx(("a", [point(), "<trkpt/>", point(1)]))).tolist() == [AT, NO_TIME, AT + 1000]
