"""ADS-B as lines: JSON, SBS-1 and raw frames."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.adsb.lines import AdsbLines
from ingest.adsb.mode_s import ModeS
from ingest.adsb.sbs import Sbs
from ingest.believed import KNOT
from ingest.errors import FeedError
from ingest.feed import NO_TIME, Bounds, Feed, lines_of
from ontology.times import to_ms

BOUNDS = Bounds(to_ms(datetime(2000, 1, 1, tzinfo=UTC)), to_ms(datetime(2027, 1, 1, tzinfo=UTC)))
AT = 1_709_287_200_000
JSON = b'{"now":1709287200.5,"hex":"4ca2d6","flight":"EIN123 ","gs":450,"lat":53.4,"lon":-6.2,"seen_pos":0.5}'
ROW = b'{"icao24":"4ca2d6","timestamp":1709287200000,"latitude":53.4,"longitude":-6.2,"callsign":"EIN123"}'
NAME = b"MSG,1,1,1,4CA2D6,1,2024/03/01,10:00:00.000,2024/03/01,10:00:00.010,EIN123  ,,,,,,,,,,,0"
SPEED = b"MSG,4,1,1,4CA2D6,1,2024/03/01,10:00:00.200,2024/03/01,10:00:00.210,,,450.2,93.4,,,0,,,,,0"
PLACE = b"MSG,3,1,1,4CA2D6,1,2024/03/01,10:00:00.400,2024/03/01,10:00:00.410,,37000,,,53.4,-6.2,,,0,0,0,0"
EVEN = b"1709287200.0 *8D40621D58C382D690C8AC2863A7;"
ODD = b"1709287200.8 *8D40621D58C386435CC412692AD6;"
CALL = b"1709287201 8D4840D6202CC371C32CE0576098"
VELOCITY = b'{"timestamp":1709287201.5,"frame":"8D485020994409940838175B284F"}'


def lines(*several: bytes) -> bytes:
    return b"".join(line + b"\r\n" for line in several)


def test_both_ways_to_write_json_lines() -> None:
    parsed = AdsbLines().parse(b"", lines(JSON, b"", ROW, b"rubbish", b"[1]"), BOUNDS)
    assert [named.value for named in parsed.named] == ["4CA2D6"]
    assert (parsed.rows.tolist(), parsed.times.tolist()) == ([0, 2], [AT, AT])
    assert [reject.line for reject in parsed.rejects] == [3, 4]
    assert parsed.rejects[0].raw == b"rubbish"
    assert {parsed.said[word].call_sign for word in parsed.words} == {"EIN123"}
    assert AdsbLines().times(b"", lines(JSON, b"", ROW)).tolist() == [AT, NO_TIME, AT]


def test_a_position_of_sbs_takes_the_velocity_before_it() -> None:
    other = SPEED.replace(b"4CA2D6", b"4CA2D7").replace(b"450.2", b"100")
    late = PLACE.replace(b"10:00:00.400", b"10:00:03.000")
    parsed = Sbs().parse(
        b"", lines(NAME, SPEED, other, PLACE, late, b"STA,,5,179,400AE7,,,,,,", b"MSG,3,1"), BOUNDS
    )
    assert parsed.rows.tolist() == [0, 3, 4]
    assert parsed.motion is not None
    assert parsed.motion.speeds is not None
    np.testing.assert_allclose(parsed.motion.speeds, [np.nan, 450.2 * KNOT, np.nan])
    assert parsed.said[parsed.words[0]].call_sign == "EIN123"
    assert list(parsed.aside) == [1, 2, 5]
    assert [reject.line for reject in parsed.rejects] == [6]
    assert parsed.times.tolist() == [AT, AT + 400, AT + 3000]


def test_the_clock_of_sbs_may_be_a_local_one() -> None:
    parsed = Sbs().configured({"zone": "America/New_York"}).parse(b"", PLACE, BOUNDS)
    assert parsed.times.tolist() == [AT + 400 + 5 * 3_600_000]
    with pytest.raises(FeedError, match="zone"):
        Sbs().configured({"zone": "Mars/Phobos"})


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ((b"4CA2D6", b"4CA2"), "address"),
        ((b"53.4", b"93.4"), "lat"),
        ((b"2024/03/01", b"2024/13/01"), "time"),
        ((b"2024/03/01,10:00:00.400", b"2028/03/01,10:00:00.400"), "time"),
    ],
)
def test_what_sbs_cannot_mean_is_refused(change: tuple[bytes, bytes], field: str) -> None:
    [reject] = Sbs().parse(b"", PLACE.replace(*change), BOUNDS).rejects
    assert reject.field == field


def test_two_frames_make_a_position() -> None:
    parsed = ModeS().parse(b"", lines(EVEN, ODD, CALL, VELOCITY), BOUNDS)
    assert [named.value for named in parsed.named] == ["40621D", "4840D6"]
    assert (parsed.rows.tolist(), sorted(parsed.aside)) == ([0, 1, 2], [3])
    assert parsed.motion is not None
    np.testing.assert_allclose([parsed.motion.lons[1], parsed.motion.lats[1]], [3.92, 52.26], atol=0.02)
    assert parsed.said[parsed.words[2]].call_sign == "KLM1023"


def test_near_the_receiver_every_frame_has_a_position() -> None:
    parsed = ModeS().configured({"near": "52,4"}).parse(b"", lines(EVEN), BOUNDS)
    assert parsed.motion is not None
    np.testing.assert_allclose([parsed.motion.lons[0], parsed.motion.lats[0]], [3.919, 52.257], atol=0.001)


def test_a_garbled_frame_is_refused_and_one_of_another_format_set_aside() -> None:
    garbled = EVEN.replace(b"63A7", b"63A8")
    short = b"1709287200.0 *5D4840D6202CC3;"
    parsed = ModeS().parse(b"", lines(garbled, short, b"*8D;", EVEN.partition(b" ")[2]), BOUNDS)
    assert [(reject.line, reject.field) for reject in parsed.rejects] == [(0, ""), (2, ""), (3, "time")]
    assert list(parsed.aside) == [1]


def test_a_frame_gets_its_time_as_it_is_published() -> None:
    feed = ModeS().configured({"time": "2024-03-01T10:00:00Z"})
    got = list(feed.arriving([b"*8D40621D58C382D690C8AC2863A7;\n", None, ODD], live=False))
    assert got == [b"1709287200.000 *8D40621D58C382D690C8AC2863A7;\n", None, ODD]
    bare = b"*8D40621D58C382D690C8AC2863A7;\n"
    assert list(ModeS().arriving([bare], live=False)) == [bare]
    [stamped] = ModeS().arriving([bare], live=True)
    assert stamped is not None
    assert stamped.endswith(b" " + bare)


@pytest.mark.parametrize("options", [{"time": "soon"}, {"near": "x"}, {"near": "91,0"}, {"colour": "red"}])
def test_options_are_checked(options: dict[str, str]) -> None:
    with pytest.raises(FeedError):
        ModeS().configured(options)


GOOD = (JSON, ROW, NAME, SPEED, PLACE, EVEN, ODD, CALL, VELOCITY)
bent = st.sampled_from(GOOD).flatmap(
    lambda line: st.tuples(st.integers(0, len(line)), st.binary(max_size=3)).map(
        lambda cut: line[: cut[0]] + cut[1].replace(b"\n", b"") + line[cut[0] + 1 :]
    )
)
several = st.lists(
    st.one_of(st.sampled_from(GOOD), bent, st.binary(max_size=30).map(lambda raw: raw.replace(b"\n", b""))),
    max_size=8,
)


@pytest.mark.parametrize("feed", [AdsbLines(), Sbs(), ModeS(), ModeS().configured({"near": "52,4"})], ids=str)
@settings(max_examples=150, deadline=None)
@given(some=several)
def test_whatever_comes_every_line_is_accounted_for(feed: Feed, some: list[bytes]) -> None:
    body = b"\n".join(some)
    parsed = feed.parse(b"", body, BOUNDS)
    told = sorted([*parsed.rows.tolist(), *(reject.line for reject in parsed.rejects), *parsed.aside])
    assert told == sorted({n for n, line in enumerate(body.split(b"\n")) if line.strip()})
    assert len(told) == parsed.lines
    assert len(feed.times(b"", body)) == lines_of(body)
