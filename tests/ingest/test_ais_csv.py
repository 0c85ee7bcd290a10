"""The feed of MarineCadastre's CSV: what is believed, what is refused, that each line is accounted for."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.ais_csv import AisCsv
from ingest.believed import KNOT
from ingest.errors import FeedError
from ingest.feed import NO_TIME, Bounds, Parsed, lines_of
from ontology.times import to_ms

FEED = AisCsv()
BOUNDS = Bounds(to_ms(datetime(2000, 1, 1, tzinfo=UTC)), to_ms(datetime(2021, 1, 1, tzinfo=UTC)))
SHORT = b"object_id,timestamp,lon,lat"
FULL = (
    b"BaseDateTime,LON,LAT,MMSI,SOG,COG,Heading,VesselName,IMO,CallSign,VesselType,Status,Length,Width,Draft,"
    b"Cargo,TranscieverClass,ETA"
)
FERRY = (
    b"2020-06-30T00:00:00,-74.07157,40.64409,367000140,10.0,-60.6,246.0,SAMUEL I NEWHOUSE,IMO7702774,WYR3371,"
    b"60.0,0.0,94.0,21.0,,69.0,B,2020-06-30T12:01:00"
)
GOOD = b"367073680,2020-12-01 11:31:39,-74.03917,40.71079"


def parse(body: bytes, head: bytes = SHORT) -> Parsed:
    return FEED.parse(head, body, BOUNDS)


def reason(line: bytes, head: bytes = SHORT) -> str:
    """Why a line is refused; the good lines around it are not."""
    parsed = parse(b"\n".join([GOOD, line, GOOD]) if head == SHORT else line, head)
    assert parsed.rows.tolist() == ([0, 2] if head == SHORT else [])
    [reject] = parsed.rejects
    assert reject.raw == line
    return f"{reject.field}: {reject.reason}"


def test_the_short_form() -> None:
    parsed = parse(GOOD + b"\n")
    assert (parsed.lines, parsed.rejects, parsed.said) == (1, [], [])
    assert (parsed.named[0].kind, parsed.named[0].scheme, parsed.named[0].value) == (
        "Ship",
        "MMSI",
        "367073680",
    )
    assert parsed.times.tolist() == [to_ms(datetime(2020, 12, 1, 11, 31, 39, tzinfo=UTC))]
    assert parsed.motion is not None
    assert (parsed.motion.lons.tolist(), parsed.motion.lats.tolist()) == ([-74.03917], [40.71079])
    assert parsed.motion.speeds is None


def test_the_full_form() -> None:
    parsed = parse(FERRY, FULL)
    assert parsed.motion is not None
    assert parsed.motion.speeds is not None
    assert parsed.motion.courses is not None
    assert parsed.motion.headings is not None
    assert parsed.motion.speeds.tolist() == [10.0 * KNOT]
    assert parsed.motion.courses.tolist() == [349.0]
    assert parsed.motion.headings.tolist() == [246.0]
    words = parsed.said[parsed.words[0]]
    assert (words.name, words.call_sign, words.imo) == ("SAMUEL I NEWHOUSE", "WYR3371", "7702774")
    assert (words.type_code, words.type_name, words.length_m, words.width_m) == (60, "passenger", 94.0, 21.0)


def test_static_data_alone() -> None:
    head = b"MMSI,BaseDateTime,VesselName,IMO"
    parsed = parse(b"367000140,2020-06-30T00:00:00,SAMUEL I NEWHOUSE,IMO7702774\n", head)
    assert parsed.motion is None
    assert parsed.said[parsed.words[0]].name == "SAMUEL I NEWHOUSE"


def test_columns_are_known_by_name_in_either_spelling() -> None:
    head = b"longitude,latitude,mmsi,base_date_time,vessel_name"
    parsed = parse(b"-74.0,40.0,367073680,2020-12-01 11:31:39,TUG\n", head)
    assert parsed.said[parsed.words[0]].name == "TUG"


@pytest.mark.parametrize(
    ("sog", "cog", "heading", "expected"),
    [
        (b"102.3", b"360.0", b"511.0", (np.nan, np.nan, np.nan)),
        (b"", b"", b"", (np.nan, np.nan, np.nan)),
        (b"-1.0", b"-49.6", b"360", (101.4 * KNOT, np.nan, np.nan)),
        (b"x", b"359.9", b"359", (np.nan, 359.9, 359.0)),
        (b"0.0", b"-204.8", b"0", (0.0, 204.8, 0.0)),
    ],
)
def test_what_is_not_available_is_missing(
    sog: bytes, cog: bytes, heading: bytes, expected: tuple[float, float, float]
) -> None:
    cells = FERRY.split(b",")
    cells[4:7] = [sog, cog, heading]
    motion = parse(b",".join(cells), FULL).motion
    assert motion is not None
    got = [column[0] for column in (motion.speeds, motion.courses, motion.headings) if column is not None]
    np.testing.assert_allclose(got, expected, atol=1e-9)


def test_a_bad_imo_number_is_left_out_and_noted_and_the_fix_is_kept() -> None:
    parsed = parse(FERRY.replace(b"IMO7702774", b"IMO7702775"), FULL)
    assert parsed.said[parsed.words[0]].imo is None
    assert parsed.notes == {"IMO number IMO7702775 fails its check digit": 1}
    assert len(parsed.rows) == 1


def test_padding_is_no_name() -> None:
    parsed = parse(FERRY.replace(b"SAMUEL I NEWHOUSE", b"  A  TUG@@@@"), FULL)
    assert parsed.said[parsed.words[0]].name == "A TUG"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"367073680,2020-12-01 11:31:39,-74,91.0", "lat: latitude 91.0 is outside -90..90"),
        (b"367073680,2020-12-01 11:31:39,181.0,4", "lon: longitude 181.0 is outside -180..180"),
        (b"367073680,2020-12-01 11:31:39,nan,4", "lon: longitude nan is outside"),
        (b"367073680,2020-12-01 11:31:39,,4", "lon: longitude is missing"),
        (b"367073680,2020-12-01 11:31:39,4,x", "lat: latitude 'x' is no number"),
        (b"123,2020-12-01 11:31:39,-74,40", "object_id: MMSI '123' is not nine digits"),
        (b"+36707368,2020-12-01 11:31:39,-74,40", "object_id: MMSI '+36707368' is not nine digits"),
        (b"000000000,2020-12-01 11:31:39,-74,40", "object_id: MMSI 000000000"),
        (b"367073680,1970-01-01 00:00:00,-74,40", "timestamp: time 1970-01-01 00:00:00 is before 2000"),
        (
            b"367073680,2099-01-01 00:00:00,-74,40",
            "timestamp: time 2099-01-01 00:00:00 is dated in the",
        ),
        (b"367073680,yesterday,-74,40", "timestamp: time 'yesterday' is not of the form"),
        (b"367073680,,-74,40", "timestamp: the time is missing"),
        (b"367073680,2020-12-01 11:31:39,-74", ": has 3 columns, and the header has 4"),
        (b"367073680,2020-12-01 11:31:39,-74,40,1", ": has 5 columns, and the header has 4"),
        (b"\xff67073680,2020-12-01 11:31:39,-74,40", ": is not UTF-8 text: byte 0xff at position 1"),
        (b"3670\x0073680,2020-12-01 11:31:39,-74,40", ": has NUL bytes"),
        (b'"36707"3680,2020-12-01 11:31:39,-74,40', ": cannot be split into columns"),
    ],
)
def test_what_cannot_be_believed_is_refused_with_its_reason(line: bytes, expected: str) -> None:
    assert reason(line).startswith(expected)


def test_the_later_bound_may_differ_from_line_to_line() -> None:
    at = to_ms(datetime(2020, 12, 1, 11, 31, 39, tzinfo=UTC))
    body = GOOD + b"\n" + GOOD + b"\n"
    parsed = FEED.parse(SHORT, body, Bounds(0, np.array([at - 1, at], dtype=np.int64)))
    assert parsed.rows.tolist() == [1]


@pytest.mark.parametrize(
    "body",
    [
        GOOD.replace(b",", b'","').join([b'"', b'"']),
        GOOD + b"\r\n",
        b"\n  \n" + GOOD,
        GOOD.replace(b",", b" , "),
        SHORT + b"\n" + GOOD,
        GOOD.replace(b"39,", b"39.000Z,"),
    ],
)
def test_what_is_only_written_oddly_is_read(body: bytes) -> None:
    parsed = parse(body)
    assert parsed.lines == 1
    assert parsed.rejects == []
    assert parsed.times.tolist() == parse(GOOD).times.tolist()


def test_a_byte_order_mark_is_no_part_of_the_header() -> None:
    assert FEED.head(b"\xef\xbb\xbf" + SHORT + b"\r\n") == SHORT


@pytest.mark.parametrize(
    "first",
    [
        b"",
        b"hello",
        b"a,b,c",
        b"object_id,timestamp",
        b"object_id,timestamp,lon",
        b"\xff\xfeo\x00",
        b'"mmsi',
        GOOD,
    ],
)
def test_what_is_of_another_feed_is_refused(first: bytes) -> None:
    with pytest.raises(FeedError):
        FEED.head(first)


def test_times_tell_of_every_line() -> None:
    body = GOOD + b"\n\nx,y,z,1\nshort\n" + GOOD
    times = FEED.times(SHORT, body)
    assert times.tolist() == [parse(GOOD).times[0], NO_TIME, NO_TIME, NO_TIME, parse(GOOD).times[0]]


cells = st.one_of(
    st.sampled_from(
        ["367073680", "2020-12-01 11:31:39", "-74.03", "40.7", "91", "", "nan", "1e9", "-0", " 4 "]
    ),
    st.text(max_size=6),
)
odd_lines = st.one_of(
    st.binary(max_size=40).map(lambda raw: raw.replace(b"\n", b"")),
    st.lists(cells, max_size=6).map(
        lambda parts: ",".join(parts).replace("\n", "").encode("utf-8", "ignore")
    ),
    st.just(GOOD),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(odd_lines, max_size=12), st.booleans())
def test_whatever_comes_every_line_is_accounted_for(lines: list[bytes], ended: bool) -> None:
    body = b"\n".join(lines) + (b"\n" if ended else b"")
    for head in (SHORT, FULL):
        parsed = parse(body, head)
        assert len(parsed.rows) + len(parsed.rejects) == parsed.lines
        told = sorted([*parsed.rows.tolist(), *(reject.line for reject in parsed.rejects)])
        assert len(set(told)) == len(told)
        blank = {n for n, line in enumerate(body.split(b"\n")) if not line.strip() or line.strip() == head}
        assert set(range(body.count(b"\n") + 1)) - set(told) <= blank
        assert set(told).isdisjoint(blank)
        assert len(FEED.times(head, body)) == lines_of(body)


@settings(max_examples=100, deadline=None)
@given(st.lists(odd_lines, max_size=8))
def test_bad_lines_spoil_no_good_one(lines: list[bytes]) -> None:
    """The good lines are read the same, whether what stands among them is good or bad."""
    body = b"\n".join(part for line in lines for part in (line, GOOD))
    parsed = parse(body)
    good = [n for n, line in enumerate(body.split(b"\n")) if line == GOOD]
    assert set(good) <= set(parsed.rows.tolist())
    assert parsed.motion is not None
    at = np.isin(parsed.rows, good)
    assert set(parsed.motion.lats[at].tolist()) <= {40.71079}
